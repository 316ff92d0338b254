"""The page that says how long what is kept, and what was purged when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics import ledger
from people import erasure, identity, retention
from people.models import PurgeRun
from tests.analytics.ledgers import exposure
from tests.people.made import NOON, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("protection", 200), ("manager", 403), ("monitoring", 403)],
)
def test_page_opens_by_role(sign_in, role, status):
    assert sign_in(role, "KE").get(reverse("people:purges")).status_code == status


def test_before_the_first_run_it_says_when_that_comes(sign_in):
    answer = sign_in("administrator").get(reverse("people:purges"))

    assert answer.context["late"] is False
    assert "The first run comes within an hour" in answer.content.decode()
    assert "Nothing was purged in the last 30 days" in answer.content.decode()


def test_rule_that_stands_still_is_told_with_what_to_do(sign_in):
    PurgeRun.objects.create(rule="people", day=NOON.date(), at=NOON)

    answer = sign_in("administrator").get(reverse("people:purges"))

    assert answer.context["late"] is True
    assert "look whether beat and the bulk worker run" in answer.content.decode()


def test_page_tells_a_day_in_numbers(sign_in):
    person(1, added_at=timezone.now() - timedelta(days=400))
    retention.purge(at=timezone.now())

    page = sign_in("administrator").get(reverse("people:purges")).content.decode()

    assert "numbers and profiles: 1" in page


def test_page_tells_possible_recounts(sign_in):
    for index in (1, 2):
        known = person(index)
        subject = identity.subjects([known.token], at=NOON)[known.token]
        ledger.record([exposure(subject=subject)])
    erasure.forget(known.token)

    answer = sign_in("protection", "KE").get(reverse("people:purges"))

    assert answer.context["recounts"] == 1


def test_list_of_people_leads_here(sign_in):
    page = sign_in("protection", "KE").get(reverse("people:list")).content.decode()

    assert reverse("people:purges") in page
