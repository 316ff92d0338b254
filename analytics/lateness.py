"""Restatements as a reader of figures needs them: of which closed period, when, and what they add to the headline."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from analytics import closing, frozen
from analytics.models import Restatement
from analytics.periods import Period

READ: Final = """\
SELECT r.* FROM analytics_restatement r JOIN analytics_closedperiod c ON c.id = r.closed_id
WHERE c.indicator = %(indicator)s AND c.starts >= %(starts)s AND c.ends <= %(ends)s"""


@dataclass(frozen=True, slots=True)
class Restated:
    """`facts` that came late; `unique`: by how many the number of the closed period would be another."""

    period: Period
    at: datetime
    facts: int
    unique: int


def parameters(indicator: str, period: Period) -> dict[str, Any]:
    return {"indicator": indicator, "starts": period.starts, "ends": period.ends}


def restated(indicator: str, period: Period, own: Collection[str]) -> list[Restated]:
    """Of closed periods inside the period that lie wholly in these countries; oldest period first. One query."""
    found = Restatement.objects.select_related("closed").filter(
        closed__indicator=indicator,
        closed__starts__gte=period.starts,
        closed__ends__lte=period.ends,
    )
    return [
        Restated(closing.period_of(one.closed), one.at, one.facts, _unique(one.deltas))
        for one in found.order_by("closed__starts", "-closed__ends", "upto")
        if set(one.closed.countries) <= set(own)
    ]


def _unique(deltas: str) -> int:
    """What a restatement adds to the unique total."""
    return sum(change["unique"] for by, _cell, change in frozen.lines(deltas) if by == ())
