"""A year of invented numbers, and what an export is asked for."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics import ledger, refreshing
from analytics.definitions import COUNTRIES
from analytics.exports.cover import Cover
from analytics.exports.gathering import Ask, Sources
from analytics.periods import Period
from tests.analytics.ledgers import many

NEXT_YEAR = datetime(2026, 2, 1, 9, tzinfo=UTC)
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
QUARTER = Period(date(2025, 4, 1), date(2025, 7, 1))


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path) -> None:
    """Packs and exports lie in the test's own folder."""
    settings.DATA = tmp_path


@pytest.fixture
def recorded(db: None) -> None:
    """4 000 exposures of 600 numbers in 2025, and the figures kept of them."""
    ledger.record(many(4_000, people=600))
    refreshing.refresh(at=NEXT_YEAR)


@pytest.fixture
def ask() -> Ask:
    return Ask(
        period=YEAR,
        countries=tuple(COUNTRIES),
        deployment="A deployment",
        demonstration=True,
        sources=Sources(),
    )


@pytest.fixture
def cover() -> Cover:
    """Of a period that is not closed."""
    return Cover(
        deployment="A deployment",
        period=YEAR,
        countries=tuple(COUNTRIES),
        counted_at=NEXT_YEAR,
        demonstration=True,
    )
