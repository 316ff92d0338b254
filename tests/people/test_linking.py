"""A chat whose person shared a number: both are one from then on, and nothing counted changes."""

from datetime import timedelta
from uuid import UUID

import pytest

from analytics import recounts
from people import erasure, identity
from people.models import Erasure, Person, Subject
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db
CHAT = "telegram:123456"
LATER = NOON + timedelta(hours=1)


def tokens(index: int = 1) -> tuple[str, str]:
    return identity.token(CHAT), identity.token(f"tel:{number(index)}")


def subjects(*wanted: str) -> list[UUID]:
    found = identity.subjects(wanted, at=LATER)
    return [found[one] for one in wanted]


def test_link_leads_the_chat_to_the_numbers_subject():
    chat, phone = tokens()
    (before,) = subjects(phone)

    assert identity.link(chat, phone, at=NOON)

    assert subjects(chat, phone) == [before, before]
    assert identity.linked([chat, phone]) == {chat}


def test_link_meets_a_number_nobody_knew():
    chat, phone = tokens()

    identity.link(chat, phone, at=NOON)

    one, other = subjects(chat, phone)
    assert (one == other, Subject.objects.count()) == (True, 2)


def test_link_twice_is_one_link():
    chat, phone = tokens()

    assert [identity.link(chat, phone, at=at) for at in (NOON, LATER)] == [True, False]


def test_link_leaves_what_the_chat_had_to_nobody():
    chat, phone = tokens()
    own, theirs = subjects(chat, phone)

    identity.link(chat, phone, at=NOON)

    assert subjects(chat) == [theirs]
    assert not Subject.objects.filter(subject=own).exists()


def test_link_to_another_number_leaves_the_first_one_its_subject():
    chat, first = tokens(1)
    second = tokens(2)[1]
    identity.link(chat, first, at=NOON)
    before = subjects(first)

    identity.link(chat, second, at=LATER)

    assert subjects(first) == before
    assert subjects(chat) == subjects(second) != before


def test_link_carries_both_over_a_rotation(rotate):
    chat, phone = tokens()
    identity.link(chat, phone, at=NOON)
    before = subjects(phone)
    old = {CHAT: chat, f"tel:{number(1)}": phone}
    rotate()
    now = {identity.token(address): (token,) for address, token in old.items()}

    assert not identity.link(*now, at=LATER, former=now)

    assert subjects(*now) == [*before, *before]


def test_number_that_is_forgotten_takes_its_chats_along():
    chat, phone = tokens()
    person(1)
    identity.link(chat, phone, at=NOON)

    forgotten = erasure.forget(phone)

    assert (forgotten.people, forgotten.subjects, Subject.objects.count()) == (1, 1, 0)
    assert set(Erasure.objects.values_list("token", flat=True)) == {chat, phone}


def test_chat_that_is_forgotten_takes_its_number_along():
    chat, phone = tokens()
    person(1)
    identity.link(chat, phone, at=NOON)

    erasure.forget(chat)

    assert (Person.objects.count(), Subject.objects.count()) == (0, 0)


def test_under_18_has_no_lasting_subject_in_a_linked_chat_either():
    chat, phone = tokens()
    identity.link(chat, phone, at=NOON)

    assert identity.unlink([phone]) == 2


def test_link_of_uncounted_subjects_makes_no_recount():
    chat, phone = tokens()
    subjects(chat, phone)

    identity.link(chat, phone, at=NOON)

    assert recounts.possible() == 0
