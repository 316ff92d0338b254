"""What ties the cells of outside tables to each other: everything that a reader may know without our help.

Cells are counts of sets, so some sums are exact (categories of persons and their total, first-time numbers
of months and their quarter) and others are limits (a union is no larger than the sum of its parts). A relation
that does not hold exactly in the true numbers, say because a receipt came between two closings, is taken with
the difference it truly has: whoever reads is believed to know that too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from analytics.periods import MONTHS, Period

UNIQUE, FIRST_TIME, CUMULATIVE = "unique", "first_time", "cumulative"
MEASURES = (UNIQUE, FIRST_TIME, CUMULATIVE)
TOTAL = "total"


class Cell(NamedTuple):
    """One number of one outside table."""

    table: str
    period: Period
    category: tuple[str, ...]  # one word for each dimension; () for the total
    measure: str


@dataclass(frozen=True, slots=True)
class Relation:
    """The cells, each times its factor, sum to at most 0 (to 0 when `equal`)."""

    factors: Mapping[Cell, int]
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Which table has which dimensions, and whether a number stands in one category of it only."""

    tables: Mapping[str, tuple[str, ...]]
    exclusive: frozenset[str]  # tables of persons' attributes

    def margins(self, table: str) -> list[str]:
        """The tables that this one adds up to, category by category."""
        own = self.tables[table]
        return [one for one, by in self.tables.items() if by and set(by) < set(own)]


