"""Somebody in a chat shares a number: the door tells its tokens alone, the fold makes both one."""

import json
from typing import Any

import pytest

from analytics import recounts
from analytics.models import Exposure
from people import identity
from people.models import Person, Subject
from tests.bot.test_folding import chat, fold, sms  # noqa: F401 - a fixture
from tests.bot.test_hooks import ask, room  # noqa: F401 - a fixture
from tests.campaigns.conftest import deployment, judge  # noqa: F401 - fixtures
from tests.doors import PHONE, journalled

pytestmark = pytest.mark.django_db
CHAT, NUMBER = "telegram:123456", f"tel:{PHONE}"
ITEM = "faq-020"


def told(room, *texts, **body) -> dict[str, Any]:  # noqa: F811
    """The last turn as the door journalled it."""
    for text in texts:
        ask(room, text=text, person=CHAT, **body)
    return journalled(room.desk.journal, "chat")[-1]


def turn(**changes) -> dict[str, Any]:
    return chat(t=identity.token(CHAT), door="ask", **changes)


def counted() -> list[tuple[Any, bool]]:
    found = Exposure.objects.order_by("sequence")
    return list(found.values_list("subject", "linked"))


def test_door_tells_the_tokens_of_a_number_that_was_shared(room):  # noqa: F811
    entry = told(room, "hello", phone="0711 000 001", country="KE")

    assert (entry["t"], entry["ln"]) == (identity.token(CHAT), [identity.token(NUMBER)])
    assert (entry["lk"], entry["num"]) == (True, "")
    assert "711000001" not in json.dumps(entry)


@pytest.mark.parametrize("phone", ["", "hello", "12", None])
def test_what_is_no_number_is_no_number_and_answered_all_the_same(room, phone):  # noqa: F811
    entry = told(room, "hello", phone=phone)

    assert ("ln" in entry, entry["lk"]) == (False, False)


def test_stop_in_a_chat_ends_messages_to_the_number_that_was_shared(room):  # noqa: F811
    told(room, "STOP", phone=PHONE)

    (entry,) = journalled(room.desk.journal, "opt-out")
    assert entry["st"] == identity.suppression_token(NUMBER)


def test_start_in_a_chat_is_for_the_number_that_was_shared(room, fold):  # noqa: F811
    entry = told(room, "START", "yes", "2", phone=PHONE)
    del entry["kind"]

    fold(entry, kind="chat")

    assert Person.objects.get().token == identity.token(NUMBER)


def test_chat_counts_with_the_number_from_then_on(fold):  # noqa: F811
    fold(turn(i=[ITEM]), kind="chat")
    fold(turn(i=[ITEM], id="two", ln=[identity.token(NUMBER)], lk=True), kind="chat")
    fold(turn(i=[ITEM], id="three"), kind="chat")

    (own, first), *later = counted()
    theirs = Subject.objects.get(token=identity.token(NUMBER)).subject
    assert (first, later) == (False, [(theirs, True), (theirs, True)])
    assert own != theirs


def test_who_was_counted_in_the_chat_may_be_counted_again(fold):  # noqa: F811
    fold(turn(i=[ITEM]), kind="chat")

    fold(turn(id="two", ln=[identity.token(NUMBER)], lk=True), kind="chat")

    assert recounts.possible() == 1


def test_number_that_was_counted_is_not_counted_again(fold):  # noqa: F811
    fold(sms("what are the signs of human trafficking"))
    fold(turn(i=[ITEM], ln=[identity.token(NUMBER)], lk=True), kind="chat")

    assert len({subject for subject, _ in counted()}) == 1
    assert recounts.possible() == 0
