"""A chunk's way through one request: claimed, begun, answered. Three short transactions, by PostgreSQL's clock.

What is committed decides what may happen after a crash: claimed only, and it is free again when its time is
over; begun, and whoever was not answered is unsure, since the request may have left. A lease carries a
fence, new each time: a worker that slept through its lease changes nothing but may add what it learnt.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from campaigns.blasts.routes import Road
from campaigns.models.deliveries import Chunk, Delivery, Fate
from gateways.base import Reason
from people import consent
from people.countries import COUNTRIES

CLAIM_SECONDS = 60  # to wait for the gateway's pace and to check the people
CAP_LOCK = 0x626C6173  # an advisory lock's number: any, but the same in every process
BEGUN_SECONDS = 120  # far above the longest a gateway takes to answer
ZONES = ", ".join(f"('{code}', '{country.zone.key}')" for code, country in COUNTRIES.items())

# The moment of a statement: a replay's `at`, else the database's own clock.
NOW = "COALESCE(%(at)s::timestamptz, clock_timestamp())"
# The blast runs, is not over, and it is neither before nor after hours where the chunk's people live.
OPEN = f"""
b.state = 'running' AND b.expires_at > {NOW} AND EXISTS (
    SELECT 1 FROM (VALUES {ZONES}) AS z(country, zone) WHERE z.country = c.country
    AND ({NOW} AT TIME ZONE z.zone)::time >= b.window_from
    AND ({NOW} AT TIME ZONE z.zone)::time < b.window_to)
"""  # noqa: S608 - our own table of zones

CLAIM = f"""
UPDATE campaigns_chunk SET state = 'leased', owner = %(owner)s,
    until = {NOW} + make_interval(secs => %(seconds)s)
WHERE id = (
    SELECT c.id FROM campaigns_chunk c JOIN campaigns_blast b ON b.id = c.blast_id
    WHERE c.blast_id = %(blast)s AND c.state = 'waiting'
    AND (%(gateway)s = '' OR c.gateway = %(gateway)s)
    AND (c.not_before IS NULL OR c.not_before <= {NOW}) AND {OPEN}
    ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED)
RETURNING id, gateway, sender, onward, country, language, people, attempt,
    (SELECT cap FROM campaigns_blast b WHERE b.id = blast_id),
    (SELECT cap_days FROM campaigns_blast b WHERE b.id = blast_id)
"""  # noqa: S608

# While several blasts run, their checks go one after the other: the frequency cap counts what has begun,
# and two requests that begin together could not see each other. Costs nothing for a single blast.
ONE_AT_A_TIME = """
SELECT CASE WHEN (SELECT count(*) FROM campaigns_blast WHERE state = 'running') > 1
    THEN pg_advisory_xact_lock(%(lock)s, hashtext(%(country)s)) END
"""
# Opt-outs in the journal table that nobody has folded yet, or is just folding.
STOPS = """
SELECT 1 FROM journal_entry e WHERE e.kind = 'opt-out'
AND e.id > COALESCE((SELECT entry FROM journal_marker WHERE kind = 'opt-out'), 0)
"""
BEGIN = f"""
UPDATE campaigns_chunk c SET state = 'begun', attempt = attempt + 1, begun_at = {NOW},
    until = {NOW} + make_interval(secs => %(seconds)s)
FROM campaigns_blast b
WHERE c.id = %(chunk)s AND c.owner = %(owner)s AND c.state = 'leased' AND b.id = c.blast_id AND {OPEN}
AND NOT EXISTS ({STOPS})
RETURNING c.begun_at
"""  # noqa: S608

# Whom the chunk still owes a message, and why somebody may not be sent it after all. A chunk tried before
# leaves out those with a result that is final or unsure.
PEOPLE = """
SELECT d.id, p.number, CASE
    WHEN p.id IS NULL THEN 'erased'
    WHEN ({refusal}) <> '' THEN ({refusal})
    WHEN (SELECT count(DISTINCT o.blast_id) FROM campaigns_delivery o
          JOIN campaigns_chunk oc ON oc.id = o.chunk_id
          WHERE o.token = d.token AND o.blast_id <> d.blast_id AND o.state <> 1 AND o.state < 90
          AND oc.begun_at > {now} - make_interval(days => %(cap_days)s)) >= %(cap)s THEN 'frequency'
    ELSE '' END
FROM campaigns_delivery d LEFT JOIN people_person p ON p.token = d.token
WHERE d.chunk_id = %(chunk)s AND (%(first)s OR NOT EXISTS (
    SELECT 1 FROM campaigns_deliveryresult r
    WHERE r.chunk_id = d.chunk_id AND r.delivery_id = d.id AND r.state > 1))
