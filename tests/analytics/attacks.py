"""Somebody who wants to know the withheld numbers, and invented histories to try it on.

Written apart from what it attacks: it knows sets, not our relations. From the released numbers it reasons by
exact linear algebra on the sums, and by narrowing whole-number limits until nothing gives any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations

from analytics.linking import CUMULATIVE, FIRST_TIME, UNIQUE, Cell, Layout
from analytics.periods import Kind, Period

LAYOUT = Layout(
    {
        "total": (),
        "country": ("country",),
        "sex": ("sex",),
        "age": ("age_band",),
        "sex-age": ("sex", "age_band"),
    },
    frozenset({"sex", "age", "sex-age"}),
)
ROUTES = ("total", "country")
MANY = 10**6


@dataclass(frozen=True)
class Fact:
    """Somebody was met in a month of 2025, in a country."""

    month: int
    person: int
    country: str


def cells(
    facts: Sequence[Fact], who: Mapping[int, tuple[str, str]], periods: Sequence[Period]
) -> dict[Cell, int]:
    """Every cell of these periods, counted as sets; `who`: sex and age of each person."""
    listed: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for fact in facts:
        for table in LAYOUT.tables:
            listed[table].add(_key(table, fact, who))
    found = {}
    for period in periods:
        now = _sets(facts, who, _month(period.starts), _month(period.ends))
        old = _sets(facts, who, 1, _month(period.starts))
        for table in LAYOUT.tables:
            for key in listed[table]:
                here, before = now[table, key], old[table, key]
                found[Cell(table, period, key, UNIQUE)] = len(here)
                if table in ROUTES:
                    found[Cell(table, period, key, FIRST_TIME)] = len(here - before)
                    found[Cell(table, period, key, CUMULATIVE)] = len(here | before)
    return found


def _key(table: str, fact: Fact, who: Mapping[int, tuple[str, str]]) -> tuple[str, ...]:
    sex, age = who[fact.person]
    return {
        "total": (),
        "country": (fact.country,),
        "sex": (sex,),
        "age": (age,),
        "sex-age": (sex, age),
    }[table]


def _month(day: date) -> int:
    return (day.year - 2025) * 12 + day.month


def _sets(facts, who, first, last):
    found: dict[tuple[str, tuple[str, ...]], set[int]] = defaultdict(set)
    for fact in facts:
        if first <= fact.month < last:
            for table in LAYOUT.tables:
                found[table, _key(table, fact, who)].add(fact.person)
    return found


def year(*kinds: Kind, until: int = 12) -> list[Period]:
    """The periods of 2025 in the order in which they end."""
    whole = Period(date(2025, 1, 1), date(2026, 1, 1))
    every = [one for kind in kinds for one in whole.split(kind) if _month(one.ends) <= until + 1]
    return sorted(every, key=lambda one: (one.ends, one.ends - one.starts))


# --- what follows from what -----------------------------------------------------------------------

Sum = tuple[dict[Cell, int], int]  # factors, and what they add up to (or to at least)


@dataclass
class Attacker:
    """Knows the released cells, and that the withheld ones exist."""

    known: Mapping[Cell, int]
    withheld: frozenset[Cell]

    def __post_init__(self) -> None:
        self.every = {*self.known, *self.withheld}
        self.low = dict.fromkeys(self.withheld, 0)
        self.high = dict.fromkeys(self.withheld, MANY)

    def limits(self) -> dict[Cell, tuple[int, int]]:
        """Lowest and highest value of each withheld cell, after all reasoning."""
        exact, at_least = list(self._sums()), list(self._orders())
        reduced = list(_eliminated([self._open(one) for one in exact]))
        for factors, value in reduced:
            if len(factors) == 1:
                ((cell, factor),) = factors.items()
                self.low[cell] = self.high[cell] = int(value / factor)
        rules = [self._open(one) for one in (*exact, *at_least, *map(_negative, exact))]
        while any(self._narrow(*rule) for rule in rules):
            pass
        return {cell: (self.low[cell], self.high[cell]) for cell in self.withheld}

    def _open(self, rule: Sum) -> Sum:
        """The rule with the known numbers put in."""
        factors, value = rule
        known = sum(by * self.known[cell] for cell, by in factors.items() if cell in self.known)
        return {cell: by for cell, by in factors.items() if cell not in self.known}, value - known

    def _narrow(self, factors: dict[Cell, int], least: int) -> bool:
        """From: the sum is at least `least`."""
        most = sum(by * (self.high if by > 0 else self.low)[one] for one, by in factors.items())
        gained = False
        for cell, by in factors.items():
            rest = most - by * (self.high if by > 0 else self.low)[cell]
            if by > 0 and (limit := -((rest - least) // by)) > self.low[cell]:
                self.low[cell] = limit
                gained = True
            elif by < 0 and (limit := (rest - least) // -by) < self.high[cell]:
                self.high[cell] = limit
                gained = True
        return gained

    def _sums(self) -> Iterator[Sum]:
        """What adds up exactly."""
        for period in {cell.period for cell in self.every}:
            for margin, by in (("total", ()), ("sex", (0,)), ("age", (1,))):
                yield from self._parts("sex-age", margin, by, period)
            yield from self._parts("sex", "total", (), period)
            yield from self._parts("age", "total", (), period)
        yield from self._chains()
        for whole, parts in self._divided(FIRST_TIME):
            yield {whole: 1, **dict.fromkeys(parts, -1)}, 0

    def _chains(self) -> Iterator[Sum]:
        """What was so far and what is new."""
        for one, other in combinations(self._of(CUMULATIVE), 2):
            if one[:1] + one[2:] != other[:1] + other[2:]:
                continue
            if one.period.ends == other.period.ends:
                yield {one: 1, other: -1}, 0
            for first, second in ((one, other), (other, one)):
                new = second._replace(measure=FIRST_TIME)
                if first.period.ends == second.period.starts:
                    yield {second: 1, first: -1, new: -1}, 0

    def _parts(self, table, margin, places, period) -> Iterator[Sum]:
        groups = defaultdict(list)
        for cell in self._of(UNIQUE):
            if (cell.table, cell.period) == (table, period):
                groups[tuple(cell.category[place] for place in places)].append(cell)
        for key, parts in groups.items():
            yield {Cell(margin, period, key, UNIQUE): 1, **dict.fromkeys(parts, -1)}, 0

    def _orders(self) -> Iterator[Sum]:
        """What cannot be less than what: left minus right is at least 0."""
        for cell in self._of(FIRST_TIME):
            unique, ever = (cell._replace(measure=one) for one in (UNIQUE, CUMULATIVE))
            yield {unique: 1, cell: -1}, 0
            yield {ever: 1, unique: -1}, 0
            for before in self._of(CUMULATIVE):
                if before[:1] + before[2:3] == cell[:1] + cell[2:3]:
                    if before.period.ends == cell.period.starts:
                        yield {before: 1, cell: 1, unique: -1}, 0
                    if before.period.ends < cell.period.ends:
                        yield {ever: 1, before: -1}, 0
        for whole, parts in self._divided(UNIQUE):
            yield {**dict.fromkeys(parts, 1), whole: -1}, 0
            yield from (({whole: 1, part: -1}, 0) for part in parts)
            for place, part in enumerate(parts if whole.table in ROUTES else ()):
                new = [one._replace(measure=FIRST_TIME) for one in parts[place + 1 :]]
                yield {whole: 1, part: -1, **dict.fromkeys(new, -1)}, 0
        yield from self._unions()
        yield from self._repeated()

    def _unions(self) -> Iterator[Sum]:
        groups = defaultdict(list)
        for cell in self.every:
            if cell.table == "country":
                groups[Cell("total", cell.period, (), cell.measure)].append(cell)
        for total, parts in groups.items():
            yield {**dict.fromkeys(parts, 1), total: -1}, 0
            if total.measure != FIRST_TIME:
                yield from (({total: 1, part: -1}, 0) for part in parts)

    def _repeated(self) -> Iterator[Sum]:
        """Who is met twice in a country is met twice; who is met in two countries in a month, is in its year."""
        lands = sorted({cell.category for cell in self.every if cell.table == "country"})
        totals = [cell for cell in self.every if cell.table == "total" and cell.measure == UNIQUE]
        for total in totals:
            new, ever = (total._replace(measure=one) for one in (FIRST_TIME, CUMULATIVE))
            for land in lands:
                own, fresh = (one._replace(table="country", category=land) for one in (total, new))
                yield {total: 1, new: -1, own: -1, fresh: 1}, 0
            yield from self._wider(total, ever, lands)
        for whole, parts in self._divided(UNIQUE):
            for land in lands if whole.table == "total" else ():
                here = [one._replace(table="country", category=land) for one in (whole, *parts)]
                most = {**dict.fromkeys(parts, 1), whole: -1}
                yield {**most, **dict.fromkeys(here[1:], -1), here[0]: 1}, 0
            for part in parts if whole.table == "total" else ():
                yield from self._wider(part, whole, lands)

    def _wider(self, small: Cell, large: Cell, lands) -> Iterator[Sum]:
        """By how much the countries are more than the total: in the larger span no less than in the smaller."""
        factors = {small: 1, large: -1}
        for land in lands:
            factors[small._replace(table="country", category=land)] = -1
            factors[large._replace(table="country", category=land)] = 1
        yield factors, 0

    def _of(self, measure: str) -> list[Cell]:
        return sorted(cell for cell in self.every if cell.measure == measure)

    def _divided(self, measure: str) -> Iterator[tuple[Cell, list[Cell]]]:
        for whole in self._of(measure):
            for kind in Kind:
                parts = [whole._replace(period=one) for one in whole.period.split(kind)]
                if len(parts) > 1 and self.every.issuperset(parts):
                    yield whole, parts


def _negative(rule: Sum) -> Sum:
    return {cell: -by for cell, by in rule[0].items()}, -rule[1]


def _eliminated(rules: list[Sum]) -> Iterator[tuple[dict[Cell, Fraction], Fraction]]:
    """Gauss and Jordan, in fractions: each line with as few cells as can be."""
    lines = [
        ({cell: Fraction(by) for cell, by in factors.items()}, Fraction(value))
        for factors, value in rules
    ]
    done: list[tuple[dict[Cell, Fraction], Fraction]] = []
    while lines:
        factors, value = lines.pop()
        if not factors:
            continue
        pivot, by = next(iter(factors.items()))
        head = {cell: one / by for cell, one in factors.items()}, value / by
        lines = [_without(pivot, line, head) for line in lines]
        done = [*(_without(pivot, line, head) for line in done), head]
    yield from done


def _without(pivot, line, head):
    factors, value = line
    by = factors.get(pivot, Fraction(0))
    if not by:
        return line
    rest = {
        cell: left
        for cell in {*factors, *head[0]}
        if (left := factors.get(cell, Fraction(0)) - by * head[0].get(cell, Fraction(0)))
    }
    return rest, value - by * head[1]
