"""A new manager is shown the way, step by step, until they put it away."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import ContentItem, Sort, Text
from config import first_hour
from people import staff
from people.models import Staff
from tests.people import made

pytestmark = pytest.mark.django_db
HEAD = 'id="first-hour-head"'


@pytest.fixture
def sign_in(client: Client):
    staff.install_roles()

    def _sign_in(role: str) -> tuple[Client, Staff]:
        somebody = staff.hire(f"a-{role}", role, countries=("KE",), password="x")
        client.force_login(somebody)
        return client, somebody

    return _sign_in


def state(somebody: Staff) -> list[tuple[bool | None, bool]]:
    return [(one.done, one.next) for one in first_hour.steps(somebody)]


def test_way_begins_at_its_first_step(sign_in):
    _, manager = sign_in("manager")

    assert state(manager) == [(False, True), *[(False, False)] * 4, (None, False)]


def test_step_is_done_in_any_order_and_the_next_is_the_first_open_one(sign_in):
    _, manager = sign_in("manager")
    made.person()
    item = ContentItem.objects.create(code="faq-1", kind=Sort.FAQ)
    Text.objects.create(item=item, language="en", author="a-manager", made_at=made.NOON)

    assert state(manager)[:4] == [(False, True), (True, False), (True, False), (False, False)]


@pytest.mark.parametrize(("role", "shown"), [("manager", True), ("monitoring", False)])
def test_home_page_shows_it_to_who_plans(sign_in, role, shown):
    client, _ = sign_in(role)

    assert (HEAD in client.get(reverse("home")).content.decode()) is shown


def test_put_away_it_stays_away_until_asked_for(sign_in):
    client, _ = sign_in("manager")

    away = client.post(reverse("people:first-hour"), follow=True).content.decode()
    offered = (
        "Show it on the home page again" in client.get(reverse("people:account")).content.decode()
    )
    again = client.post(reverse("people:first-hour"), {"shown": "1"}, follow=True).content.decode()

    assert (HEAD in away, offered, HEAD in again) == (False, True, True)