"""

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
COPY = (
    "COPY campaigns_deliveryresult"
    " (chunk_id, delivery_id, state, reference, cost, currency, reason, at) FROM STDIN"
)


@dataclass(frozen=True, slots=True)
class Lease:
    """A chunk in our hands. onward: gateways that may take its people after this one; attempt: requests
    begun before this one."""

    chunk: int
    owner: str
    gateway: str
    sender: str
    onward: Sequence[str]
    country: str
    language: str
    people: int
    attempt: int
    cap: int
    cap_days: int


@dataclass(frozen=True, slots=True)
class Row:
    """One result as it is appended. onward: its person goes through the next gateway instead."""

    delivery: int
    state: Fate
    reference: str = ""
    cost: Decimal | None = None
    currency: str = ""
    reason: str = ""
    onward: bool = False


def claim(blast: int, gateway: str = "", *, at: datetime | None = None) -> Lease | None:
    """The next chunk that may be sent now, or as of `at`; or None. Of that gateway, "" for any."""
    owner = f"{os.uname().nodename[:30]}:{os.getpid()}:{secrets.token_hex(6)}"
    values: dict[str, Any] = {
        "owner": owner,
        "blast": blast,
        "gateway": gateway,
        "seconds": CLAIM_SECONDS,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        found = cursor.fetchone()
    return Lease(found[0], owner, *found[1:]) if found else None


def release(lease: Lease) -> None:
    """Give a chunk back that was not begun."""
    mine = Chunk.objects.filter(pk=lease.chunk, owner=lease.owner, state=Chunk.State.LEASED)
    mine.update(state=Chunk.State.WAITING, owner="", until=None)


def begin(lease: Lease, *, at: datetime | None = None) -> dict[int, str] | None:
    """Commit that the request begins: delivery -> sealed number of everybody who may be sent it now.

    Those who may not are set down as excluded with the reason, in the same transaction. None: the chunk is
    no longer ours, the blast may not send at this moment, or opt-outs wait to be folded; nothing was changed.
    """
    people = PEOPLE.format(refusal=consent.refusal("p"), now=NOW)
    values: dict[str, Any] = {
        "lock": CAP_LOCK,
        "chunk": lease.chunk,
        "country": lease.country,
        "owner": lease.owner,
        "seconds": BEGUN_SECONDS,
        "first": lease.attempt == 0,
        "cap": lease.cap,
        "cap_days": lease.cap_days,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{ONE_AT_A_TIME}; {BEGIN}; {people}", values)  # one round trip
        cursor.nextset()
        begun = cursor.fetchone()
        if begun is None:
            return None
        cursor.nextset()
        rows: list[tuple[int, str, str]] = cursor.fetchall()
        barred = [Row(row[0], Fate.EXCLUDED, reason=row[2]) for row in rows if row[2]]
        _append(cursor, lease.chunk, barred, at=begun[0])
    return {delivery: number for delivery, number, reason in rows if not reason}


def stops_wait() -> bool:
    """Whether an opt-out reached the journal table that is not in the suppression list yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({STOPS})")
        return bool(cursor.fetchone()[0])


def commit(
    lease: Lease,
    rows: Sequence[Row],
    *,
    again: float | None,
    road: Road | None = None,
    at: datetime | None = None,
) -> bool:
    """Append the results and give the chunk up: done, or waiting for `again` seconds. road: for whom goes onward.

    False: the lease was lost meanwhile (or this very commit was made before). Results are kept all the
    same: what is known beats unsure. Safe to call again after a lost answer.
    """
    cost = sum((row.cost for row in rows if row.cost is not None), Decimal(0))
    values: dict[str, Any] = {
        "chunk": lease.chunk,
        "owner": lease.owner,
        "again": again,
        "asked": len(rows),
        "accepted": sum(row.state == Fate.ACCEPTED for row in rows),
        "cost": cost,
        "at": at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DONE, values)
        held = cursor.fetchone()
        if held is None:
            rows = _final(lease, rows)
            cursor.execute(LATE, values)
        elif road and (moving := [row.delivery for row in rows if row.onward]):
            move_on(lease.chunk, moving, road)
        if written := held or cursor.fetchone():
            _append(cursor, lease.chunk, rows, at=written[0])
    return held is not None


def _final(lease: Lease, rows: Sequence[Row]) -> list[Row]:
    """Results that come too late to send anybody onward: refused, but for those who went onward before."""
    moving = [row.delivery for row in rows if row.onward]
    here = set(
        Delivery.objects.filter(pk__in=moving, chunk=lease.chunk).values_list("pk", flat=True)
    )
    return [
        replace(row, state=Fate.REFUSED, onward=False) if row.onward else row
        for row in rows
        if not row.onward or row.delivery in here
    ]


