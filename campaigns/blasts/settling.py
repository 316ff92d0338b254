"""What the sender appended is folded into the deliveries and the ledger, in bulk and behind the sending.

Each step is one transaction under one advisory lock, which receipts take too: folds never wait for each
other's rows. A step that is killed is done again from the start; nothing counts twice.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from analytics.ledger import Tier
from campaigns.blasts import approval, counting, detours, freezing, leases
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.routes import NoRoute
from campaigns.models.blasts import Blast
from campaigns.models.deliveries import Chunk

log = logging.getLogger(__name__)
LOCK = 0x736574746C  # an advisory lock's number: any, but the same in every process
CHUNKS, PEOPLE = (
    50,
    5_000,
)  # at most of each in a transaction: bounds memory and how long receipts wait
State = Blast.State

FOLD = """
WITH best AS (
    SELECT DISTINCT ON (delivery_id) delivery_id, state, reason, at
    FROM campaigns_deliveryresult WHERE chunk_id = ANY(%(chunks)s)
    ORDER BY delivery_id, state DESC, id DESC
)
UPDATE campaigns_delivery d SET state = best.state, reason = best.reason, at = best.at
FROM best WHERE d.id = best.delivery_id AND d.state < best.state
"""
# Of chunks that were closed, whoever was surely not written to is left out for the chunk's reason.
FOLD_CLOSED = """
UPDATE campaigns_delivery d SET state = 91, reason = c.reason, at = clock_timestamp()
FROM campaigns_chunk c
WHERE c.id = ANY(%(chunks)s) AND c.state = 'closed' AND d.chunk_id = c.id AND d.state < 2
"""
ACCEPTED = """
SELECT delivery_id, min(at) FROM campaigns_deliveryresult
WHERE chunk_id = ANY(%(chunks)s) AND state = 5 GROUP BY delivery_id
"""


def lock(cursor: CursorWrapper) -> None:
    """One fold at a time over deliveries; held to the end of the transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def settle(limit: int = CHUNKS, *, at: datetime | None = None) -> int:
    """Fold the results of some chunks into their deliveries and count who was sent to; how many chunks.

    `at`: a replay's time of recording, None: now.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        lock(cursor)
        waiting = Chunk.objects.select_for_update(skip_locked=True, no_key=True)
        rows = waiting.filter(unsettled=True).order_by("pk")[:limit].values_list("pk", "people")
        chunks = list(_bounded(rows))
        if not chunks:
            return 0
        for statement in (FOLD, FOLD_CLOSED, ACCEPTED):
            cursor.execute(statement, {"chunks": chunks})
        counting.count(Tier.SENT, dict(cursor.fetchall()), at=at or timezone.now(), recorded=at)
        Chunk.objects.filter(pk__in=chunks).update(unsettled=False)
    return len(chunks)


def target(limit: int = CHUNKS, *, at: datetime | None = None) -> int:
    """Count the people of some chunks of approved blasts as targeted, as of the approval; how many chunks."""
    with transaction.atomic():
        waiting = Chunk.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        approved = waiting.filter(targeted=False, blast__approved_at__isnull=False)
        rows = approved.order_by("pk")[:limit].values_list("pk", "people")
        chunks = list(_bounded(rows))
        if not chunks:
            return 0
        counting.count(Tier.TARGETED, _approved(chunks), at=at or timezone.now(), recorded=at)
        Chunk.objects.filter(pk__in=chunks).update(targeted=True)
    return len(chunks)


def _bounded(rows: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The first chunks, of (chunk, people), up to PEOPLE people; at least one."""
    total = 0
    for chunk, people in rows:
        if total and total + people > PEOPLE:
            return
        total += people
        yield chunk


def _approved(chunks: list[int]) -> dict[int, datetime]:
    """Delivery -> when its blast was approved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, b.approved_at FROM campaigns_delivery d JOIN campaigns_blast b"
            " ON b.id = d.blast_id WHERE d.chunk_id = ANY(%s)",
            [chunks],
        )
        return dict(cursor.fetchall())


def tend(*, seconds: float = 4.0) -> None:
    """What beat does for blasts every few seconds: everything that became due, then folds for a while."""
    for blast in freezing.unfinished():
        _freeze(blast)
    approval.start_due()
    leases.reclaim()
    detours.leave_silent()
    expire()
    _close_left_over()
    until = time.monotonic() + seconds
    while target() + settle() and time.monotonic() < until:
        pass
    finish()


def _freeze(blast: Blast) -> None:
    """One that cannot be frozen waits for an operator and holds up no other."""
    try:
        freezing.freeze(blast)
    except (freezing.Unbalanced, NoRoute, NoMoney):
        log.exception("Blast %d cannot be frozen.", blast.pk)


def expire() -> None:
    """End what is over its time: people not yet written to are left out, reason "expired"."""
    now = timezone.now()
    over = Blast.objects.filter(expires_at__lte=now)
    for blast in over.filter(state__in=[State.APPROVED, State.RUNNING, State.PAUSED]):
        with transaction.atomic():
            if approval.close(blast, "expired"):
                approval.note(blast, "expired", by=None, at=now)
            # A running one ends in finish(), when the last answers are in.
            held = Blast.objects.filter(pk=blast.pk, state__in=[State.APPROVED, State.PAUSED])
            held.update(state=State.DONE)


def _close_left_over() -> None:
    """Chunks that came back to waiting after their blast had ended."""
    for blast in Blast.objects.filter(
        Exists(Chunk.objects.filter(blast=OuterRef("pk"), state=Chunk.State.WAITING)),
        state__in=[State.STOPPED, State.DONE],
    ):
        approval.close(blast, "stopped" if blast.state == State.STOPPED else "expired")


def finish(*, at: datetime | None = None) -> list[int]:
    """Running blasts of which nothing is left to send, fold or count are done; which."""
    open_ = Q(state__in=Chunk.OPEN)
    left = Chunk.objects.filter(open_ | Q(unsettled=True) | Q(targeted=False), blast=OuterRef("pk"))
    ended = Blast.objects.filter(~Exists(left), state=State.RUNNING)
    done = [blast for blast in ended if _finish(blast, at or timezone.now())]
    return [blast.pk for blast in done]


def _finish(blast: Blast, at: datetime) -> bool:
    moved = Blast.objects.filter(pk=blast.pk, state=State.RUNNING).update(state=State.DONE)
    if moved:
        approval.note(blast, "done", by=None, at=at)
    return bool(moved)


def running() -> list[int]:
    """The blasts that have something to send."""
    return list(
        Blast.objects.filter(
            Exists(Chunk.objects.filter(blast=OuterRef("pk"), state=Chunk.State.WAITING)),
            state=State.RUNNING,
        ).values_list("pk", flat=True)
    )
