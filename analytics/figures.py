"""Numbers of standard periods, kept in rows so that a page need not count; and the way to read them.

A refresh sees a fixed part of the ledger: everything up to a sequence behind which nobody is still writing.
That sequence is kept with the figures, so each of them can be counted again, whenever, to the same result.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from analytics import counting, ledger
from analytics.counting import By, Cells, Numbers, Question, Reached, Table
from analytics.models import Count, Exposure, Figure, Reach, Rule
from analytics.periods import Kind, Period, day_of, later, programme, standard

SINGLES: tuple[By, ...] = tuple((one,) for one in (*counting.ROUTES, *counting.PERSONS))
SETS: tuple[By, ...] = ((), *SINGLES, *(("country", *by) for by in SINGLES if by != ("country",)))
PACE = 20  # a period that took s seconds is counted again after 20 s at the earliest: 5 % of a core
QUICK = 0.5  # seconds: counting that takes no longer is done afresh for a page
MEMORY = "128MB"  # for each sort and hash of a refresh
LOCK = (0x6E6A6961, 2)  # one refresh at a time


def horizon() -> int:
    """The highest sequence, once every writer that could still commit a lower one has ended."""
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.barrier(cursor)
        return newest()


def newest() -> int:
    return Exposure.objects.aggregate(last=Max("sequence"))["last"] or 0


# --- refreshing -----------------------------------------------------------------------------------


def refresh(*, at: datetime) -> int:
    """Count again what new exposures changed, in all standard periods; how many periods were counted."""
    upto = horizon()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        rules = Rule.objects.filter(indicator__counted=True)
        return sum(_refresh_rule(rule, upto, at) for rule in rules)


def _refresh_rule(rule: Rule, upto: int, at: datetime) -> int:
    kept = {Period(one.starts, one.ends): one for one in _counts(rule)}
    periods = list(_periods(rule, at))
    stale = [one for one in periods if one not in kept or _touched(kept[one], upto)]
    due = [one for one in stale if one not in kept or _rested(kept[one], at)]
    still = [kept[one].pk for one in periods if one in kept and one not in stale]
    Count.objects.filter(pk__in=still, upto__lt=upto).update(upto=upto)
    if due:
        began = time.monotonic()
        tables = counting.count(question(rule, upto=upto), due, SETS)
        seconds = time.monotonic() - began
        for period, table in tables.items():
            _keep(rule, period, table)
            Count.objects.update_or_create(
                **_where(rule, period),
                defaults={"upto": upto, "counted_at": at, "seconds": seconds},
            )
    return len(due)


def _periods(rule: Rule, at: datetime) -> Iterator[Period]:
    """Every standard period of this rule from the first month with an exposure to today, and the programme."""
    first = Reach.objects.filter(indicator=rule.indicator_id).aggregate(m=Min("month"))["m"]
    if first is None:
        return
    after = Rule.objects.filter(indicator=rule.indicator_id, since__gt=rule.since)
    end = min([later(day_of(at).replace(day=1), 1), *after.values_list("since", flat=True)])
    for kind in Kind:
        here = standard(kind, max(first, rule.since))
        while here.starts < end:
            if here.starts >= rule.since:
                yield here
            here = standard(kind, here.ends)
    if not after.exists():
        yield programme(rule.start, at)


def _touched(kept: Count, upto: int) -> bool:
    """Whether an exposure before the period's end came in after it was counted."""
    ends = Period(kept.starts, kept.ends).end
    new = Exposure.objects.filter(sequence__gt=kept.upto, sequence__lte=upto, at__lt=ends)
    return new.filter(indicators__contains=[kept.indicator]).exists()


def _rested(kept: Count, at: datetime) -> bool:
    return kept.seconds <= QUICK or (at - kept.counted_at).total_seconds() >= PACE * kept.seconds


def _keep(rule: Rule, period: Period, table: Table) -> None:
    where = _where(rule, period)
    Figure.objects.filter(**where).delete()
    kept = [
        Figure(**where, by=",".join(by), cell=list(cell), **columns(numbers))
        for by, cells in table.items()
        for cell, numbers in cells.items()
    ]
    Figure.objects.bulk_create(kept, batch_size=2_000)


