"""The journal is intake, never an archive: what is folded goes after some days.

They are kept to look into a dispute or a broken fold; sealed texts go sooner than from their tables. The floor
above decides when (`people.retention`).
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

UNFOLDED = ("gap", "error")  # kinds that are only counted; nobody's marker passes them
# ids are given in the order of commits, so the oldest lie in front and one look at them is enough
OLDEST = """
    WITH oldest AS (
        SELECT id, stored_at FROM journal_entry WHERE kind = %s AND id <= %s ORDER BY id LIMIT %s
    )
    DELETE FROM journal_entry WHERE id IN (SELECT id FROM oldest WHERE stored_at < %s)
"""
# One pass over the table for all of them; lines still to be folded wait for the next time.
SCRUB = """
    DELETE FROM journal_entry e USING journal_marker m
    WHERE e.kind = m.kind AND e.id <= m.entry AND EXISTS (
        SELECT 1 FROM unnest(%s::text[], %s::timestamptz[]) AS w(word, until)
        WHERE e.stored_at < w.until AND strpos(e.line, w.word) > 0)
"""
SCRUB_DEAD = """
    DELETE FROM journal_dead d WHERE EXISTS (
        SELECT 1 FROM unnest(%s::text[], %s::timestamptz[]) AS w(word, until)
        WHERE d.stored_at < w.until AND strpos(d.line, w.word) > 0)
"""


def scrub(words: Mapping[str, datetime]) -> int:
    """Remove folded entries and dead lines that hold one of these words, stored before its time; how many."""
    if not words:
        return 0
    gone = 0
    with connection.cursor() as cursor:
        for statement in (SCRUB, SCRUB_DEAD):
            cursor.execute(statement, [list(words), list(words.values())])
            gone += int(cursor.rowcount)
    return gone


def forget(before: datetime, *, batch: int = 10_000) -> int:
    """Remove folded entries stored before then, in short transactions; how many went."""
    return sum(_forget_kind(kind, upto, before, batch) for kind, upto in _markers()) + _forget_dead(
        before
    )


def _markers() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, entry FROM journal_marker")
        folded: list[tuple[str, int]] = cursor.fetchall()
    return folded + [(kind, 2**62) for kind in UNFOLDED]


def _forget_kind(kind: str, upto: int, before: datetime, batch: int) -> int:
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OLDEST, [kind, upto, batch, before])
            total += int(cursor.rowcount)
            if cursor.rowcount < batch:
                return total


def _forget_dead(before: datetime) -> int:
    """Dead lines have had the same days to be looked at."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_dead WHERE stored_at < %s", [before])
        return int(cursor.rowcount)
