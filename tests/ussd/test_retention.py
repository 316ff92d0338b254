"""Sessions go after 90 days; what they added to the counters stays."""

from datetime import timedelta

import pytest

from tests.editions import MADE
from tests.ussd.steps import MAIN, TOPIC, at, end, fold, steps, totals
from ussd import retention
from ussd.models import Call

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(("days", "gone"), [(89, 0), (91, 1)])
def test_session_goes_after_90_days(days, gone):
    fold(MAIN)

    assert retention.purge(at=MADE + days * DAY) == gone
    assert Call.objects.count() == 1 - gone


def test_end_without_screens_goes_too():
    end()

    assert retention.purge(at=MADE + 91 * DAY) == 1


def test_session_heard_of_lately_stays():
    fold(at(0, "main", 0, s="ATUid_old"), at(30 * 86400, "main", 0))
    end(s="ATUid_old", at=MADE.timestamp() + 20 * 86400)

    assert retention.purge(at=MADE + 100 * DAY) == 0


def test_counters_stay():
    fold(MAIN, TOPIC)
    end(status="Incomplete")
    before = (steps(), totals())

    retention.purge(at=MADE + 91 * DAY)

    assert (steps(), totals()) == before
