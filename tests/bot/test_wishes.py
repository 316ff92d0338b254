"""What the folds keep of a wish for a person: one thread, redacted, ended by STOP and by forgetting."""

from datetime import timedelta

import pytest

from bot import retention, wishes
from bot.models import Wish, WishText
from campaigns.models import Answer
from people import erasure, identity
from people.keeping import KINDS
from tests.bot.heard import AT, chat, sms
from tests.doors import OTHER_PHONE, PHONE

pytestmark = pytest.mark.django_db
UNKNOWN = "blorp zank quiffle"


def asked(text: str = UNKNOWN, **more: object) -> dict[str, object]:
    return chat(w="person", decision="person", pq=identity.seal(text), **more)


def texts() -> list[str]:
    return [identity.unseal(one.text) for one in WishText.objects.order_by("pk")]


def test_person_asked_for_by_sms_is_kept_with_the_way_back(fold):
    fold(sms(UNKNOWN), sms("1", "sms-2"))

    wish = Wish.objects.get()
    assert (wish.door, wish.gateway, wish.code, wish.country) == ("sms", "sim", "NJIA", "KE")
    assert (wish.language, wish.state, wish.asked_at) == ("sw", "new", AT)
    assert identity.unseal(wish.number, identity.NUMBER) == PHONE
    assert texts() == [UNKNOWN]


def test_more_of_the_conversation_joins_the_thread(fold):
    later = (AT + timedelta(minutes=5)).timestamp()
    fold(sms("human"), sms(UNKNOWN, "sms-2"), sms("zank zork", "sms-3", at=later))

    assert texts() == [UNKNOWN, "zank zork"]
    assert Wish.objects.get().last_at == AT + timedelta(minutes=5)


def test_two_phones_have_two_threads(fold):
    fold(sms(UNKNOWN), sms("1", "sms-2"))
    fold(sms(UNKNOWN, "sms-3", OTHER_PHONE), sms("1", "sms-4", OTHER_PHONE))

    assert Wish.objects.values("token").distinct().count() == 2


def test_numbers_and_addresses_are_taken_out(fold):
    fold(asked("call +254 711 000 009 or a@b.example about zork"), kind="chat")

    assert texts() == ["call [...] or [...] about zork"]


def test_same_entry_twice_is_one_text(fold):
    fold(sms(UNKNOWN), sms("1", "sms-2"))
    fold(sms("1", "sms-2"))

    assert len(texts()) == 1


def test_closed_thread_is_not_opened_again(fold):
    fold(asked(), kind="chat")
    Wish.objects.update(state=Wish.State.CLOSED)

    fold(asked("zank zork", id="two"), kind="chat")

    assert sorted(Wish.objects.values_list("state", flat=True)) == ["closed", "new"]


def test_machine_that_asks_without_end_fills_no_table(fold):
    fold(*(asked(id=str(n)) for n in range(wishes.MOST + 3)), kind="chat")

    assert len(texts()) == wishes.MOST


@pytest.mark.parametrize("word", ["stop", "forget"])
def test_stop_closes_the_thread_and_leaves_nothing_of_it(fold, word):
    fold(asked(), kind="chat")

    fold(chat(id="two", w=word, decision=word), kind="chat")

    wish = Wish.objects.get()
    assert (wish.state, wish.reason, wish.closed_at) == ("closed", "stopped", AT)
    assert (wish.token, wish.number, wish.address, texts()) == ("", "", "", [])


def test_stop_by_sms_drops_an_answer_that_still_waits(fold):
    fold(sms(UNKNOWN), sms("1", "sms-2"))
    token = Wish.objects.get().token
    late = {"gateway": "sim", "reference": "wish:1:1", "token": token, "made_at": AT}
    Answer.objects.create(kind=Answer.Kind.PERSON, number="n", text="t", **late)

    fold(sms("STOP", "sms-3"))

    answer = Answer.objects.get(kind=Answer.Kind.PERSON)
    assert (answer.state, answer.reason, answer.number, answer.text) == (
        "refused",
        "suppressed",
        "",
        "",
    )


def test_forgotten_at_another_door_is_gone_within_minutes(fold):
    fold(sms(UNKNOWN), sms("1", "sms-2"))
    erasure.forget(Wish.objects.get().token)

    retention.purge(at=AT)

    wish = Wish.objects.get()
    assert (wish.token, wish.number, wish.code, texts()) == ("", "", "", [])


@pytest.mark.parametrize(("kind", "closed"), [("threads", False), ("closed-threads", True)])
def test_thread_is_kept_no_longer_than_is_said(fold, kind, closed):
    fold(asked(), kind="chat")
    if closed:
        Wish.objects.update(state=Wish.State.CLOSED, closed_at=AT)

    retention.purge(at=AT + KINDS[kind].age)
    kept = texts()
    retention.purge(at=AT + KINDS[kind].age + timedelta(seconds=1))

    assert (kept, texts(), Wish.objects.get().token) == ([UNKNOWN], [], "")