@dataclass(frozen=True)
class Web:
    """All relations between the cells of these tables and periods."""

    layout: Layout
    cells: frozenset[Cell]
    periods: Mapping[str, Sequence[Period]]  # by table: those that have been decided
    categories: dict[str, set[tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for cell in self.cells:
            found[cell.table].add(cell.category)
        object.__setattr__(self, "categories", found)

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        return tuple(self._all())

    def _all(self) -> Iterator[Relation]:
        for table, periods in self.periods.items():
            for period in periods:
                yield from self._across(table, period)
            for category in self.categories[table]:
                yield from self._in_time(table, category, sorted(periods))
            if self.layout.tables[table] and table not in self.layout.exclusive:
                yield from self._twice(table, sorted(periods))

    def _relation(
        self, plus: Iterable[Cell], minus: Iterable[Cell], *, equal: bool = False
    ) -> Iterator[Relation]:
        """plus <= minus; nothing where one of the cells is in no table."""
        factors: dict[Cell, int] = defaultdict(int)
        for cells, sign in ((plus, 1), (minus, -1)):
            for cell in cells:
                factors[cell] += sign
        if factors and self.cells.issuperset(factors):
            yield Relation(dict(factors), equal)

    # --- categories and totals of one period ---

    def _across(self, table: str, period: Period) -> Iterator[Relation]:
        for measure in MEASURES:
            parts = [Cell(table, period, one, measure) for one in self.categories[table]]
            if self.layout.tables[table]:
                yield from self._total(table, parts, Cell(TOTAL, period, (), measure))
            for margin in self.layout.margins(table):
                if period in self.periods.get(margin, ()):
                    yield from self._margin(margin, parts)

    def _total(self, table: str, parts: list[Cell], total: Cell) -> Iterator[Relation]:
        if table in self.layout.exclusive:
            yield from self._relation(parts, [total], equal=True)
            return
        yield from self._relation([total], parts)
        if total.measure != FIRST_TIME:  # new in a country is not new everywhere
            for part in parts:
                yield from self._relation([part], [total])

    def _margin(self, margin: str, parts: list[Cell]) -> Iterator[Relation]:
        own = self.layout.tables[parts[0].table] if parts else ()
        places = [own.index(one) for one in self.layout.tables[margin]] if parts else []
        groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
        for part in parts:
            groups[tuple(part.category[place] for place in places)].append(part)
        for category, group in groups.items():
            whole = Cell(margin, group[0].period, category, group[0].measure)
            yield from self._relation(group, [whole], equal=True)

    # --- one category through time ---

    def _in_time(
        self, table: str, category: tuple[str, ...], periods: Sequence[Period]
    ) -> Iterator[Relation]:
        def cell(period: Period, measure: str) -> Cell:
            return Cell(table, period, category, measure)

        for period in periods:
            unique, first = cell(period, UNIQUE), cell(period, FIRST_TIME)
            yield from self._relation([first], [unique])
            yield from self._relation([unique], [cell(period, CUMULATIVE)])
            for before in _ending(periods, period.starts):
                known = cell(before, CUMULATIVE)
                yield from self._relation([cell(period, CUMULATIVE)], [known, first], equal=True)
                yield from self._relation([unique], [known, first])
        for one, other in pairwise(sorted(periods, key=lambda period: period.ends)):
            same = one.ends == other.ends
            ends = [cell(one, CUMULATIVE)], [cell(other, CUMULATIVE)]
            yield from self._relation(*ends, equal=same)
        for whole, parts in _divided(periods):
            yield from self._parts(whole, parts, table, category)

    def _parts(
        self, whole: Period, parts: Sequence[Period], table: str, category: tuple[str, ...]
    ) -> Iterator[Relation]:
        def cells(periods: Iterable[Period], measure: str) -> list[Cell]:
            return [Cell(table, one, category, measure) for one in periods]

        yield from self._relation(cells(parts, FIRST_TIME), cells([whole], FIRST_TIME), equal=True)
        yield from self._relation(cells([whole], UNIQUE), cells(parts, UNIQUE))
        for place, part in enumerate(parts):
            yield from self._relation(cells([part], UNIQUE), cells([whole], UNIQUE))
            later = cells(parts[place + 1 :], FIRST_TIME)
            yield from self._relation([*cells([part], UNIQUE), *later], cells([whole], UNIQUE))

    # --- who is met twice ---

    def _twice(self, table: str, periods: Sequence[Period]) -> Iterator[Relation]:
        """Whoever is met twice in a category is met twice; whoever is met in two of them in a part, is in the whole."""
        for period in periods:
            yield from self._again(table, period)
            yield from self._wider(table, (period, UNIQUE), (period, CUMULATIVE))
        for whole, parts in _divided(periods):
            yield from self._repeated(table, whole, parts)
            for part in parts:
                yield from self._wider(table, (part, UNIQUE), (whole, UNIQUE))

    def _again(self, table: str, period: Period) -> Iterator[Relation]:
        """Unique less first-time numbers are those who came back: in a category no more than everywhere."""
        unique, first = (Cell(TOTAL, period, (), one) for one in (UNIQUE, FIRST_TIME))
        for category in self.categories[table]:
            own, new = (Cell(table, period, category, one) for one in (UNIQUE, FIRST_TIME))
            yield from self._relation([own, first], [new, unique])

    def _repeated(self, table: str, whole: Period, parts: Sequence[Period]) -> Iterator[Relation]:
        """By how much the parts of a span are more than the whole: in a category no more than everywhere."""
        total, totals = (_uniques(TOTAL, (), spans) for spans in ([whole], parts))
        for category in self.categories[table]:
            own, owns = (_uniques(table, category, spans) for spans in ([whole], parts))
            yield from self._relation([*owns, *total], [*own, *totals])

    def _wider(
        self, table: str, small: tuple[Period, str], large: tuple[Period, str]
    ) -> Iterator[Relation]:
        """By how much the categories are more than the total: in a larger span no less than in one within it."""
        few, many = (
            [Cell(table, period, one, measure) for one in self.categories[table]]
            for period, measure in (small, large)
        )
        less, more = (Cell(TOTAL, period, (), measure) for period, measure in (small, large))
        yield from self._relation([*few, more], [less, *many])


def _uniques(table: str, category: tuple[str, ...], spans: Iterable[Period]) -> list[Cell]:
    return [Cell(table, one, category, UNIQUE) for one in spans]


def _ending(periods: Sequence[Period], day: object) -> list[Period]:
    """One period that ends on this day, the shortest: what it says is tied to the others that do."""
    found = [one for one in periods if one.ends == day]
    return sorted(found, key=lambda one: one.ends - one.starts)[:1]


def _divided(periods: Sequence[Period]) -> Iterator[tuple[Period, Sequence[Period]]]:
    """Each period with the next shorter ones that make it up, of each kind of which all are there."""
    for whole in periods:
        for kind in MONTHS:
            parts = list(whole.split(kind))
            if len(parts) > 1 and set(parts) <= set(periods):
                yield whole, parts
