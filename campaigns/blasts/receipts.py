"""Receipts: merged by rank, in any order and any number of times; unknown ones kept until they can be applied.

A receipt changes a delivery only if gateway, reference and number fit together (D9). One that fits nothing
may settle an unsure delivery, under three conditions (D7); else it waits, and is forgotten after a week.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from analytics.ledger import Tier
from campaigns.blasts import counting, routes
from campaigns.blasts.settling import lock
from campaigns.blasts.tallies import WINDOW
from campaigns.models.deliveries import Fate, ReceiptRow, Reply
from gateways.base import REFERENCE_MOST, Reason
from journal.intake import Entry, take
from people import consent, erasure, identity
from people.models import Person

BATCH = 5000
PATIENCE = timedelta(
    seconds=30
)  # for the sender's own commit, or a reply's, before a receipt may settle
FORGET = timedelta(days=7)
NETWORK = 16  # characters of the column; a gateway may write what it likes


@dataclass(frozen=True, slots=True)
class News:
    """One receipt, or several of the same message merged to the highest rank."""

    gateway: str
    reference: str
    token: str
    network: str
    rank: int
    reason: str
    at: datetime


def fold_receipts(limit: int = BATCH, *, at: datetime | None = None) -> int:
    """Take receipts from the journal and apply them; how many entries were taken. `at`: of a replay, None: now."""
    with take("receipt", limit) as entries, connection.cursor() as cursor:
        lock(cursor)
        apply(cursor, merged(entries), at=at or timezone.now(), recorded=at)
        return len(entries)


def merged(entries: Iterable[Entry]) -> list[News]:
    """One piece of news a message: the highest rank, of equals the earliest. Order does not matter."""
    best: dict[tuple[str, str, str], News] = {}
    for news in _current(map(_news, entries)):
        key = (news.gateway, news.reference, news.token)
        known = best.get(key)
        if known is None or (-news.rank, news.at) < (-known.rank, known.at):
            best[key] = news
    return list(best.values())


def _current(told: Iterable[News]) -> list[News]:
    """The news under the tokens of today: some was journalled just before a key was rotated."""
    all_news = list(told)
    now = identity.current(news.token for news in all_news)
    return [
        replace(news, token=now[news.token]) if news.token in now else news for news in all_news
    ]


def _news(entry: Entry) -> News:
    body: dict[str, Any] = entry.body
    return News(
        gateway=body.get("g", ""),
        reference=str(body.get("id", ""))[:REFERENCE_MOST],
        token=body.get("t", ""),
        network=str(body.get("n") or "")[:NETWORK],
        rank=int(body.get("rank", 0)),
        reason=body.get("reason") or "",
        at=entry.at,
    )


# --- applying ---------------------------------------------------------------------------------------

INCOMING = """
SELECT * FROM unnest(%(gateway)s::text[], %(reference)s::text[], %(token)s::text[], %(network)s::text[],
    %(rank)s::int[], %(reason)s::text[], %(at)s::timestamptz[])
    AS i(gateway, reference, token, network, rank, reason, at)
