"""The arithmetic of reach: distinct subjects, asked of the ledger in two statements.

One says who was met in each period (`_met`), the other when each subject was reached for the first time
(`_firsts`); every number of the product comes out of these two. Both read whole months from `reach` and
days at the edges from `exposure`; with `recount` both read `exposure` alone, which is how the ledger is
verified. A breakdown is one of three kinds:

- route (country, channel, campaign, item, gateway): a subject counts in every category it was met in;
- person (language, network, sex, age band, status, district): a subject has one category in a period,
  that of its first qualifying exposure there: earliest month, in it lowest sequence;
- period (month, quarter ...): the same question asked of each shorter period.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from analytics.models import Tier
from analytics.periods import Period, later, midnight, month_of

ROUTES = ("country", "channel", "campaign")
DETAILS = ("item", "gateway")  # routes that `reach` does not keep: always counted from exposures
PERSONS = ("language", "network", "sex", "age_band", "status", "district")
DIMENSIONS = (*ROUTES, *DETAILS, *PERSONS)
EVERYTHING = 2**63 - 1  # as `upto`: no limit

By = tuple[str, ...]  # dimensions, in the order asked
Cell = tuple[str, ...]  # one category for each of them


@dataclass(frozen=True, slots=True)
class Reached:
    """How many were reached: in the period, in it for the first time, and until its end."""

    unique: int = 0
    first_time: int = 0
    cumulative: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """Unique numbers by how far they got; chat identities without a number apart, in `unlinked`."""

    targeted: int = 0
    sent: int = 0
    delivered: int = 0
    interacted: int = 0
    engaged: int = 0
    completed: int = 0
    referred: int = 0
    reached: Reached = Reached()
    unlinked: Reached = Reached()


@dataclass(frozen=True, slots=True)
class Question:
    """What is counted, under which rule, of which part of the ledger."""

    indicator: str
    tiers: tuple[str, ...]  # that make a subject reached
    start: date  # nothing before it counts
    upto: int = EVERYTHING  # exposures recorded later are not seen
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # route -> its categories
    recount: bool = False  # from the exposures alone


Cells = dict[Cell, Numbers]
Table = dict[By, Cells]


def count(question: Question, periods: Sequence[Period], sets: Sequence[By]) -> dict[Period, Table]:
    """All numbers of these periods in these breakdowns. The total of () is always there, even when 0."""
    for by in sets:
        if unknown := set(by) - set(DIMENSIONS):
            raise ValueError(f"There is no breakdown by {', '.join(sorted(unknown))}.")
    with snapshot():
        firsts = _firsts(question, periods, sets)
        return {one: _table(_met(question, one, sets), firsts[one], sets) for one in periods}


@contextmanager
def snapshot() -> Iterator[None]:
    """Several statements that see one and the same state of the ledger."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _table(met: "dict[By, dict[Cell, Met]]", firsts: "Firsts", sets: Sequence[By]) -> Table:
    table: Table = {}
    for by in sets:
        keys = set(met[by]) | set(firsts[by]) | ({()} if by == () else set())
        table[by] = {key: _numbers(met[by].get(key), firsts[by].get(key)) for key in sorted(keys)}
    return table


def _numbers(met: "Met | None", first: "First | None") -> Numbers:
    met, first = met or Met(), first or First()
    targeted, sent, delivered, interacted, engaged, completed, referred = met.tiers
    return Numbers(
        targeted,
        sent,
        delivered,
        interacted,
        engaged,
        completed,
        referred,
        reached=Reached(met.reached, first.time, first.cumulative),
        unlinked=Reached(met.unlinked, first.unlinked_time, first.unlinked_cumulative),
    )


# --- who was met in a period ----------------------------------------------------------------------

MASKS = {tier: 1 << place for place, tier in enumerate(Tier.values)}
APART = len(MASKS)  # a mask moved by so many bits is that of a chat identity without a number
MASK = "CASE tier " + " ".join(f"WHEN '{tier}' THEN {bit}" for tier, bit in MASKS.items()) + " END"


