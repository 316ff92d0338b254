"""Restatements as readers of figures meet them."""

from datetime import timedelta
from pathlib import Path

import pytest

from analytics import lateness, ledger, restating
from analytics.ledger import Tier
from analytics.periods import parse
from tests.analytics import books
from tests.analytics.books import LATER, QUARTER
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db
SOON = LATER + timedelta(days=1)


@pytest.fixture(autouse=True)
def _restated(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    ledger.record([exposure(1), exposure(2, Tier.SENT)])
    books.close()
    ledger.record([exposure(2), exposure(3)])
    restating.restate_due(at=SOON)


def test_late_facts_and_what_they_add_are_told():
    (found,) = lateness.restated("3.3", parse("2025"), ["KE", "UG"])

    assert (found.period, found.at, found.facts, found.unique) == (QUARTER, SOON, 2, 2)


@pytest.mark.parametrize(
    ("indicator", "period", "own"),
    [
        ("2.7", "2025", ["KE"]),
        ("3.3", "2024", ["KE"]),
        ("3.3", "2025-03", ["KE"]),
        ("3.3", "2025", ["UG"]),
    ],
)
def test_of_other_indicators_periods_and_countries_nothing_is_told(indicator, period, own):
    assert lateness.restated(indicator, parse(period), own) == []
