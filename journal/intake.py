"""How an app takes from the journal what came in: a batch and its marker in one transaction.

Each kind is folded by one app. If the fold raises, its writes and the marker go back together, so an
entry is folded once, or, after a failure, as if for the first time.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DataError, connection, transaction

from journal.shipper import LOCK as SHIPPING

LOOKED_EVERY = 5  # seconds; how exactly "when did anybody last look" is kept


@dataclass(frozen=True, slots=True)
class Entry:
    """One line as its door wrote it; at is when that was. Texts are free of NUL and lone surrogates."""

    id: int
    kind: str
    at: datetime
    body: dict[str, Any]


@contextmanager
def take(kind: str, limit: int = 5000) -> Iterator[list[Entry]]:
    """At most `limit` entries of the kind after its marker, oldest first; on leaving, the marker moves.

    Empty where nothing is there or another process is at it. Lines that are no entries are set aside.
    """
    with transaction.atomic():
        marker = _marker(kind)
        if marker is None:
            yield []
            return
        rows = _rows(kind, marker, limit)
        yield _readable(kind, rows)
        _move(kind, rows[-1][0] if rows else marker)


def fold(kind: str, folded: Callable[[int], int], limit: int) -> int:
    """One batch through `folded` (how many at most -> how many it took); how many were taken.

    Where a batch holds a value that no column takes, it is tried in ever smaller ones, until the entry that
    breaks it stands alone: that one is set aside, so that it never holds up those behind it. Nothing else is
    forgiven: a database that is away, or a fault of ours, costs a delay and not an entry.
    """
    try:
        return folded(limit)
    except DataError as error:
        if limit > 1:
            return fold(kind, folded, limit // 2)
        with take(kind, 1) as entries:
            for entry in entries:
                set_aside(entry, type(error).__name__)
        return limit


def store(lines: bytes) -> None:
    """Put lines as a door writes them (kind, TAB, ASCII JSON, NEWLINE) behind all others, for a replay.

    Call it in a transaction: it takes the shippers' lock, so that none of them can pass these lines by.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SHIPPING])
        with cursor.copy("COPY journal_entry (kind, line) FROM STDIN") as copy:
            copy.write(lines.replace(b"\\", b"\\\\"))


def hold(kinds: Iterable[str]) -> None:
    """Wait until nobody folds these kinds, and fold them alone until the transaction ends."""
    wanted = sorted(kinds)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_marker (kind, entry) SELECT kind, 0 FROM unnest(%s::text[]) AS kind"
            " ON CONFLICT DO NOTHING",
            [wanted],
        )
        cursor.execute(
            "SELECT 1 FROM journal_marker WHERE kind = ANY(%s) ORDER BY kind FOR UPDATE", [wanted]
        )


def newest() -> int:
    """The last entry's number, 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM journal_entry")
        return int(cursor.fetchone()[0])


def drop_since(entry: int) -> None:
    """Remove what was stored behind that entry, in the transaction that stored and folded it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id > %s", [entry])


def set_aside(entry: Entry, why: str) -> None:
    """Keep an entry its fold can make nothing of among the dead. Call it inside take()."""
    _bury(entry.kind, json.dumps(entry.body), why)


def drop(entries: Iterable[Entry]) -> None:
    """Remove folded entries now instead of after days. Call it inside take()."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM journal_entry WHERE id = ANY(%s)", [[one.id for one in entries]]
        )


def naming(word: str) -> int:
    """How many lines hold the word, folded or not, dead ones too. One pass over the journal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM journal_entry WHERE strpos(line, %s) > 0)"
            " + (SELECT count(*) FROM journal_dead WHERE strpos(line, %s) > 0)",
            [word, word],
        )
        return int(cursor.fetchone()[0])


def _marker(kind: str) -> int | None:
    """The kind's marker, locked; None while another transaction holds it."""
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(
                "SELECT entry FROM journal_marker WHERE kind = %s FOR UPDATE SKIP LOCKED", [kind]
            )
            if row := cursor.fetchone():
                return int(row[0])
            cursor.execute(
                "INSERT INTO journal_marker (kind, entry) VALUES (%s, 0) ON CONFLICT DO NOTHING",
                [kind],
            )
    return None


def _rows(kind: str, marker: int, limit: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, line FROM journal_entry WHERE kind = %s AND id > %s ORDER BY id LIMIT %s",
            [kind, marker, limit],
        )
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows


def _readable(kind: str, rows: list[tuple[int, str]]) -> list[Entry]:
    entries = []
    for number, line in rows:
        try:
            body = _body(line)
            entries.append(Entry(number, kind, datetime.fromtimestamp(body["at"], UTC), body))
        except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
            _bury(kind, line, type(error).__name__)
    return entries


def _body(line: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(line)
    if "\\u0000" in line or "\\ud" in line.lower():
        body = _clean(body)
    return body


def _clean(value: Any) -> Any:  # noqa: ANN401 - whatever JSON may hold
    """The same without what neither text nor jsonb columns can hold."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return value


def _bury(kind: str, line: str, why: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_dead (kind, line, why) VALUES (%s, %s, %s)", [kind, line, why]
        )


def _move(kind: str, entry: int) -> None:
    """Where nothing moved, a row version every few seconds is enough to show that somebody looks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journal_marker SET entry = %s, looked_at = now() WHERE kind = %s"
            " AND (entry <> %s OR looked_at < now() - make_interval(secs => %s))",
            [entry, kind, entry, LOOKED_EVERY],
        )
