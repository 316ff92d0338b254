"""Periods closed in tests: by whom, and how quickly."""

from datetime import UTC, date, datetime

from analytics import closing, packs
from analytics.models import ClosedPeriod, Closing
from analytics.periods import Kind, Period, standard

QUARTER = standard(Kind.QUARTER, date(2025, 2, 1))
MARCH = standard(Kind.MONTH, date(2025, 3, 1))
LATER = datetime(2026, 2, 1, 9, tzinfo=UTC)


def agreed(period: Period = QUARTER, *, at: datetime = LATER) -> Closing:
    """Proposed by one, agreed on by another, not counted yet."""
    proposal = closing.propose(period, by="amina", at=at)
    return closing.agree(proposal.pk, by="bekele", at=at)


def close(
    period: Period = QUARTER, sources: packs.Sources = packs.NO_SOURCES, *, at: datetime = LATER
) -> ClosedPeriod:
    """The frozen numbers of the headline indicator."""
    frozen_ones = closing.freeze(agreed(period, at=at), sources, at=at)
    return next(one for one in frozen_ones if one.indicator == "3.3")