def _where(rule: Rule, period: Period) -> dict[str, Any]:
    return {
        "indicator": rule.indicator_id,
        "rule": rule.version,
        "starts": period.starts,
        "ends": period.ends,
    }


def _counts(rule: Rule) -> Iterable[Count]:
    return Count.objects.filter(indicator=rule.indicator_id, rule=rule.version)


PLAIN = ("targeted", "sent", "delivered", "interacted", "engaged", "completed", "referred")


def columns(numbers: Numbers) -> dict[str, int]:
    return {
        **{name: getattr(numbers, name) for name in PLAIN},
        "unique": numbers.reached.unique,
        "first_time": numbers.reached.first_time,
        "cumulative": numbers.reached.cumulative,
        "unlinked_unique": numbers.unlinked.unique,
        "unlinked_first_time": numbers.unlinked.first_time,
        "unlinked_cumulative": numbers.unlinked.cumulative,
    }


def numbers_of(row: Figure) -> Numbers:
    """A kept row as the value that counting gives."""
    return Numbers(
        **{name: getattr(row, name) for name in PLAIN},
        reached=Reached(row.unique, row.first_time, row.cumulative),
        unlinked=Reached(row.unlinked_unique, row.unlinked_first_time, row.unlinked_cumulative),
    )


# --- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """Tables of several periods, and as of when they hold."""

    tables: dict[Period, Table]
    counted_at: datetime


def question(
    rule: Rule,
    *,
    countries: Sequence[str] | None = None,
    upto: int = counting.EVERYTHING,
    recount: bool = False,
) -> Question:
    """The question that a rule asks of the ledger; `countries` None: of everything."""
    only = {} if countries is None else {"country": tuple(countries)}
    tiers = tuple(rule.tiers)
    return Question(rule.indicator_id, tiers, rule.start, upto=upto, only=only, recount=recount)


def answer(
    rule: Rule,
    periods: Sequence[Period],
    sets: Sequence[By],
    *,
    countries: Sequence[str] | None,
    at: datetime,
) -> Answer:
    """Kept figures where they are exact or counting is dear, else counted now."""
    counts = {Period(one.starts, one.ends): one for one in _counts(rule)}
    kept = [counts[period] for period in periods if period in counts]
    if len(kept) == len(periods) and _keeps(sets, countries):
        last = newest()
        if all(one.upto >= last or one.seconds > QUICK for one in kept):
            tables = {one: _read(rule, one, sets, countries) for one in periods}
            exact = all(one.upto >= last for one in kept)
            return Answer(tables, at if exact else min(one.counted_at for one in kept))
    return Answer(counting.count(question(rule, countries=countries), periods, sets), at)


def _keeps(sets: Sequence[By], countries: Sequence[str] | None) -> bool:
    if countries is None:
        return set(sets) <= set(SETS)
    wanted = {by if "country" in by else ("country", *by) for by in sets}
    return len(countries) == 1 and wanted <= set(SETS)


def _read(rule: Rule, period: Period, sets: Sequence[By], countries: Sequence[str] | None) -> Table:
    if countries is None:
        return {by: _cells(rule, period, by) for by in sets}
    return {by: _of_country(rule, period, by, countries[0]) for by in sets}


def _of_country(rule: Rule, period: Period, by: By, country: str) -> Cells:
    """One country's part of a breakdown: kept as the breakdown by country and by that."""
    kept = _cells(rule, period, by if "country" in by else ("country", *by))
    cells = {cell: one for cell, one in kept.items() if cell[0] == country}
    if "country" not in by:
        cells = {cell[1:]: one for cell, one in cells.items()}
    return cells or ({(): Numbers()} if by == () else {})


def _cells(rule: Rule, period: Period, by: By) -> Cells:
    kept = rows(rule, period).filter(by=",".join(by)).order_by("cell")
    return {tuple(row.cell): numbers_of(row) for row in kept}


def rows(rule: Rule, period: Period) -> QuerySet[Figure]:
    """Everything that is kept of a period."""
    return Figure.objects.filter(**_where(rule, period))
