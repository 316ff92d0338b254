"""The chain of closed recording days: what the ledger's rows hash to, so that none can change unseen.

A link's digest is SHA-256 over the digest of the link before it, a line end, and the day's rows in order of
sequence as PostgreSQL's COPY writes them (`STATEMENT`). An auditor gets the same from psql and sha256sum.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics import ledger
from analytics.models import DayLink, Exposure
from analytics.periods import day_of

LOCK = 0x636861696E  # an advisory lock's number: one process closes a day at a time
STATEMENT = """
COPY (SELECT sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
             to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
             to_char(recorded_on, 'YYYY-MM-DD'), key, subject, linked, sensitive, tier, indicators, campaign,
             country, channel, item, language, network, gateway, sex, age_band, status, district
      FROM analytics_exposure WHERE recorded_on = '{day}' ORDER BY sequence) TO STDOUT"""


@dataclass(frozen=True, slots=True)
class Link:
    """One day as its rows say it now."""

    day: date
    first: int
    last: int
    rows: int
    digest: str
    previous: str


def close_days(*, at: datetime) -> int:
    """Close every recording day before today that has rows; how many days were closed."""
    today, closed = day_of(at), 0
    if not _open_days(today):
        return 0
    _wait_for_writers()  # whoever began yesterday has then committed
    for day in _open_days(today):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            newest = DayLink.objects.order_by("-day").first()
            if newest and newest.day >= day:
                continue  # another process closed it meanwhile
            link = compute(cursor, day, newest.digest if newest else "")
            ledger.barrier(cursor)
            if link.rows != Exposure.objects.filter(recorded_on=day).count():
                return closed  # a clock went back over midnight: the next run sees these rows
            DayLink.objects.create(**{name: getattr(link, name) for name in Link.__slots__})
            closed += 1
    return closed


def compute(cursor: CursorWrapper, day: date, previous: str) -> Link:
    """What the rows of a day hash to, after this previous digest. Reads at about a million rows a second."""
    digest, rows, first, last = hashlib.sha256(f"{previous}\n".encode()), 0, 0, 0
    for block in _blocks(cursor, day):
        digest.update(block)
        lines = block.count(b"\n")
        rows += lines
        first = first or int(block.split(b"\t", 1)[0])
        last = int(block[block.rfind(b"\n", 0, -1) + 1 :].split(b"\t", 1)[0])
    return Link(day, first, last, rows, digest.hexdigest(), previous)


def _blocks(cursor: CursorWrapper, day: date) -> Iterator[bytes]:
    """The day's lines, many at a time: one update of a hash costs more than a short line is long."""
    with cursor.copy(STATEMENT.format(day=day)) as copy:
        pending: list[bytes] = []
        for line in copy:
            pending.append(bytes(line))
            if len(pending) == 1_000:
                yield b"".join(pending)
                pending.clear()
    if pending:
        yield b"".join(pending)


def _open_days(today: date) -> list[date]:
    newest = DayLink.objects.order_by("-day").first()
    rows = Exposure.objects.filter(recorded_on__lt=today)
    if newest:
        rows = rows.filter(recorded_on__gt=newest.day)
    return list(rows.order_by("recorded_on").values_list("recorded_on", flat=True).distinct())


def _wait_for_writers() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.barrier(cursor)
