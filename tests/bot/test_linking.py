"""Somebody in a chat shares a number: the door tells its tokens alone, the fold makes both one."""

import json
from typing import Any

import pytest

from analytics import recounts
from analytics.models import Exposure
from people import consent, identity
from people.models import Person, Subject, Suppression
from tests.bot.heard import ask, chat, sms
from tests.doors import PHONE, journalled
from tests.people.made import NOON, journal_stop, number, person, stop_token

pytestmark = pytest.mark.django_db
CHAT, NUMBER = "telegram:123456", f"tel:{PHONE}"
ITEM = "faq-020"


def told(room, *texts, **body) -> dict[str, Any]:
    """The last turn as the door journalled it."""
    for text in texts:
        ask(room, text=text, person=CHAT, **body)
    return journalled(room.desk.journal, "chat")[-1]


def turn(**changes) -> dict[str, Any]:
    return chat(t=identity.token(CHAT), door="ask", **changes)


def counted() -> list[tuple[Any, bool]]:
    found = Exposure.objects.order_by("sequence")
    return list(found.values_list("subject", "linked"))


def test_door_tells_the_tokens_of_a_number_that_was_shared(room):
    entry = told(room, "hello", phone="0711 000 001", country="KE")

    assert (entry["t"], entry["ln"]) == (identity.token(CHAT), [identity.token(NUMBER)])
    assert (entry["lk"], entry["num"]) == (True, "")
    assert "711000001" not in json.dumps(entry)


@pytest.mark.parametrize("phone", ["", "hello", "12", None])
def test_what_is_no_number_is_no_number_and_answered_all_the_same(room, phone):
    entry = told(room, "hello", phone=phone)

    assert ("ln" in entry, entry["lk"]) == (False, False)


def test_stop_in_a_chat_ends_messages_to_the_number_that_was_shared(room):
    told(room, "STOP", phone=PHONE)

    (entry,) = journalled(room.desk.journal, "opt-out")
    assert entry["st"] == identity.suppression_token(NUMBER)


def test_stop_in_a_chat_that_names_no_number_now_tells_whose_chat_it_is(room):
    told(room, "STOP")

    (entry,) = journalled(room.desk.journal, "opt-out")
    assert (entry["st"], entry["t"]) == (identity.suppression_token(CHAT), identity.token(CHAT))


def known(n: int = 1) -> str:
    """Somebody who may be sent to and whose chat is linked with their number; the chat's token."""
    one = person(n)
    chat = identity.token(f"telegram:{n}")
    identity.link(chat, one.token, at=NOON)
    return chat


def ended() -> list[str]:
    return list(Suppression.objects.order_by("token").values_list("token", flat=True))


def test_stop_in_a_chat_ends_messages_to_the_number_that_was_shared_before():
    known(2)
    journal_stop(st="s1.chat", t=known(1))

    consent.fold_opt_outs()

    assert ended() == sorted(["s1.chat", stop_token(1)])
    assert list(consent.sendable().values_list("stop_token", flat=True)) == [stop_token(2)]


def test_stop_under_a_key_of_before_ends_them_too(rotate):
    journal_stop(st="s1.chat", t=known(1))
    rotate("token", "suppression")
    identity.follow(["telegram:1", f"tel:{number(1)}"])

    consent.fold_opt_outs()

    assert consent.sendable().count() == 0


@pytest.mark.parametrize("wish", ["stop", "forget"])
def test_stop_right_after_the_number_was_shared_ends_messages_too(fold, wish):
    one = person(1)

    fold(turn(i=[], ln=[one.token]), turn(id="two", w=wish), kind="chat")

    assert ended() == [one.stop_token]


def test_child_in_a_chat_is_taken_off_by_the_number_that_was_shared_before(fold):
    one, other = person(1), person(2)

    fold(turn(i=[], ln=[one.token]), turn(id="two", w="minor", m=True), kind="chat")

    assert list(Person.objects.values_list("token", flat=True)) == [other.token]


def test_chat_without_a_number_ends_nobody_elses_messages(fold):
    known(1)

    fold(turn(w="stop"), kind="chat")

    assert ended() == []


def test_start_in_a_chat_is_for_the_number_that_was_shared(room, fold):
    entry = told(room, "START", "yes", "2", phone=PHONE)
    del entry["kind"]

    fold(entry, kind="chat")

    assert Person.objects.get().token == identity.token(NUMBER)


def test_chat_counts_with_the_number_from_then_on(fold):
    fold(turn(i=[ITEM]), kind="chat")
    fold(turn(i=[ITEM], id="two", ln=[identity.token(NUMBER)], lk=True), kind="chat")
    fold(turn(i=[ITEM], id="three"), kind="chat")

    (own, first), *later = counted()
    theirs = Subject.objects.get(token=identity.token(NUMBER)).subject
    assert (first, later) == (False, [(theirs, True), (theirs, True)])
    assert own != theirs


def test_who_was_counted_in_the_chat_may_be_counted_again(fold):
    fold(turn(i=[ITEM]), kind="chat")

    fold(turn(id="two", ln=[identity.token(NUMBER)], lk=True), kind="chat")

    assert recounts.possible() == 1


def test_number_that_was_counted_is_not_counted_again(fold):
    fold(sms("what are the signs of human trafficking"))
    fold(turn(i=[ITEM], ln=[identity.token(NUMBER)], lk=True), kind="chat")

    assert len({subject for subject, _ in counted()}) == 1
    assert recounts.possible() == 0
