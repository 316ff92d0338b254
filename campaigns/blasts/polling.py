"""Receipts of gateways whose provider posts none: asked for while deliveries are open, folded like any other.

Asking again changes nothing, so nothing is journalled and nothing is remembered between two times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from analytics.turns import turn
from campaigns.blasts import receipts, routes
from campaigns.blasts.receipts import News
from campaigns.blasts.settling import lock
from campaigns.blasts.tallies import WINDOW
from gateways.base import Polled, Receipt
from people.callers import caller_if_any

SLOT = 0x706F6C6C  # an advisory lock's number: one who asks at a time, each spends of one quota
SLACK = timedelta(minutes=5)  # by which the provider's clock may differ from ours
PORTION = 5_000  # receipts folded in a transaction

# Of each gateway: from when to when requests began whose deliveries may still come further, and their texts.
OPEN = """
SELECT c.gateway, min(c.begun_at), max(c.begun_at), array_agg(DISTINCT t.text)
FROM campaigns_chunk c
JOIN campaigns_blast b ON b.id = c.blast_id
JOIN campaigns_blasttext t ON t.blast_id = b.id
WHERE c.gateway = ANY(%s) AND c.begun_at > %s
AND EXISTS (SELECT 1 FROM campaigns_delivery d WHERE d.chunk_id = c.id AND d.state BETWEEN 2 AND 49)
GROUP BY c.gateway
"""


@dataclass(frozen=True, slots=True)
class Open:
    """What of a gateway is open: requests begun from `since` to `until` with these texts."""

    gateway: str
    since: datetime
    until: datetime
    texts: tuple[str, ...]


def open_of(names: Iterable[str], *, at: datetime) -> list[Open]:
    """What is open of these gateways, as far back as a receipt may come."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [list(names), at - timedelta(hours=WINDOW)])
        rows = cursor.fetchall()
    return [Open(name, since, until, tuple(texts)) for name, since, until, texts in rows]


def polled() -> dict[str, Polled]:
    """The gateways that are asked, by name."""
    known = routes.gateways().items()
    return {name: gateway for name, gateway in known if isinstance(gateway, Polled)}


def poll(one: Open, *, at: datetime) -> int:
    """Ask a gateway and fold what it says; how many receipts. None of them while somebody else asks.

    Raises gateways.base.NoStatuses.
    """
    with turn(SLOT) as ours:
        if not ours:
            return 0
        since, until = one.since - SLACK, one.until + SLACK
        told = list(polled()[one.gateway].statuses(one.texts, since=since, until=until))
    news = [made for receipt in told if (made := _news(one.gateway, receipt, at))]
    for first in range(0, len(news), PORTION):
        with transaction.atomic(), connection.cursor() as cursor:
            lock(cursor)
            receipts.apply(cursor, news[first : first + PORTION], at=at)
    return len(news)


def _news(gateway: str, receipt: Receipt, at: datetime) -> News | None:
    """None of a number that is none: a workspace may hold any."""
    met = caller_if_any(receipt.phone)
    rank, reason = int(receipt.status), str(receipt.reason)
    return News(gateway, receipt.reference, met.token, "", rank, reason, at) if met.token else None
