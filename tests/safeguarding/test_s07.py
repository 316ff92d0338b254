"""S7: staff see masked numbers; showing one needs a reason, is on record, and cannot be done in bulk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people import audit, revealing, staff
from people.masking import mask
from people.models import AuditEntry, Person, Reveal
from people.revealing import MOST_AN_HOUR, NotRevealed
from people.staff import ROLES
from tests.people.made import number, person

pytestmark = pytest.mark.django_db
WHY = "asked to be called back at 14:00"


@pytest.fixture
def officer(client):
    staff.install_roles()
    made = staff.hire("halima", "protection", countries=["KE"], password="x")
    client.force_login(made)
    return made


def show(client, known: Person, reason: str = WHY):
    return client.post(reverse("people:reveal", args=[known.pk]), {"reason": reason})


def test_list_shows_masked_numbers_only(client, officer):
    person(1)

    page = client.get(reverse("people:list")).content.decode()

    assert (mask(number(1)) in page, number(1)[1:] in page) == (True, False)


def test_showing_writes_a_row_and_an_entry_of_the_audit(client, officer):
    answer = show(client, person(1))

    assert number(1)[-4:] in answer.content.decode()
    assert (Reveal.objects.count(), AuditEntry.objects.filter(kind="reveal").count()) == (1, 1)
    assert audit.verify().differences == ()


def test_second_showing_without_a_reason_shows_nothing(client, officer):
    known = person(1)
    show(client, known)

    again = show(client, known, reason="")

    assert number(1)[1:] not in again.content.decode()
    assert Reveal.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "protection"])
def test_other_roles_get_403(client, role):
    staff.install_roles()
    client.force_login(staff.hire("somebody", role, countries=["KE"], password="x"))

    assert show(client, person(1)).status_code == 403
    assert Reveal.objects.count() == 0


def test_bulk_is_impossible(officer):
    known, at = person(1), timezone.now()
    for _ in range(MOST_AN_HOUR):
        revealing.reveal(known, WHY, by=officer, at=at)

    with pytest.raises(NotRevealed, match="often"):
        revealing.reveal(known, WHY, by=officer, at=at + timedelta(minutes=59))


def test_number_and_reason_are_in_no_address(client, officer):
    known = person(1)
    address = reverse("people:reveal", args=[known.pk])

    page = client.get(address, {"reason": WHY}).content.decode()

    assert (number(1)[-6:] in address, number(1)[1:] in page) == (False, False)
    assert Reveal.objects.count() == 0
