"""Counts over every delivery of a blast, made beside the pages: a million rows take a second or two.

Beat counts again what may have changed; a page shows the last count and says when it was made. The longer a
blast has been under way, the rarer its news, and the rarer the counts.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from campaigns.blasts import routes
from campaigns.models.blasts import Blast
from campaigns.models.sums import Tally

WINDOW = 72  # hours after the request: networks keep trying for up to three days
OFTEN = 5.0  # seconds between two counts at least
SHARE = 20  # counting takes at most such a part of the time
RARER = 200  # a blast begun so many seconds ago is counted a second later
COSTS_RARER = 6  # what messages cost is of interest afterwards
LAST = timedelta(days=8)  # after its end nothing more comes: receipts wait for a week at most
Kind, State = Tally.Kind, Blast.State
RARITY = {Kind.FATES: 1, Kind.COSTS: COSTS_RARER, Kind.UNTOLD: COSTS_RARER}

FATES = """
SELECT d.state, c.gateway, d.country, d.language, d.network, d.reason,
    d.state BETWEEN 5 AND 49
        AND c.begun_at < %(at)s - make_interval(hours => COALESCE(g.hours, %(window)s)) AS late,
    count(*)
FROM campaigns_chunk c JOIN campaigns_delivery d ON d.chunk_id = c.id
LEFT JOIN unnest(%(gateways)s::text[], %(hours)s::int[]) AS g(name, hours) ON g.name = c.gateway
WHERE c.blast_id = %(blast)s
GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
"""
# Of who was refused, such as for an empty account, the provider may say that it cost 0: that is no price.
COSTS = """
SELECT c.gateway, d.country, d.language, d.network, r.currency, count(*), sum(r.cost)::text
FROM campaigns_chunk c
JOIN campaigns_deliveryresult r ON r.chunk_id = c.id AND (r.cost > 0 OR r.state = 5 AND r.cost = 0)
JOIN campaigns_delivery d ON d.id = r.delivery_id
WHERE c.blast_id = %(blast)s
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
# One message is one person in one chunk: who is sent to again moves into another.
UNTOLD = """
SELECT d.country, d.language, count(DISTINCT (r.chunk_id, r.delivery_id))
FROM campaigns_chunk c JOIN campaigns_deliveryresult r ON r.chunk_id = c.id
JOIN campaigns_delivery d ON d.id = r.delivery_id
WHERE c.blast_id = %(blast)s AND r.cost IS NULL AND r.state IN (2, 5) AND d.state > 2 AND d.state < 90
AND NOT EXISTS (SELECT 1 FROM campaigns_deliveryresult told WHERE told.chunk_id = r.chunk_id
    AND told.delivery_id = r.delivery_id AND (told.cost > 0 OR told.state = 5 AND told.cost = 0))
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries that are alike. late: the network took them and no final receipt came in its time."""

    state: int
    gateway: str
    country: str
    language: str
    network: str  # "": none was told
    reason: str
    late: bool
    people: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Messages of one text that cost something, on one network; amount as charged in all."""

    gateway: str
    country: str
    language: str
    network: str
    currency: str  # "": the provider named none
    messages: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Untold:
    """Messages of one text that left, or may have, and whose charge nobody told. Unsure ones are not in it."""

    country: str
    language: str
    messages: int


def fates(blast: Blast, *, at: datetime) -> tuple[Sequence[Group], datetime]:
    """The last count and when it was made; counted now where there is none yet."""
    if kept := Tally.objects.filter(blast=blast, kind=Kind.FATES).first():
        return [Group(*row) for row in kept.rows], kept.at
    return count_fates(blast, at=at), at


def charges(blast: Blast, *, at: datetime) -> Sequence[Charge]:
    """What the provider said, as last added up; added up now where that never was."""
    if kept := Tally.objects.filter(blast=blast, kind=Kind.COSTS).first():
        return read_charges(kept)
    return count_charges(blast, at=at)


def untold(blast: Blast) -> Sequence[Untold]:
    """As last counted; counted now where that never was."""
    if kept := Tally.objects.filter(blast=blast, kind=Kind.UNTOLD).first():
        return read_untold(kept)
    return count_untold(blast)


def read_untold(kept: Tally) -> list[Untold]:
    """What a kept tally of untold charges holds."""
    return [Untold(*row) for row in kept.rows]


def read_charges(kept: Tally) -> list[Charge]:
    """What a kept tally of costs holds."""
    return [_charge(row) for row in kept.rows]


def count_fates(blast: Blast, *, at: datetime) -> list[Group]:
    """Every delivery, counted now."""
    hours = {name: gateway.receipt_hours for name, gateway in routes.gateways().items()}
    values: dict[str, Any] = {
        "blast": blast.pk,
        "at": at,
        "window": WINDOW,
        "gateways": list(hours),
        "hours": list(hours.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(FATES, values)
        return [Group(*row) for row in cursor.fetchall()]


def count_charges(blast: Blast, *, at: datetime) -> list[Charge]:
    """Every charge, added up now."""
    with connection.cursor() as cursor:
        cursor.execute(COSTS, {"blast": blast.pk})
        return [_charge(row) for row in cursor.fetchall()]


def count_untold(blast: Blast) -> list[Untold]:
    """Every message without a charge, counted now."""
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD, {"blast": blast.pk})
        return [Untold(*row) for row in cursor.fetchall()]


def _charge(row: Sequence[Any]) -> Charge:
    """Money travels as text: JSON has no decimals."""
    return Charge(*row[:-1], Decimal(row[-1]))  # type: ignore[call-arg]


def count(blast: Blast, kind: str, *, at: datetime) -> None:
    """Count one kind and keep it."""
    began = time.monotonic()
    found = _counted(blast, kind, at)
    rows = [
        [str(value) if isinstance(value, Decimal) else value for value in astuple(one)]
        for one in found
    ]
    values = {"rows": rows, "at": at, "seconds": time.monotonic() - began}
    Tally.objects.update_or_create(blast=blast, kind=kind, defaults=values)


def _counted(blast: Blast, kind: str, at: datetime) -> Sequence[Group | Charge | Untold]:
    if kind == Kind.FATES:
        return count_fates(blast, at=at)
    return count_charges(blast, at=at) if kind == Kind.COSTS else count_untold(blast)


def keep_up(*, at: datetime) -> int:
    """Count again what is due; how many counts."""
    begun = Blast.objects.exclude(started_at=None).filter(
        Q(state__in=[State.RUNNING, State.PAUSED]) | Q(expires_at__gt=at - LAST)
    )
    due = [pair for blast in begun.prefetch_related("tallies") for pair in _due(blast, at)]
    for blast, kind in due:
        count(blast, kind, at=at)
    return len(due)


def _due(blast: Blast, at: datetime) -> Iterator[tuple[Blast, str]]:
    known = {tally.kind: tally for tally in blast.tallies.all()}
    age = (at - blast.started_at).total_seconds() if blast.started_at else 0.0
    for kind, rarer in RARITY.items():
        last = known.get(kind)
        rest = max(OFTEN, age / RARER, SHARE * last.seconds if last else 0.0) * rarer
        if last is None or (at - last.at).total_seconds() >= rest:
            yield blast, kind
