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
from uuid import UUID

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
    subjects: tuple[UUID, ...] | None = None  # None: everybody
    recount: bool = False  # from the exposures alone


NOBODY = Numbers()
Cells = dict[Cell, Numbers]
Table = dict[By, Cells]


def count(question: Question, periods: Sequence[Period], sets: Sequence[By]) -> dict[Period, Table]:
    """All numbers of these periods in these breakdowns. Cells of nobody are left out, but for the total of ()."""
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
        keys = sorted({*met[by], *firsts[by], *([()] if by == () else [])})
        cells = {key: _numbers(met[by].get(key), firsts[by].get(key)) for key in keys}
        table[by] = {key: one for key, one in cells.items() if one != NOBODY or by == ()}
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
WITH hits AS NOT MATERIALIZED ({hits}),
base AS (
    SELECT {routes} subject, bit_or({mask} << CASE WHEN linked THEN 0 ELSE {apart} END) AS mask
    FROM hits WHERE {only} GROUP BY {routes} subject
), cells AS (
    SELECT {part} AS part, {routes} subject, bit_or(mask) AS mask
    FROM base GROUP BY GROUPING SETS ({route_sets})
), {named} groups AS (
    SELECT part, {routes} {kind} mask, count(*) AS people
    FROM cells {join} GROUP BY part, {routes} {kind} mask
)
SELECT part, {detail}, {dimensions} {tiers},
       coalesce(sum(people) FILTER (WHERE mask & %(reached)s > 0), 0),
       coalesce(sum(people) FILTER (
           WHERE mask & (%(reached)s << {apart}) > 0 AND mask & %(reached)s = 0), 0)
FROM groups {kinds} GROUP BY GROUPING SETS ({sets})"""


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
        tiers=", ".join(
            f"coalesce(sum(people) FILTER (WHERE mask & {bit} > 0), 0)" for bit in MASKS.values()
        ),
    )
    params["reached"] = sum(MASKS[tier] for tier in question.tiers)
    for row in _fetch(statement, params | parts.params(question)):
        by, cell, numbers = parts.read(row)
        *tiers, reached, unlinked = map(int, numbers)
        if by in sets:
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
WITH hits AS NOT MATERIALIZED ({hits}),
base AS (
    SELECT {routes} subject, min(moment) FILTER (WHERE linked) AS number,
           min(moment) FILTER (WHERE NOT linked) AS apart
    FROM hits WHERE {only} GROUP BY {routes} subject
), cells AS (
    SELECT {part} AS part, {routes} subject,
           coalesce(width_bucket(min(number), %(cuts)s::timestamptz[]), %(never)s) AS number,
           coalesce(width_bucket(min(apart), %(cuts)s::timestamptz[]), %(never)s) AS apart
    FROM base GROUP BY GROUPING SETS ({route_sets})
), {named} groups AS (
    SELECT part, {routes} {kind} number, apart, count(*) AS people
    FROM cells {join} GROUP BY part, {routes} {kind} number, apart
)
SELECT part, {detail}, {dimensions} number, apart, sum(people)
FROM groups {kinds} GROUP BY number, apart, GROUPING SETS ({sets})"""

NEVER = 2**31 - 1  # the bucket of what did not happen


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
    buckets = {
        day: place for place, day in enumerate(cuts)
    }  # bucket n: before cut n, not before cut n - 1
    parts = Parts.of(sets)
    also = "AND tier = ANY(%(tiers)s)"
    hits, params = _hits(question, Period(question.start, ends), parts, cuts, also=also)
    statement = FIRSTS.format(**parts.fragments(question.only), hits=hits)
    params |= {"cuts": [midnight(day) for day in cuts], "never": NEVER}
    for row in _fetch(statement, params | parts.params(question)):
        by, cell, (number, apart, people) = parts.read(row)
        for period in periods if by in sets else ():
            begin, end = buckets[period.starts], buckets[period.ends]
            if min(number, apart) <= end:
                _add(found[period][by][cell], int(people), (number, apart), (begin, end))
    return found


def _add(first: First, people: int, met: tuple[int, int], span: tuple[int, int]) -> None:
    """Subjects of these buckets (with a number, without one) in a period that lies between these."""
    (number, apart), (begin, end) = met, span
    if number <= end:
        first.cumulative += people
        first.time += people if number > begin else 0
    else:  # without a number until the end of this period
        first.unlinked_cumulative += people
        first.unlinked_time += people if apart > begin else 0


# --- from where: whole months from `reach`, the days at the edges from `exposure` ------------------

REACH = """
SELECT subject, sequence, tier, linked, month,
       month::timestamp AT TIME ZONE 'Africa/Nairobi' AS moment {columns}
FROM analytics_reach
WHERE indicator = %(indicator)s AND sequence <= %(upto)s
  AND month >= %(first)s AND month < %(last)s AND month <> ALL(%(broken)s::date[]) {also}"""

EXPOSURES = """
SELECT subject, sequence, tier, linked,
       date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month, at AS moment {columns}
FROM analytics_exposure
WHERE %(indicator)s = ANY(indicators) AND sequence <= %(upto)s
  AND at >= %(begin{place})s AND at < %(end{place})s {also}"""