@dataclass(slots=True)
class Met:
    tiers: tuple[int, ...] = (0,) * APART
    reached: int = 0
    unlinked: int = 0


MET = """
WITH hits AS ({hits}) {named},
cells AS (
    SELECT {group} AS part, {columns}
           bit_or({mask} << CASE WHEN linked THEN 0 ELSE {apart} END) AS mask
    FROM hits {join} WHERE {only} GROUP BY GROUPING SETS ({sets})
)
SELECT part, {names} {tiers},
       count(*) FILTER (WHERE mask & %(reached)s > 0),
       count(*) FILTER (WHERE mask & (%(reached)s << {apart}) > 0 AND mask & %(reached)s = 0)
FROM cells GROUP BY {grouped}"""


def _met(question: Question, period: Period, sets: Sequence[By]) -> dict[By, dict[Cell, Met]]:
    found: dict[By, dict[Cell, Met]] = defaultdict(dict)
    starts = max(period.starts, question.start)
    if starts >= period.ends:
        return found
    parts = Parts.of(sets)
    hits, params = _hits(question, Period(starts, period.ends), parts, ())
    statement = MET.format(
        **parts.fragments(question.only),
        hits=hits,
        mask=MASK,
        apart=APART,
        tiers=", ".join(f"count(*) FILTER (WHERE mask & {bit} > 0)" for bit in MASKS.values()),
    )
    params["reached"] = sum(MASKS[tier] for tier in question.tiers)
    for part, *row in _fetch(statement, params | parts.params(question)):
        by, cell, (*tiers, reached, unlinked) = parts.read(part, row)
        found[by][cell] = Met(tuple(tiers), reached, unlinked)
    return found


# --- when somebody was reached for the first time -------------------------------------------------


@dataclass(slots=True)
class First:
    time: int = 0
    cumulative: int = 0
    unlinked_time: int = 0
    unlinked_cumulative: int = 0


FIRSTS = """
WITH hits AS ({hits}) {named},
cells AS (
    SELECT {group} AS part, {columns}
           min(moment) FILTER (WHERE linked) AS number, min(moment) AS anyhow
    FROM hits {join} WHERE {only} AND tier = ANY(%(tiers)s) GROUP BY GROUPING SETS ({sets})
)
SELECT part, {names} number IS NOT NULL AS numbered,
       width_bucket(coalesce(number, anyhow), %(cuts)s::timestamptz[]) AS bucket, count(*)
FROM cells GROUP BY {grouped}, numbered, bucket"""


Firsts = dict[By, dict[Cell, First]]


def _firsts(
    question: Question, periods: Sequence[Period], sets: Sequence[By]
) -> dict[Period, Firsts]:
    found: dict[Period, Firsts] = {
        period: defaultdict(lambda: defaultdict(First)) for period in periods
    }
    ends = max(period.ends for period in periods)
    if ends <= question.start:
        return found
    cuts = sorted({day for period in periods for day in (period.starts, period.ends)})
    parts = Parts.of(sets)
    hits, params = _hits(question, Period(question.start, ends), parts, cuts)
    statement = FIRSTS.format(**parts.fragments(question.only), hits=hits)
    params["cuts"] = [midnight(day) for day in cuts]
    for part, *row in _fetch(statement, params | parts.params(question)):
        by, cell, (numbered, bucket, people) = parts.read(part, row)
        for period in periods:
            if bucket <= cuts.index(period.ends):
                new = people if bucket > cuts.index(period.starts) else 0
                _add(found[period][by][cell], numbered=numbered, people=people, new=new)
    return found


def _add(first: First, *, numbered: bool, people: int, new: int) -> None:
    if numbered:
        first.cumulative += people
        first.time += new
    else:
        first.unlinked_cumulative += people
        first.unlinked_time += new


# --- from where: whole months from `reach`, the days at the edges from `exposure` ------------------

