"""Possible recounts after erasure: how many, and of whom nobody can say."""

from datetime import timedelta

import pytest

from analytics import ledger, recounts
from analytics.ledger import Tier
from analytics.models import Recount
from tests.analytics.ledgers import exposure, number

pytestmark = pytest.mark.django_db


def test_subject_that_was_reached_may_be_counted_again():
    ledger.record([exposure(1), exposure(1, country="UG"), exposure(2, country="ET")])

    recounts.note([number(1), number(2)])

    assert recounts.possible() == 2
    assert dict(Recount.objects.values_list("country", "subjects")) == {"KE": 1, "ET": 1}


def test_who_was_never_reached_cannot():
    ledger.record([exposure(1, Tier.TARGETED), exposure(1, Tier.SENT)])

    recounts.note([number(1), number(2)])
    recounts.note([])

    assert recounts.possible() == 0


def test_cuts_of_one_day_add_up():
    ledger.record([exposure(n) for n in range(3)])

    recounts.note([number(0)])
    recounts.note([number(1), number(2)])

    assert Recount.objects.get().subjects == 3


def test_possible_is_asked_by_country_and_day():
    ledger.record([exposure(1), exposure(2, country="UG")])
    recounts.note([number(1), number(2)])
    today = Recount.objects.latest("day").day

    assert recounts.possible(countries=["KE"]) == 1
    assert recounts.possible(countries=[]) == 0
    assert recounts.possible(since=today) == 2
    assert recounts.possible(since=today + timedelta(days=1)) == 0
