"""Rushes: how many opt-outs and how many held back requests come in ten minutes, and when that is an alarm.

An authentic opt-out is obeyed whatever came with it; many at once are said to staff, who look whether a hook is
abused, a sender blocked, or a text unwelcome (D9, S13). Counts alone are kept.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Sum

from journal.intake import Entry, set_aside, take
from people import turnstile
from people.models import Rush

OPT_OUT: Final = "opt-out"
SLOT: Final = 600  # seconds
FEWEST: Final = 50  # opt-outs in ten minutes that alarm at all; our choice, as the next one
TIMES: Final = 5  # how many times the usual number
SHOWN: Final = timedelta(days=1)  # how long a burst is told of
WEEK: Final = timedelta(days=7)  # of which the usual number is the mean
LIMITS: Final = frozenset(
    limit.what
    for limit in (
        *(turnstile.DIALS, turnstile.TEXTS, turnstile.QUESTIONS),
        *(turnstile.RECEIPTS, turnstile.SECRETS),
    )
)
Key = tuple[datetime, str, str, str]  # slot, what, gateway, country

ADD = """
INSERT INTO people_rush AS kept (slot, what, gateway, country, number)
SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (slot, what, gateway, country) DO UPDATE SET number = kept.number + excluded.number
"""


@dataclass(frozen=True, slots=True)
class Burst:
    """More opt-outs than usual over one gateway. `usual`: in ten minutes, over the week before."""

    at: datetime
    gateway: str
    country: str
    number: int
    usual: float


@dataclass(frozen=True, slots=True)
class Held:
    """What doors held back: `times` a phone and a minute, or an address that guesses secrets and a minute."""

    what: str
    gateway: str
    country: str
    times: int


def add(what: str, entries: Iterable[Entry]) -> None:
    """Count entries of one kind where and when they came. Call it inside take()."""
    _write(Counter(_key(what, entry) for entry in entries))


def fold_limited() -> int:
    """Carry what doors held back from the journal into counts; how many lines."""
    with take(turnstile.LIMITED) as entries:
        counts: Counter[Key] = Counter()
        for entry in entries:
            what = entry.body.get("what")
            if what in LIMITS:
                counts[_key(str(what), entry)] += 1
            else:
                set_aside(entry, "no limit of ours")
        _write(counts)
        return len(entries)


def _key(what: str, entry: Entry) -> Key:
    slot = datetime.fromtimestamp(entry.at.timestamp() // SLOT * SLOT, UTC)
    body: Mapping[str, Any] = entry.body
    return slot, what, str(body.get("g") or "")[:64], str(body.get("c") or "")[:2]


def _write(counts: Mapping[Key, int]) -> None:
    rows = [(*key, number) for key, number in sorted(counts.items())]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [list(column) for column in zip(*rows, strict=True)])


def bursts(countries: Collection[str], *, at: datetime) -> list[Burst]:
    """Ten minutes of the last day with far more opt-outs than usual, the newest first; those of no country too."""
    rows = Rush.objects.filter(what=OPT_OUT, country__in=[*countries, ""])
    recent = rows.filter(slot__gt=at - SHOWN, slot__lte=at, number__gte=FEWEST)
    if not recent:
        return []
    before = rows.filter(slot__gt=at - SHOWN - WEEK, slot__lte=at - SHOWN)
    sums = before.values_list("gateway", "country").annotate(Sum("number"))
    slots = WEEK.total_seconds() / SLOT
    usual = {(gateway, country): number / slots for gateway, country, number in sums}
    found = (
        Burst(one.slot, one.gateway, one.country, one.number, usual.get(_whose(one), 0.0))
        for one in recent.order_by("-slot", "gateway", "country")
    )
    return [one for one in found if one.number >= TIMES * one.usual]


def _whose(rush: Rush) -> tuple[str, str]:
    return rush.gateway, rush.country


def held(countries: Collection[str], *, since: datetime) -> list[Held]:
    """What doors held back since then, the most first; what belongs to no country too."""
    rows = Rush.objects.filter(what__in=LIMITS, country__in=[*countries, ""], slot__gte=since)
    sums = rows.values_list("what", "gateway", "country").annotate(times=Sum("number"))
    return [Held(*row) for row in sums.order_by("-times", "what", "gateway", "country")]