REACH = """
SELECT subject, sequence, tier, linked, month,
       month::timestamp AT TIME ZONE 'Africa/Nairobi' AS moment {columns}
FROM analytics_reach
WHERE indicator = %(indicator)s AND sequence <= %(upto)s
  AND month >= %(first)s AND month < %(last)s AND month <> ALL(%(broken)s::date[])"""

EXPOSURES = """
SELECT subject, sequence, tier, linked,
       date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month, at AS moment {columns}
FROM analytics_exposure
WHERE %(indicator)s = ANY(indicators) AND sequence <= %(upto)s
  AND at >= %(begin{place})s AND at < %(end{place})s"""


def _hits(
    question: Question, span: Period, parts: "Parts", cuts: Sequence[date]
) -> tuple[str, dict[str, Any]]:
    """The statement that lists the exposures of a span, at least one for each subject and category.

    Months that a cut goes through cannot come from `reach`, which knows no days.
    """
    broken = sorted({month_of(day) for day in (span.starts, *cuts, span.ends) if day.day != 1})
    spans = [
        Period(max(month, span.starts), min(later(month, 1), span.ends))
        for month in broken
        if later(month, 1) > span.starts and month < span.ends
    ]
    asked = dict.fromkeys([*parts.dimensions, *question.only])
    whole = not (question.recount or set(asked) & set(DETAILS))
    if not whole:
        spans = [span]
    columns = "".join(f", coalesce(nullif({one}, ''), 'unknown') AS {one}" for one in asked)
    params: dict[str, Any] = {
        "indicator": question.indicator,
        "upto": question.upto,
        "first": month_of(span.starts),
        "last": span.ends,
        "broken": broken,
    }
    selects = [REACH.format(columns=columns)] if whole else []
    for place, one in enumerate(spans):
        params |= {f"begin{place}": one.begin, f"end{place}": one.end}
        selects.append(EXPOSURES.format(columns=columns, place=place))
    return " UNION ALL ".join(selects), params


@dataclass(frozen=True, slots=True)
class Parts:
    """Breakdowns as grouping sets of one statement, and its rows read back."""

    sets: tuple[By, ...]
    dimensions: By

    @classmethod
    def of(cls, sets: Sequence[By]) -> "Parts":
        asked = {dimension for by in sets for dimension in by}
        return cls(tuple(sets), tuple(one for one in DIMENSIONS if one in asked))

    def fragments(self, only: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        persons = [one for one in self.dimensions if one in PERSONS]
        column = {one: f"named.{one}" if one in persons else one for one in self.dimensions}
        named = (
            f", named AS (SELECT DISTINCT ON (subject) subject, {', '.join(persons)} "  # noqa: S608
            "FROM hits ORDER BY subject, tier = ANY(%(tiers)s) DESC, month, sequence)"
        )
        names = "".join(f"{one}, " for one in self.dimensions)
        return {
            "named": named if persons else "",
            "join": "JOIN named USING (subject)" if persons else "",
            "columns": "".join(f"{column[one]} AS {one}, " for one in self.dimensions),
            "names": names,
            "group": f"GROUPING({', '.join(column.values())})" if column else "0",
            "grouped": f"{names}part",
            "only": " AND ".join(["true", *(f"{one} = ANY(%(only_{one})s)" for one in only)]),
            "sets": ", ".join(
                f"({', '.join(['subject', *(column[one] for one in by)])})" for by in self.sets
            ),
        }

    def params(self, question: Question) -> dict[str, Any]:
        only = {f"only_{one}": list(cells) for one, cells in question.only.items()}
        return {"tiers": list(question.tiers), **only}

    def read(self, part: int, row: list[Any]) -> tuple[By, Cell, list[Any]]:
        """A row's breakdown, its cell in the order asked, and its numbers."""
        width = len(self.dimensions)
        values = dict(zip(self.dimensions, row[:width], strict=True))
        absent = [bool(part >> (width - 1 - place) & 1) for place in range(width)]
        present = {one for one, gone in zip(self.dimensions, absent, strict=True) if not gone}
        by = next(by for by in self.sets if set(by) == present)
        return by, tuple(values[one] for one in by), row[width:]


def _fetch(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
