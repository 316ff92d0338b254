"""How the figures are kept fresh: every minute, at a cost that follows what is new, not what there is.

A refresh sees a fixed part of the ledger: everything up to a sequence behind which nobody is still writing.
That sequence is kept with the figures, so each can be counted again, whenever, to the same result. Of the
subjects met since, the same question is asked twice, as of then and as of now: the difference is added, a
slice of subjects after the other. Only a period never counted before, or one with so many new subjects that
counting is cheaper, is counted as a whole.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from analytics import counting, figures, ledger
from analytics.counting import Table
from analytics.figures import SETS, columns, counts, question, where
from analytics.models import Count, Exposure, Figure, Rule
from analytics.periods import Kind, Period, day_of, later, month_of, programme, standard
from analytics.questions import By, Cell

FEW = 5_000  # subjects whose difference is added at a time
SLICE = 12  # seconds that this takes over ten million exposures on a busy machine of two cores
SLICES = 40  # of one refresh at most: the subjects are held in memory
PACE = 20  # a whole count that took s seconds is not repeated within 20 s: 5 % of a core
MEMORY = "128MB"  # for each sort and hash of a refresh
LOCK = (0x6E6A6961, 2)  # one refresh at a time


def horizon() -> int:
    """The highest sequence, once every writer that could still commit a lower one has ended."""
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.barrier(cursor)
        return figures.newest()


def refresh(*, at: datetime) -> int:
    """Bring all standard periods up to date; in how many something had changed."""
    upto = horizon()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        rules = Rule.objects.filter(indicator__counted=True)
        return sum(_refresh_rule(rule, upto, at) for rule in rules)


def _refresh_rule(rule: Rule, upto: int, at: datetime) -> int:
    kept = {Period(one.starts, one.ends): one for one in counts(rule)}
    first = _first_month(rule, kept.values(), upto)
    periods = list(_periods(rule, first, at)) if first else []
    stale = [one for one in periods if one not in kept or _touched(kept[one], upto)]
    still = [kept[one].pk for one in periods if one in kept and one not in stale]
    Count.objects.filter(pk__in=still, upto__lt=upto).update(upto=upto)
    whole = [one for one in stale if one not in kept]
    for since, group in _by_age(stale, kept).items():
        slices = _slices(_new_subjects(rule, since, upto))
        if len(slices) > _worth(kept[one] for one in group):
            whole += [one for one in group if _rested(kept[one], at, PACE * kept[one].seconds)]
        elif len(slices) < 2 or _rested(kept[group[0]], at, 2 * SLICE * len(slices)):
            _add_differences(rule, group, slices, (since, upto), at)
    if whole:
        _count_whole(rule, whole, upto, at)
    return len(stale)


def _by_age(stale: Sequence[Period], kept: Mapping[Period, Count]) -> dict[int, list[Period]]:
    """Periods counted before, by the sequence up to which they were."""
    groups: dict[int, list[Period]] = defaultdict(list)
    for period in stale:
        if period in kept:
            groups[kept[period].upto].append(period)
    return groups


def _first_month(rule: Rule, kept: Collection[Count], upto: int) -> date | None:
    """The earliest month with an exposure: among those counted, or among what came in since."""
    known = figures.first_month(rule.indicator_id)
    since = min((one.upto for one in kept), default=0)
    new = Exposure.objects.filter(sequence__gt=since, sequence__lte=upto)
    earliest = new.filter(indicators__contains=[rule.indicator_id]).aggregate(at=Min("at"))["at"]
    new_month = month_of(day_of(earliest)) if earliest else None
    return min(filter(None, (known, new_month)), default=None)


def _periods(rule: Rule, first: date, at: datetime) -> Iterator[Period]:
    """Every standard period of this rule from the first month to today, and the programme."""
    after = Rule.objects.filter(indicator=rule.indicator_id, since__gt=rule.since)
    end = min([later(month_of(day_of(at)), 1), *after.values_list("since", flat=True)])
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


def _new_subjects(rule: Rule, since: int, upto: int) -> list[UUID]:
    """Whom exposures recorded in (since, upto] met; when they are many, only so many as to see that."""
    new = Exposure.objects.filter(sequence__gt=since, sequence__lte=upto)
    met = new.filter(indicators__contains=[rule.indicator_id]).values_list("subject", flat=True)
    return list(met.distinct()[: FEW * SLICES + 1])


def _slices(subjects: Sequence[UUID]) -> list[Sequence[UUID]]:
    """At least one: what came in again of a known fact moves the sequence all the same."""
    return [subjects[at : at + FEW] for at in range(0, len(subjects), FEW)] or [subjects]


def _worth(counts: Iterable[Count]) -> int:
    """How many slices cost less than counting these periods as a whole did."""
    seconds = max(one.seconds for one in counts)
    return min(SLICES, max(1, int(seconds / SLICE)))


def _rested(kept: Count, at: datetime, seconds: float) -> bool:
    return (at - kept.counted_at).total_seconds() >= seconds


# --- counting as a whole --------------------------------------------------------------------------


def _count_whole(rule: Rule, periods: Sequence[Period], upto: int, at: datetime) -> None:
    began = time.monotonic()
    tables = counting.count(question(rule, upto=upto), periods, SETS)
    seconds = time.monotonic() - began
    for period, table in tables.items():
        figures.rows(rule, period).delete()
        _write(rule, period, {key: columns(one) for key, one in _flat(table).items()})
        fresh = {"upto": upto, "counted_at": at, "seconds": seconds}
        Count.objects.update_or_create(**where(rule, period), defaults=fresh)


def _flat(table: Table) -> dict[tuple[By, Cell], counting.Numbers]:
    return {(by, cell): one for by, cells in table.items() for cell, one in cells.items()}


def _write(rule: Rule, period: Period, cells: Mapping[tuple[By, Cell], Mapping[str, int]]) -> None:
    """Write rows, over those that are there."""
    found = [
        Figure(**where(rule, period), by=",".join(by), cell=list(cell), **numbers)
        for (by, cell), numbers in cells.items()
    ]
    Figure.objects.bulk_create(
        found,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["indicator", "rule", "starts", "ends", "by", "cell"],
        update_fields=list(columns(counting.NOBODY)),
    )


# --- adding the difference ------------------------------------------------------------------------


def _add_differences(
    rule: Rule,
    periods: Sequence[Period],
    slices: Sequence[Sequence[UUID]],
    span: tuple[int, int],
    at: datetime,
) -> None:
    """What these subjects count for as of now, less what they counted for as of then."""
    for subjects in slices:
        then, now = (
            counting.count(question(rule, upto=upto, subjects=subjects), periods, SETS)
            for upto in span
        )
        for period in periods:
            _shift(rule, period, _flat(then[period]), _flat(now[period]))
    for period in periods:
        counts(rule).filter(**where(rule, period)).update(upto=span[1], counted_at=at)


def _shift(
    rule: Rule,
    period: Period,
    then: Mapping[tuple[By, Cell], counting.Numbers],
    now: Mapping[tuple[By, Cell], counting.Numbers],
) -> None:
    nobody = counting.NOBODY
    changed = [key for key in {**then, **now} if then.get(key, nobody) != now.get(key, nobody)]
    kept = {
        figures.key_of(row): columns(figures.numbers_of(row)) for row in figures.rows(rule, period)
    }
    cells: dict[tuple[By, Cell], dict[str, int]] = {}
    for key in changed:
        old, less = kept.get(key, columns(nobody)), columns(then.get(key, nobody))
        plus = columns(now.get(key, nobody))
        cells[key] = {name: old[name] - less[name] + plus[name] for name in old}
    _write(rule, period, cells)
    gone = [key for key, numbers in cells.items() if not any(numbers.values()) and key[0]]
    for by, cell in gone:
        figures.rows(rule, period).filter(by=",".join(by), cell=list(cell)).delete()