DONE = f"""
UPDATE campaigns_chunk SET
    state = CASE WHEN %(again)s::float8 IS NULL THEN 'done' ELSE 'waiting' END,
    not_before = {NOW} + make_interval(secs => %(again)s::float8),
    until = NULL, committed_at = {NOW}, unsettled = true,
    asked = asked + %(asked)s, accepted = accepted + %(accepted)s, cost = cost + %(cost)s
WHERE id = %(chunk)s AND owner = %(owner)s AND state = 'begun'
RETURNING committed_at
"""  # noqa: S608
# Our fence on a chunk that is no longer begun: this commit was made before, only its answer was lost.
LATE = f"""
UPDATE campaigns_chunk SET unsettled = true,
    accepted = accepted + %(accepted)s, cost = cost + %(cost)s
WHERE id = %(chunk)s AND owner <> %(owner)s
RETURNING {NOW}
"""  # noqa: S608


def _append(cursor: CursorWrapper, chunk: int, rows: Sequence[Row], *, at: datetime) -> None:
    """One COPY of ready-made lines: a third of the time that adapting value by value takes."""
    if not rows:
        return
    moment = at.isoformat()
    with cursor.copy(COPY) as copy:
        copy.write("".join(_line(chunk, row, moment) for row in rows))


def _line(chunk: int, row: Row, moment: str) -> str:
    reference = row.reference.translate(ESCAPES) if row.reference else ""
    cost = "\\N" if row.cost is None else row.cost
    return (
        f"{chunk}\t{row.delivery}\t{row.state.value}\t{reference}\t{cost}\t"
        f"{row.currency.translate(ESCAPES)}\t{row.reason}\t{moment}\n"
    )


def halve(lease: Lease, deliveries: Sequence[int]) -> None:
    """The whole request was refused: try its halves, so that one bad number cannot stop the others."""
    upper = list(deliveries[len(deliveries) // 2 :])
    with transaction.atomic():
        mine = Chunk.objects.filter(pk=lease.chunk, owner=lease.owner, state=Chunk.State.BEGUN)
        if not mine.update(state=Chunk.State.WAITING, owner="", until=None, unsettled=True):
            return
        old = Chunk.objects.get(pk=lease.chunk)
        _split(old, upper, _like(old, attempt=old.attempt, begun_at=old.begun_at))


def move_on(chunk: int, deliveries: Sequence[int], road: Road) -> None:
    """These go through the next gateway, in a chunk of their own that nobody has tried yet.

    Call it in the transaction that writes down why, with the chunk locked.
    """
    old = Chunk.objects.get(pk=chunk)
    way = {"gateway": road.gateway, "sender": road.sender, "onward": list(road.onward)}
    _split(old, deliveries, _like(old, **way))


def _like(old: Chunk, **other: Any) -> Chunk:  # noqa: ANN401
    same = ("blast_id", "country", "language", "gateway", "sender", "onward", "targeted")
    return Chunk(**{**{name: getattr(old, name) for name in same}, **other})


def _split(old: Chunk, deliveries: Sequence[int], new: Chunk) -> None:
    new.people = len(deliveries)
    new.save(force_insert=True)
    old.deliveries.filter(pk__in=deliveries).update(chunk=new)
    Chunk.objects.filter(pk=old.pk).update(people=F("people") - len(deliveries))


LAPSED = """
UPDATE campaigns_chunk SET state = 'waiting', owner = '', until = NULL
WHERE state = 'leased' AND until < clock_timestamp()
"""
# Whoever died between `begun` and the results: everybody not answered is unsure, or, where the campaign
# prefers duplicates, tried again. The fence is taken away, so a worker that wakes up can only add results.
LOST = """
WITH lost AS (
    UPDATE campaigns_chunk c SET owner = '', until = NULL, unsettled = true,
        committed_at = clock_timestamp(), state = CASE WHEN k.prefer_duplicates THEN 'waiting' ELSE 'done' END
    FROM campaigns_blast b JOIN campaigns_campaign k ON k.id = b.campaign_id
    WHERE c.state = 'begun' AND c.until < clock_timestamp() AND b.id = c.blast_id
    RETURNING c.id, c.blast_id, CASE WHEN k.prefer_duplicates THEN 1 ELSE 2 END AS fate
),
noted AS (
    INSERT INTO campaigns_notice (blast_id, at, kind, text)
    SELECT blast_id, clock_timestamp(), 'duplicates-preferred', count(*) || ' chunks of unknown fate are tried again'
    FROM lost WHERE fate = 1 GROUP BY blast_id
)
INSERT INTO campaigns_deliveryresult (chunk_id, delivery_id, state, reference, currency, reason, at)
SELECT lost.id, d.id, lost.fate, '', '', %(reason)s, clock_timestamp()
FROM lost JOIN campaigns_delivery d ON d.chunk_id = lost.id
WHERE NOT EXISTS (SELECT 1 FROM campaigns_deliveryresult r
    WHERE r.chunk_id = lost.id AND r.delivery_id = d.id AND r.state > 1)
"""


def reclaim() -> int:
    """Take back what dead workers held; how many deliveries became unsure (or are tried again)."""
    with connection.cursor() as cursor:
        cursor.execute(LAPSED)
        cursor.execute(LOST, {"reason": Reason.NO_ANSWER.value})
        return int(cursor.rowcount)
