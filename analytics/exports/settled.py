"""What exports take from closed periods: digests, frozen numbers, and what came too late."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from analytics import closing, frozen
from analytics.counting import Table
from analytics.exports.cover import Closed
from analytics.exports.sheets import Cell
from analytics.few import few
from analytics.models import ClosedPeriod, Restatement
from analytics.periods import Period

WITHHELD = "c"  # confidential, as statistical offices mark it


@dataclass(frozen=True, slots=True)
class Restated:
    """What late facts add to a measure of a closed period; `where`: a country, "" for the total."""

    indicator: str
    period: str
    where: str
    at: datetime
    measure: str
    delta: Cell
    why: str


def digests(period: Period) -> Mapping[Closed, str]:
    """Of every closed period inside the span."""
    rows = ClosedPeriod.objects.filter(starts__gte=period.starts, ends__lte=period.ends)
    told = rows.values_list("indicator", "starts", "ends", "digest")
    return {(indicator, starts, ends): digest for indicator, starts, ends, digest in told}


def of(indicator: str, period: Period) -> ClosedPeriod | None:
    return next(iter(closing.closed(indicator, period)), None)


@lru_cache(maxsize=1)
def table(digest: str) -> Table:
    """What was frozen under this digest; it never changes. One is kept: of the period being written."""
    return closing.table_of(ClosedPeriod.objects.get(digest=digest))


def restatements(period: Period, countries: Sequence[str] | None) -> Iterator[Restated]:
    """Of the totals; for who sees some countries alone, of these."""
    late = Restatement.objects.filter(
        closed__starts__gte=period.starts, closed__ends__lte=period.ends
    )
    for one in late.select_related("closed").order_by("closed", "upto"):
        yield from _deltas(one, countries)


def _deltas(one: Restatement, countries: Sequence[str] | None) -> Iterator[Restated]:
    closed, why = one.closed, _why(one)
    code = closing.period_of(closed).code
    for by, cell, columns in frozen.lines(one.deltas):
        total = countries is None and not by
        own = countries is not None and by == ("country",) and cell[0] in countries
        for measure, delta in columns.items() if total or own else ():
            if delta:
                hide = measure == "referred" and few(abs(delta))
                value = WITHHELD if hide else delta
                where = "".join(cell)
                yield Restated(closed.indicator, code, where, one.at, measure, value, why)


def _why(one: Restatement) -> str:
    """How many late facts of each kind."""
    facts = json.loads(one.why).get("facts", {})
    return ", ".join(f"{kind}: {count}" for kind, count in sorted(facts.items()))
