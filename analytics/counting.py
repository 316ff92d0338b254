"""The arithmetic of reach: distinct subjects, asked of the ledger in two statements.

One says who was met in each period (`_met`), the other when each subject was reached for the first time
(`_firsts`); every number of the product comes out of these two. Both read whole months from `reach` and
days at the edges from `exposure`; with `recount` both read `exposure` alone, which is how the ledger is
verified.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from analytics.models import Tier
from analytics.periods import Period, midnight
from analytics.questions import DIMENSIONS, By, Cell, Parts, Question, hits


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


NOBODY = Numbers()
Cells = dict[Cell, Numbers]
Table = dict[By, Cells]


def count(question: Question, periods: Sequence[Period], sets: Sequence[By]) -> dict[Period, Table]:
    """All numbers of these periods in these breakdowns. Cells of nobody are left out, but for the total of ()."""
    for by in sets:
        if unknown := set(by) - set(DIMENSIONS):
            raise ValueError(f"There is no breakdown by {', '.join(sorted(unknown))}.")
    with snapshot(), _in_whole_passes():
        firsts = _firsts(question, periods, sets)
        return {one: _table(_met(question, one, sets), firsts[one], sets) for one in firsts}


def met(question: Question, period: Period, sets: Sequence[By]) -> "dict[By, dict[Cell, Met]]":
    """Only who was met in the period: of a breakdown by content item all exposures since the start are dear."""
    with snapshot(), _in_whole_passes():
        return _met(question, period, sets)


@contextmanager
def snapshot() -> Iterator[None]:
    """Several statements that see one and the same state of the ledger."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _in_whole_passes() -> Iterator[None]:
    """Each statement reads its rows once, whatever the planner believes of the tables.

    Of a table that was never analysed it expects one row, and would join by going through everything once
    for each subject: a minute for the first 5 000 people of a new deployment, days for a million.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


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
    if question.start >= period.ends:
        return found
    parts = Parts.of(sets)
    for row in _fetch(*met_statement(question, period, sets)):
        by, cell, numbers = parts.read(row)
        *tiers, reached, unlinked = map(int, numbers)
        if by in sets:
            found[by][cell] = Met(tuple(tiers), reached, unlinked)
    return found


def met_statement(
    question: Question, period: Period, sets: Sequence[By]
) -> tuple[str, dict[str, Any]]:
    """What is asked of the database for who was met in a period that begins before it ends, with parameters."""
    parts = Parts.of(sets)
    span = Period(max(period.starts, question.start), period.ends)
    listed, params = hits(question, span, parts, ())
    statement = MET.format(
        **parts.fragments(question.only),
        hits=listed,
        mask=MASK,
        apart=APART,
        tiers=", ".join(
            f"coalesce(sum(people) FILTER (WHERE mask & {bit} > 0), 0)" for bit in MASKS.values()
        ),
    )
    params["reached"] = sum(MASKS[tier] for tier in question.tiers)
    return statement, params | parts.params(question)


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
    for row in _fetch(*firsts_statement(question, cuts, sets)):
        by, cell, (number, apart, people) = parts.read(row)
        for period in found if by in sets else ():
            begin, end = buckets[period.starts], buckets[period.ends]
            if min(number, apart) <= end:
                _add(found[period][by][cell], int(people), (number, apart), (begin, end))
    return found


def firsts_statement(
    question: Question, cuts: Sequence[date], sets: Sequence[By]
) -> tuple[str, dict[str, Any]]:
    """What is asked of the database for when subjects were first reached, between these days, with parameters."""
    parts = Parts.of(sets)
    also = "AND tier = ANY(%(tiers)s)"
    listed, params = hits(question, Period(question.start, cuts[-1]), parts, cuts, also=also)
    statement = FIRSTS.format(**parts.fragments(question.only), hits=listed)
    params |= {"cuts": [midnight(day) for day in cuts], "never": NEVER}
    return statement, params | parts.params(question)


def _add(first: First, people: int, met: tuple[int, int], span: tuple[int, int]) -> None:
    """Subjects of these buckets (with a number, without one) in a period that lies between these."""
    (number, apart), (begin, end) = met, span
    if number <= end:
        first.cumulative += people
        first.time += people if number > begin else 0
    else:  # without a number until the end of this period
        first.unlinked_cumulative += people
        first.unlinked_time += people if apart > begin else 0


def _fetch(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
