"""The released tables, for whoever holds these countries: nothing else of the figures leaves by itself.

What is in a table was decided when it was released (`analytics.outside`); it is only handed out here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics import outside
from analytics.models import ClosedPeriod, Indicator, Release
from analytics.outside import Row
from analytics.periods import Period

UNIT = (
    "unique phone numbers"  # the same words in every reader's language: what leaves never changes
)


@dataclass(frozen=True, slots=True)
class Key:
    """Which table of which period."""

    pk: int
    indicator: str
    period: Period
    table: str


@dataclass(frozen=True, slots=True)
class Handed:
    """One released table; a measure of a row that is None is withheld."""

    key: Key
    rule: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """Which tables are asked for; what is empty or None asks nothing."""

    indicator: str = ""
    period: Period | None = None
    table: str = ""

    def means(self, key: Key) -> bool:
        return (
            self.indicator in ("", key.indicator)
            and self.period in (None, key.period)
            and self.table in ("", key.table)
        )


def concerns(
    closed: Iterable[ClosedPeriod], indicator: str, period: Period, own: Collection[str]
) -> bool:
    """Whether all that the closed periods around this one counted is of own countries.

    The tables are of the whole deployment, never of one country: a part of it would be a difference.
    """
    around = [
        set(one.countries)
        for one in closed
        if one.indicator == indicator and one.starts <= period.starts and one.ends >= period.ends
    ]
    return bool(around) and set().union(*around) <= set(own)


def keys(sought: Sought, own: Collection[str]) -> list[Key]:
    """The tables that whoever holds these countries may have, oldest periods first. Two statements."""
    closed = list(ClosedPeriod.objects.only("indicator", "starts", "ends", "countries"))
    rows = Release.objects.values_list("pk", "indicator", "starts", "ends", "table")
    every = [Key(pk, code, Period(starts, ends), table) for pk, code, starts, ends, table in rows]
    asked = [key for key in every if sought.means(key)]
    whole = {(key.indicator, key.period) for key in asked}
    open_ones = {one for one in whole if concerns(closed, *one, own)}
    return sorted((key for key in asked if (key.indicator, key.period) in open_ones), key=_order)


def _order(key: Key) -> tuple[date, date, str, int]:
    return key.period.ends, key.period.starts, key.indicator, _place(key.table)


def _place(table: str) -> int:
    return list(outside.LAYOUT.tables).index(table)


def tables(these: Sequence[Key]) -> list[Handed]:
    """The tables themselves, in the same order. One statement."""
    found = Release.objects.defer("truth").in_bulk([key.pk for key in these])
    return [_handed(key, found[key.pk]) for key in these]


def _handed(key: Key, one: Release) -> Handed:
    return Handed(
        key=key,
        rule=f"{one.indicator}/{one.rule}",
        dimensions=outside.LAYOUT.tables[one.table],
        measures=outside.measures_of(one.table),
        rows=tuple(outside.rows(one)),
        digest=one.digest,
        released_at=one.made_at,
    )


def titled(indicator: Indicator) -> list[Mapping[str, str]]:
    """What each scheme calls it, word for word."""
    return [
        {"scheme": one.scheme, "code": one.code, "title": one.title}
        for one in indicator.titles.all()
    ]
