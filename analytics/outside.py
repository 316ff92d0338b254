"""What leaves: a fixed set of tables over closed periods, each released once and never again.

Whoever has two tables of the same thing has their difference, so nothing is counted anew: a second request gives
the bytes of the first, and a restatement changes no table (it is told beside the next period). What is withheld is
decided by `analytics.suppression` against everything that was ever released, and against the tables of periods
that are over and may be released later.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from analytics import closing, counting, suppression
from analytics.counting import Cells, Table
from analytics.frozen import canonical
from analytics.linking import MEASURES, TOTAL, UNIQUE, Cell, Layout, Web
from analytics.models import ClosedPeriod, Release
from analytics.periods import Kind, Period, standard
from analytics.turns import turn

LAYOUT = Layout(
    {
        TOTAL: (),
        "country": ("country",),
        "channel": ("channel",),
        "campaign": ("campaign",),
        "language": ("language",),
        "sex": ("sex",),
        "age": ("age_band",),
        "sex-age": ("sex", "age_band"),
        "status": ("status",),
        "district": ("district",),
    },
    exclusive=frozenset({"language", "sex", "age", "sex-age", "status", "district"}),
)
# how short a period may be for a table: many small cells would take the large ones with them
SHORTEST = {
    TOTAL: Kind.MONTH,
    "country": Kind.MONTH,
    "channel": Kind.MONTH,
    "status": Kind.YEAR,
    "district": Kind.YEAR,
}
LOCK = 0x6E6A6F75  # advisory: one release at a time, or two would not know of each other
Counts = Mapping[Cell, int]
Tell = Callable[[int, int], None]


def silent(_done: int, _expected: int) -> None:
    """For who does not ask how far it is."""


class NotReleased(Exception):  # noqa: N818 (says what happened)
    """There is no table to hand out; the words say why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an outside table; a measure that is None is withheld."""

    category: tuple[str, ...]
    numbers: Mapping[str, int | None]


def tables_of(period: Period) -> list[str]:
    """The tables of the fixed set that a period has; one that still runs has those of the longest it may become."""
    order = list(Kind)
    begun = [one for one in order if standard(one, period.starts).starts == period.starts]
    kind = period.kind or begun[-1]
    return [
        table
        for table in LAYOUT.tables
        if order.index(SHORTEST.get(table, Kind.QUARTER)) <= order.index(kind)
    ]


def measures_of(table: str) -> tuple[str, ...]:
    """Of persons' attributes only how many were reached in the period: the others follow too closely."""
    return (UNIQUE,) if table in LAYOUT.exclusive else MEASURES


# --- releasing --------------------------------------------------------------------------------------


def released(indicator: str, period: Period) -> list[Release]:
    """The stored tables of a period, in the order of the fixed set; none: not released yet."""
    found = Release.objects.filter(indicator=indicator, starts=period.starts, ends=period.ends)
    return sorted(found, key=lambda one: list(LAYOUT.tables).index(one.table))


def check(indicator: str, period: Period) -> ClosedPeriod:
    """The closed period whose tables may leave. Raises NotReleased.

    It was not closed, or is a project's year, which has no tables of its own.
    """
    if period.kind is None:
        raise NotReleased(_("Tables leave for months, quarters, semesters and calendar years."))
    closed = next(iter(closing.closed(indicator, period)), None)
    if closed is None:
        raise NotReleased(_("Only the tables of a closed period may leave: close it first."))
    return closed


def release(
    indicator: str, period: Period, *, by: str, at: datetime, tell: Tell = silent
) -> list[Release]:
    """The tables of a closed period, and with them those of the shorter periods in it; made once, then kept.

    `tell` hears how many of the periods are decided, of how many. Raises NotReleased.
    """
    closed = check(indicator, period)
    with turn(LOCK, wait=True):
        if found := released(indicator, period):
            return found
        history = _History.read(closed)
        fresh = [one for one in sorted(_within(period), key=_order) if one not in history.decided]
        made: list[Release] = []
        for number, one in enumerate(fresh):
            tell(number, len(fresh))
            made += _made(history, one, by, at)
        Release.objects.bulk_create(made)
        return released(indicator, period)


def _within(period: Period) -> set[Period]:
    """The standard periods in it, itself included."""
    every = {one for kind in Kind for one in period.split(kind)}
    return {one for one in every if one.kind is not None}


def _order(period: Period) -> tuple[date, timedelta]:
    return period.ends, period.ends - period.starts


@dataclass(frozen=True)
class _History:
    """All that was released of an indicator, and the counts of what was not."""

    closed: ClosedPeriod
    counts: dict[Cell, int]
    withheld: set[Cell]
    decided: set[Period]

    @classmethod
    def read(cls, closed: ClosedPeriod) -> "_History":
        """Periods that are over and were not released are counted as of the closing."""
        counts: dict[Cell, int] = {}
        withheld: set[Cell] = set()
        decided: set[Period] = set()
        for one in Release.objects.filter(indicator=closed.indicator):
            period = Period(one.starts, one.ends)
            decided.add(period)
            for row, truth in zip(_rows(one.content), _rows(one.truth), strict=True):
                for measure, value in truth.numbers.items():
                    cell = Cell(one.table, period, row.category, measure)
                    counts[cell] = value or 0
                    if row.numbers[measure] is None:
                        withheld.add(cell)
        pending = sorted(_over(closed, decided) - decided)
        for period, tables in _counted(closed, pending).items():
            counts |= _cells(period, tables)
        return cls(closed, counts, withheld, decided)