def _hits(
    question: Question,
    span: Period,
    parts: "Parts",
    cuts: Sequence[date],
    *,
    also: str = "",
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
    if question.subjects is not None:
        also += " AND subject = ANY(%(subjects)s::uuid[])"
    asked = dict.fromkeys([*parts.dimensions, *question.only])
    whole = not (question.recount or set(asked) & set(DETAILS))
    if not whole:
        spans = [span]
    columns = "".join(f", coalesce(nullif({one}, ''), 'unknown') AS {one}" for one in asked)
    params: dict[str, Any] = {
        "indicator": question.indicator,
        "upto": question.upto,
        "subjects": list(question.subjects or ()),
        "first": month_of(span.starts),
        "last": span.ends,
        "broken": broken,
    }
    selects = [REACH.format(columns=columns, also=also)] if whole else []
    for place, one in enumerate(spans):
        params |= {f"begin{place}": one.begin, f"end{place}": one.end}
        selects.append(EXPOSURES.format(columns=columns, place=place, also=also))
    return " UNION ALL ".join(selects), params


# First qualifying exposure first, else first of any tier: by month, then by order of recording.
RANK = """
(CASE WHEN tier = ANY(%(tiers)s) THEN 0 ELSE 1 END::bigint << 60)
+ ((extract(year FROM month)::bigint * 12 + extract(month FROM month)::bigint) << 44) + sequence"""

SEQUENCE = 2**44 - 1  # the part of a rank that is the sequence
NAMED = """
first AS MATERIALIZED (
    SELECT subject, {persons} FROM hits
    JOIN (SELECT min({rank}) & {sequence} AS sequence FROM hits GROUP BY subject) one USING (sequence)
), kinds AS MATERIALIZED (
    SELECT row_number() OVER () AS kind, {persons} FROM (SELECT DISTINCT {persons} FROM first) words
), named AS MATERIALIZED (
    SELECT subject, kind FROM first JOIN kinds USING ({persons})
),"""


@dataclass(frozen=True, slots=True)
class Parts:
    """Breakdowns as the grouping sets of one statement, and its rows read back.

    Subjects are first made distinct within each set of routes (`part` says which), then given their one
    category of each person's dimension, then added up: so the dear step is done once for all breakdowns
    with the same routes.
    """

    sets: tuple[By, ...]
    routes: By
    persons: By

    @classmethod
    def of(cls, sets: Sequence[By]) -> "Parts":
        asked = {dimension for by in sets for dimension in by}
        routes = tuple(one for one in (*ROUTES, *DETAILS) if one in asked)
        return cls(tuple(sets), routes, tuple(one for one in PERSONS if one in asked))

    @property
    def dimensions(self) -> By:
        return (*self.routes, *self.persons)

    def fragments(self, only: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """The pieces of a statement that depend on what is asked; every word is one of DIMENSIONS."""
        persons = ", ".join(self.persons)
        named = NAMED.format(persons=persons, rank=RANK, sequence=SEQUENCE)
        inner = dict.fromkeys(tuple(one for one in by if one in self.routes) for by in self.sets)
        outer = dict.fromkeys(tuple(one for one in by if one in self.persons) for by in self.sets)
        personal = {self._part(by) for by in self.sets if set(by) & set(self.persons)}
        need = f"part IN ({', '.join(map(str, sorted(personal)))})"
        return {
            "routes": _listed(self.routes),
            "dimensions": _listed(self.dimensions),
            "part": f"GROUPING({', '.join(self.routes)})" if self.routes else "0",
            "detail": f"GROUPING({persons})" if persons else "0",
            "named": named if persons else "",
            "join": f"LEFT JOIN named ON {need} AND named.subject = cells.subject"
            if persons
            else "",
            "kind": "kind, " if persons else "",
            "kinds": "LEFT JOIN kinds USING (kind)" if persons else "",
            "only": " AND ".join(["true", *(f"{one} = ANY(%(only_{one})s)" for one in only)]),
            "route_sets": ", ".join(f"({_listed(by)}subject)" for by in inner),
            "sets": ", ".join(f"({_listed((*self.routes, *by))}part)" for by in outer),
        }

    def _part(self, by: By) -> int:
        """What GROUPING() of the routes says in the rows of this breakdown."""
        bits = ("0" if one in by else "1" for one in self.routes)
        return int("".join(bits) or "0", 2)

    def params(self, question: Question) -> dict[str, Any]:
        only = {f"only_{one}": list(cells) for one, cells in question.only.items()}
        return {"tiers": list(question.tiers), **only}

    def read(self, row: tuple[Any, ...]) -> tuple[By, Cell, tuple[Any, ...]]:
        """A row's breakdown and cell, in the order asked, and its numbers."""
        part, detail, *rest = row
        width = len(self.dimensions)
        words = dict(zip(self.dimensions, rest[:width], strict=True))
        present = _present(self.routes, part) | _present(self.persons, detail)
        by = next((by for by in self.sets if set(by) == present), ("",))
        return by, tuple(words.get(one, "") for one in by), tuple(rest[width:])


def _present(dimensions: By, grouping: int) -> set[str]:
    """Which dimensions PostgreSQL's GROUPING() says a row is grouped by: those whose bit is 0."""
    last = len(dimensions) - 1
    return {one for place, one in enumerate(dimensions) if not grouping >> (last - place) & 1}


def _listed(words: By) -> str:
    return "".join(f"{one}, " for one in words)


def _fetch(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