"""
# Each step is a look-up by index, and OFFSET 0 holds the planner to it: a million deliveries may be younger
# than its statistics, and it then joined news with chunks first (measured: 35 s a batch instead of 0.2).
KEPT = "SELECT gateway, reference, token, network, rank, reason, at FROM campaigns_receiptrow"
MATCHED = """
WITH news AS MATERIALIZED ({source}),
matched AS MATERIALIZED (
    SELECT DISTINCT n.*, d.id AS delivery, r.state AS told
    FROM news n
    CROSS JOIN LATERAL (SELECT * FROM campaigns_deliveryresult
        WHERE reference = n.reference AND reference <> '' OFFSET 0) r
    CROSS JOIN LATERAL (SELECT id FROM campaigns_delivery WHERE id = r.delivery_id AND token = n.token OFFSET 0) d
    CROSS JOIN LATERAL (SELECT FROM campaigns_chunk WHERE id = r.chunk_id AND gateway = n.gateway OFFSET 0) c
),
best AS (SELECT DISTINCT ON (delivery) * FROM matched ORDER BY delivery, rank DESC, at),
raised AS (
    UPDATE campaigns_delivery d SET state = best.rank, reason = best.reason, at = best.at,
        network = CASE WHEN best.network = '' THEN d.network ELSE best.network END
    FROM best WHERE d.id = best.delivery AND d.state < best.rank
    RETURNING d.id, d.token, d.state, d.reason, d.at, best.told
)
"""
RAISED = "SELECT id, token, state, reason, at, told FROM raised"
# Nobody's receipts are kept, merged by rank with what is kept of the same message already.
APPLY_INCOMING = f"""
{MATCHED.format(source=INCOMING)},
kept AS (
    INSERT INTO campaigns_receiptrow (gateway, reference, token, network, rank, reason, at, first_at)
    SELECT gateway, reference, token, network, rank, reason, at, at FROM news n
    WHERE NOT EXISTS (SELECT 1 FROM matched m WHERE m.gateway = n.gateway
                      AND m.reference = n.reference AND m.token = n.token)
    ON CONFLICT (gateway, reference, token) DO UPDATE SET
        rank = excluded.rank, reason = excluded.reason, at = excluded.at, network = excluded.network
    WHERE campaigns_receiptrow.rank < excluded.rank
)
{RAISED}
"""  # noqa: S608 - our own words only
APPLY_KEPT = f"""
{MATCHED.format(source=KEPT)},
gone AS (
    DELETE FROM campaigns_receiptrow k USING matched m
    WHERE m.gateway = k.gateway AND m.reference = k.reference AND m.token = k.token
)
{RAISED}
"""  # noqa: S608
Raised = tuple[int, str, int, str, datetime, int]  # the last: what the answer had told


def apply(
    cursor: CursorWrapper, news: Sequence[News], *, at: datetime, recorded: datetime | None = None
) -> None:
    """Apply news and whatever is kept and can be applied by now. Call under settling.lock.

    recorded: a replay's time of recording, None: the database's clock.
    """
    raised: list[Raised] = []
    if news:
        cursor.execute(APPLY_INCOMING, _columns(news))
        raised += cursor.fetchall()
    if ReceiptRow.objects.exists():
        _forget(at)
        settle_unsure(cursor, at=at)
        cursor.execute(APPLY_KEPT)
        raised += cursor.fetchall()
    _count(raised, at=at, recorded=recorded)
    _opt_out(raised)


def _columns(news: Sequence[News]) -> dict[str, list[object]]:
    names = ("gateway", "reference", "token", "network", "rank", "reason", "at")
    return {name: [getattr(one, name) for one in news] for name in names}


def _count(raised: Iterable[Raised], *, at: datetime, recorded: datetime | None) -> None:
    """Where our own id travelled with the request, a receipt may be the first to say that it was sent."""
    unnamed = {row[0]: row[4] for row in raised if row[5] < Fate.ACCEPTED}
    counting.count(Tier.SENT, unnamed, at=at, recorded=recorded)
    delivered = {row[0]: row[4] for row in raised if row[2] == Fate.DELIVERED}
    counting.count(Tier.DELIVERED, delivered, at=at, recorded=recorded)


def _opt_out(raised: Iterable[Raised]) -> None:
    """A network that says "this person blocked you" is believed: it is their opt-out (KE, UG)."""
    blocked = {row[1]: row[4] for row in raised if row[3] == Reason.OPTED_OUT}
    if blocked:
        people = Person.objects.filter(token__in=blocked)
        rows = people.values_list("token", "stop_token", "country")
        consent.suppress(
            consent.OptOut(stop, blocked[token], "provider", country)
            for token, stop, country in rows
        )


# A receipt of a single SMS: its own row says how far it came. One that ends it is told to RapidPro anew. Whose it is, the row knows for a day at most.
SETTLE_ANSWERS = """
UPDATE campaigns_answer a SET rank = k.rank, told = a.told AND k.rank < 50, reason = CASE WHEN k.reason = '' THEN a.reason ELSE k.reason END
FROM campaigns_receiptrow k
JOIN campaigns_reply y ON y.gateway = k.gateway AND y.reference = k.reference
WHERE a.id = y.answer_id AND a.rank < k.rank AND a.token IN ('', k.token)
"""


def _forget(at: datetime) -> None:
    """Drop what is too old to be applied, who asked to be forgotten, and what single SMS have taken."""
    ReceiptRow.objects.filter(token__in=erasure.asked().values("token")).delete()
    ReceiptRow.objects.filter(first_at__lt=at - FORGET).delete()
    with connection.cursor() as cursor:
        cursor.execute(SETTLE_ANSWERS)
        cursor.execute(
            "DELETE FROM campaigns_receiptrow k USING campaigns_reply y"
            " WHERE y.gateway = k.gateway AND y.reference = k.reference"
        )


# --- unsure -----------------------------------------------------------------------------------------

# The unsure delivery of that number, through that gateway and sender, begun at most WINDOW hours before the
# receipt. Settled only where exactly one delivery and one receipt fit each other and no chunk that holds
# the number is in flight: its own results may still come and name the reference.
SETTLE = """
WITH pair AS (
    SELECT k.reference, d.id AS delivery, d.chunk_id, k.first_at,
        count(*) OVER (PARTITION BY k.id) AS deliveries,
        count(*) OVER (PARTITION BY d.id) AS receipts
    FROM campaigns_receiptrow k
    JOIN campaigns_delivery d ON d.token = k.token AND d.state = 2
    JOIN campaigns_chunk c ON c.id = d.chunk_id AND c.gateway = k.gateway
    JOIN unnest(%(gateways)s::text[], %(senders)s::text[]) AS now(gateway, sender)
        ON now.gateway = c.gateway AND now.sender = c.sender
    WHERE k.rank > 0 AND k.first_at < %(ripe)s
    AND k.first_at >= c.begun_at AND k.first_at < c.begun_at + make_interval(hours => %(window)s)
    AND NOT EXISTS (SELECT 1 FROM campaigns_delivery o JOIN campaigns_chunk oc ON oc.id = o.chunk_id
        WHERE o.token = k.token AND oc.state = 'begun')
),
settled AS (SELECT * FROM pair WHERE deliveries = 1 AND receipts = 1),
told AS (UPDATE campaigns_chunk SET unsettled = true WHERE id IN (SELECT chunk_id FROM settled))
INSERT INTO campaigns_deliveryresult (chunk_id, delivery_id, state, reference, currency, reason, at)
SELECT chunk_id, delivery, 5, reference, '', 'receipt', first_at FROM settled
"""


def settle_unsure(cursor: CursorWrapper, *, at: datetime) -> int:
    """Give unsure deliveries the reference of a receipt that can only be theirs; how many."""
    gateways = routes.gateways().values()
    cursor.execute(
        SETTLE,
        {
            "gateways": [gateway.name for gateway in gateways],
            "senders": [gateway.sender for gateway in gateways],
            "ripe": at - PATIENCE,
            "window": WINDOW,
        },
    )
    return int(cursor.rowcount)


def set_aside(
    gateway: str, references: Iterable[str], *, at: datetime, answer: int | None = None
) -> None:
    """Name messages that are no deliveries (answers of the bot), so that their receipts settle none.

    answer: the row that they are told to.
    """
    rows = [
        Reply(gateway=gateway, reference=reference, at=at, answer_id=answer)
        for reference in references
    ]
    Reply.objects.bulk_create(rows, ignore_conflicts=True)
