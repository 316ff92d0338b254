"""One number, to one protection officer, for a reason, on record; never many, never of another country."""

from datetime import timedelta

import pytest

from people import staff
from people.models import Reveal
from people.revealing import MOST_AN_HOUR, NotRevealed, reveal
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db
WHY = "asked to be called back at 14:00"


@pytest.fixture
def officer():
    staff.install_roles()
    return staff.hire("halima", "protection", countries=["KE"], password="x")


def test_reveal_writes_down_who_and_why(officer):
    known = person(1)

    assert reveal(known, WHY, by=officer, at=NOON) == number(1)
    assert Reveal.objects.values_list("token", "by", "reason", "at").get() == (
        known.token,
        officer.pk,
        WHY,
        NOON,
    )


@pytest.mark.parametrize("reason", ["", "   ", "because", "\0" * 20])
def test_reveal_needs_a_reason_every_time(officer, reason):
    reveal(person(1), WHY, by=officer, at=NOON)

    with pytest.raises(NotRevealed, match="reason"):
        reveal(person(1), reason, by=officer, at=NOON)


def test_reveal_is_for_protection_officers(officer):
    manager = staff.hire("amina", "manager", countries=["KE"], password="x")

    with pytest.raises(NotRevealed, match="permission"):
        reveal(person(1), WHY, by=manager, at=NOON)

    assert Reveal.objects.count() == 0


def test_reveal_keeps_to_the_own_countries(officer):
    with pytest.raises(NotRevealed, match="country"):
        reveal(person(1, country="UG"), WHY, by=officer, at=NOON)


def test_reveal_in_bulk_is_impossible(officer):
    known = person(1)
    for _ in range(MOST_AN_HOUR):
        reveal(known, WHY, by=officer, at=NOON)

    with pytest.raises(NotRevealed, match="often"):
        reveal(known, WHY, by=officer, at=NOON + timedelta(minutes=59))
    assert reveal(known, WHY, by=officer, at=NOON + timedelta(minutes=61)) == number(1)
