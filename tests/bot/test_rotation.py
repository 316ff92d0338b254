"""Chats and SMS over a rotation of the keys: the same subjects, the same cases, no fact twice."""

from typing import Any

import pytest

from analytics.models import Exposure
from bot.models import Case
from campaigns.models import Answer
from people import erasure, identity, rotation
from people.models import Subject
from tests.bot.heard import chat, sms
from tests.doors import PHONE

pytestmark = pytest.mark.django_db
CHAT, NUMBER = "telegram:123456", f"tel:{PHONE}"


def said(address: str, **changes: Any) -> dict[str, Any]:
    """A turn as its door writes it today."""
    return chat(t=identity.token(address), **identity.trail(address), **changes)


def written(text: str, reference: str) -> dict[str, Any]:
    return sms(text, reference) | identity.trail(NUMBER)


def subjects() -> set[Any]:
    return set(Exposure.objects.values_list("subject", flat=True))


def test_chat_without_a_number_is_the_same_subject_after_a_rotation(fold, rotate):
    fold(said(CHAT, i=["faq-020"]), kind="chat")
    rotate()

    fold(said(CHAT, i=["faq-020"], id="two"), kind="chat")

    assert (Exposure.objects.count(), len(subjects()), Subject.objects.count()) == (2, 1, 1)


def test_turn_folded_again_after_a_rotation_counts_once(fold, rotate):
    fold(said(CHAT, i=["faq-020"]), kind="chat")
    rotate()

    fold(said(CHAT, i=["faq-020"]), kind="chat")

    assert Exposure.objects.count() == 1


def test_turn_of_before_that_is_folded_late_is_the_same_subject(fold, rotate):
    late = said(CHAT, i=["faq-020"])
    fold(said(CHAT, i=["faq-020"], id="two"), kind="chat")
    rotate()
    fold(said(CHAT, i=["faq-020"], id="three"), kind="chat")

    fold(late, kind="chat")

    assert (Exposure.objects.count(), len(subjects()), Subject.objects.count()) == (3, 1, 1)


def test_case_of_an_sms_goes_over_with_its_number(fold, rotate):
    fold(written("they hold me and took my passport", "one"))
    rotate()

    rotation.retoken()

    case = Case.objects.get()
    assert (case.token, case.number[:3], case.text[:3]) == (identity.token(NUMBER), "e2.", "e2.")
    assert identity.unseal(case.text) == "they hold me and took my passport"


def test_case_of_a_chat_goes_over_when_its_person_writes_again(fold, rotate):
    fold(said(CHAT, rule="en: held"), kind="chat")
    rotate()
    rotation.retoken()
    before = Case.objects.get().token[:3]

    fold(said(CHAT, i=["faq-020"], id="two"), kind="chat")

    assert (before, Case.objects.get().token) == ("t1.", identity.token(CHAT))


def test_answers_of_the_last_hour_go_over_with_their_number(fold, rotate):
    fold(written("hello", "one"))
    rotate()

    rotation.retoken()

    assert Answer.objects.get().token == identity.token(NUMBER)


def test_forget_me_after_a_rotation_is_heard_for_the_token_of_before(fold, rotate):
    fold(said(CHAT, i=["faq-020"]), kind="chat")
    old = identity.token(CHAT)
    rotate()

    fold(said(CHAT, w="forget", id="two"), kind="chat")

    assert Subject.objects.count() == 0
    assert {one.token for one in erasure.asked()} == {old, identity.token(CHAT)}