def _over(closed: ClosedPeriod, decided: Iterable[Period]) -> set[Period]:
    """The standard periods since the first released year, as far as they have run, and the month before.

    What is said of one month says something of its year, be it released or not, over or not.
    """
    own = closing.period_of(closed)
    begin = standard(Kind.YEAR, min([own.starts, *(one.starts for one in decided)])).starts
    end = max([own.ends, *(one.ends for one in decided)])
    before = standard(Kind.MONTH, begin - timedelta(days=1))
    return {before, *(one for kind in Kind for one in Period(begin, end).split(kind))}


def _counted(closed: ClosedPeriod, periods: Sequence[Period]) -> dict[Period, Table]:
    """As frozen where it was closed by itself, else as known when this one was closed."""
    frozen = {closing.period_of(one): one for one in closing.closed(closed.indicator)}
    rest = [one for one in periods if one not in frozen]
    sets = tuple(LAYOUT.tables.values())
    counted = counting.count(closing.question_of(closed), rest, sets) if rest else {}
    return {
        one: closing.table_of(frozen[one]) if one in frozen else counted[one] for one in periods
    }


def _cells(period: Period, tables: Table) -> dict[Cell, int]:
    return {
        Cell(table, period, category, measure): getattr(numbers.reached, measure)
        for table in tables_of(period)
        for category, numbers in _table(tables, table).items()
        for measure in measures_of(table)
    }


def _table(tables: Table, name: str) -> Cells:
    return tables.get(LAYOUT.tables[name], {})


# --- deciding ---------------------------------------------------------------------------------------


def _made(history: _History, period: Period, by: str, at: datetime) -> list[Release]:
    """Decide what of a period's tables leaves, and remember it as released."""
    filled = _filled(history.counts)
    fresh = frozenset(cell for cell in filled if cell.period == period)
    waiting = {cell for cell in filled if cell.period not in history.decided and cell not in fresh}
    periods: dict[str, list[Period]] = defaultdict(list)
    for table, one in dict.fromkeys((cell.table, cell.period) for cell in filled):
        periods[table].append(one)
    web = Web(LAYOUT, frozenset(filled), periods)
    tables = suppression.Tables(filled, fresh, history.withheld | waiting, web.relations)
    hidden = suppression.protect(tables)
    history.counts.update({cell: filled[cell] for cell in fresh})
    history.withheld.update(hidden)
    history.decided.add(period)
    told = {cell: filled[cell] for cell in fresh}
    return [_stored(history.closed, period, table, told, hidden, by, at) for table in tables_of(period)]  # fmt: skip


def _filled(counts: Counts) -> dict[Cell, int]:
    """With a 0 wherever a category that is known from some period had nobody."""
    categories: dict[str, set[tuple[str, ...]]] = defaultdict(set, {TOTAL: {()}})
    for cell in counts:
        categories[cell.table].add(cell.category)
    return {
        (cell := Cell(table, period, category, measure)): counts.get(cell, 0)
        for period in {cell.period for cell in counts}
        for table in tables_of(period)
        for category in categories[table]
        for measure in measures_of(table)
    }


def _stored(  # noqa: PLR0913 (a row of a table)
    closed: ClosedPeriod,
    period: Period,
    table: str,
    told: Counts,
    hidden: frozenset[Cell],
    by: str,
    at: datetime,
) -> Release:
    truth: list[Row] = []
    for category in sorted({cell.category for cell in told if cell.table == table}):
        cells = {one: Cell(table, period, category, one) for one in measures_of(table)}
        truth.append(Row(category, {one: told[cell] for one, cell in cells.items()}))
    shown = [
        Row(
            row.category,
            {
                one: None if Cell(table, period, row.category, one) in hidden else value
                for one, value in row.numbers.items()
            },
        )
        for row in truth
    ]
    content = _written(shown)
    return Release(
        indicator=closed.indicator,
        rule=closed.rule,
        starts=period.starts,
        ends=period.ends,
        table=table,
        upto=closed.upto,
        content=content,
        truth=_written(truth),
        digest=digest(closed.indicator, closed.rule, period, table, content),
        made_by=by,
        made_at=at,
    )


def digest(indicator: str, rule: int, period: Period, table: str, content: str) -> str:
    """SHA-256 over what the table is and its lines: printed on every export of it."""
    head = canonical({"indicator": indicator, "rule": rule, "period": period.code, "table": table})
    return hashlib.sha256(f"{head}\n{content}".encode()).hexdigest()


# --- reading ----------------------------------------------------------------------------------------


def rows(one: Release) -> list[Row]:
    """The lines of a released table."""
    return list(_rows(one.content))


def _written(lines: Iterable[Row]) -> str:
    return "".join(
        canonical({"category": list(row.category), **row.numbers}) + "\n" for row in lines
    )


def _rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        told = json.loads(line)
        category = tuple(told.pop("category"))
        yield Row(category, {one: told[one] for one in MEASURES if one in told})
