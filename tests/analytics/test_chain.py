"""Recording days are chained when they are over, each once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from analytics import chain, ledger, verification
from analytics.models import DayLink, Exposure
from tests.analytics.at_once import run
from tests.analytics.ledgers import NOON, exposure

pytestmark = pytest.mark.django_db


def test_empty_ledger_holds():
    assert verification.verify().differences == ()


def test_links_are_chained_and_stay_as_they_are():
    ledger.record([exposure(1)], at=NOON)
    ledger.record([exposure(2)], at=NOON + timedelta(days=5))

    assert chain.close_days(at=NOON + timedelta(days=9)) == 2
    assert chain.close_days(at=NOON + timedelta(days=9)) == 0

    first, second = DayLink.objects.order_by("day")
    assert (first.previous, second.previous, first.rows) == ("", first.digest, 1)
    assert first.first == first.last == Exposure.objects.order_by("sequence")[0].sequence


def test_today_stays_open():
    ledger.record([exposure(1)], at=NOON)

    assert chain.close_days(at=NOON + timedelta(hours=11, minutes=59)) == 0
    assert chain.close_days(at=NOON + timedelta(hours=12)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_close_each_day_once(indicators):
    for day in range(20):
        ledger.record([exposure(10 * day + n) for n in range(5)], at=NOON + timedelta(days=day))
    start, closed = threading.Barrier(3), []

    def close() -> None:
        start.wait()
        closed.append(chain.close_days(at=NOON + timedelta(days=30)))
        connection.close()

    run(close, close, close)

    assert (sum(closed), DayLink.objects.count()) == (20, 20)
    assert verification.verify().differences == ()
