"""The thread that carries journal files into `journal_entry`, each line once, whatever dies meanwhile.

How far a file is shipped is stored in the transaction that stores its lines, so a lost commit answer
or a kill -9 can neither lose nor double one. Each such transaction first takes one advisory lock:
without it two shippers commit their ids out of order and a fold by "id > marker" would lose entries.
With PostgreSQL away the thread keeps trying and the files keep growing; no request ever waits here.
"""

import fcntl
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from journal.writer import SUFFIX, Journal

EVERY: Final = 0.25  # seconds between passes
SCAN_EVERY: Final = 1.0  # seconds between searches for files of dead processes
BLOCK: Final = 8 * 1024 * 1024  # bytes a transaction
LOCK: Final = 0x6E6A6961  # the advisory lock's number; any, but the same in every process
# a shipper that hangs in the middle of its transaction must not hold the others up for ever
SESSION: Final = "-c idle_in_transaction_session_timeout=30s -c synchronous_commit=on"
SPOILT: Final = re.compile(rb"[^ -~]")
log = logging.getLogger(__name__)

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class State:
    """What an operator wants to know: bytes not yet in the database, half lines left out, last error."""

    backlog: int
    torn: int
    trouble: str


class Shipper:
    """Ships the journal's own file and adopts those of dead processes in the same folder."""

    def __init__(self, journal: Journal, conninfo: str) -> None:
        self._journal = journal
        self._conninfo = conninfo
        self._connection: Connection | None = None
        self._shipped: dict[str, int] = {}  # what the last transaction on a file read or wrote
        self._orphans: tuple[str, ...] = ()
        self._scanned = -SCAN_EVERY
        self._own = (
            ""  # the journal's file at the last pass; when it changes, the old one goes first
        )
        self._torn = 0
        self._trouble = ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._pass = threading.Lock()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="journal shipper", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """End the thread after one last pass; a hanging database is waited for `seconds` at most."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)
        if self._thread is None or not self._thread.is_alive():
            self._hang_up()

    def state(self) -> State:
        """Cheap: sizes of the few files that are there."""
        shipped = self._shipped
        waiting = sum(max(size - shipped.get(name, 0), 0) for name, size in self._sizes())
        return State(waiting, self._torn, self._trouble)

    def ship_once(self) -> int:
        """One pass over every file that is ours to ship; bytes shipped. Raises psycopg.Error."""
        with self._pass:
            own = self._journal.name
            if own != self._own or time.monotonic() - self._scanned >= SCAN_EVERY:
                self._orphans, self._scanned = tuple(self._find_orphans()), time.monotonic()
            self._own = own
            sent = sum(self._adopt(name) for name in self._orphans)
            return sent + (self._ship(own, self._journal.folder / own) if own else 0)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self._pass_or_note()
        self._pass_or_note()

    def _pass_or_note(self) -> None:
        """A pass whose failure is said once, not every 250 ms, and ends with a fresh connection."""
        try:
            self.ship_once()
            self._journal.turn_over(self._shipped.get(self._own, 0))
        except (psycopg.Error, OSError) as error:
            trouble = type(error).__name__
            if trouble != self._trouble:
                log.warning("journal not shipped, kept in its files: %s", trouble)
            self._trouble = trouble
            self._hang_up()
            return
        if self._trouble:
            log.warning("journal shipped again")
        self._trouble = ""

    def _hang_up(self) -> None:
        """Close. Offsets stay as lower bounds: each transaction reads its own anew, so that a commit
        whose answer was lost is no riddle."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _sizes(self) -> Iterator[tuple[str, int]]:
        for name in {self._journal.name, *self._orphans} - {""}:
            try:
                yield name, (self._journal.folder / name).stat().st_size
            except FileNotFoundError:
                continue

    def _find_orphans(self) -> Iterator[str]:
        """Files whose process holds no lock on them any more: dead, or gone on to its next file."""
        for file in sorted(self._journal.folder.glob(f"*{SUFFIX}")):
            if file.name != self._journal.name and (descriptor := _locked(file)) is not None:
                os.close(descriptor)
                yield file.name

    def _adopt(self, name: str) -> int:
        """Ship a dead process's file and remove it when nothing but a torn last line is left of it."""
        path = self._journal.folder / name
        descriptor = _locked(path)
        if descriptor is None:  # another shipper has it, or is through with it
            return 0
        try:
            sent = self._ship(name, path)
            if not _lines(path, self._shipped.get(name, 0)):
                self._torn += path.stat().st_size > self._shipped.get(name, 0)
                self._remove(name, path)
            return sent
        finally:
            os.close(descriptor)

    def _remove(self, name: str, path: Path) -> None:
        """File first, surely, then its offset: a file without its offset would be shipped anew."""
        path.unlink()
        folder = os.open(self._journal.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._connect().execute("DELETE FROM journal_file WHERE name = %s", [name])
        self._shipped.pop(name, None)

    def _ship(self, name: str, path: Path) -> int:
        """Ship what is there now; on only while blocks come full, or under load this never ends."""
        total = 0
        while True:
            sent = self._ship_block(name, path)
            total += sent
            if sent < BLOCK // 2:
                return total

    def _ship_block(self, name: str, path: Path) -> int:
        """Whole lines of at most BLOCK bytes, and the new offset, in one transaction."""
        if path.stat().st_size <= self._shipped.get(name, 0):
            return 0
        connection = self._connect()
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            offset = _offset(connection, name)
            block = _lines(path, offset)
            _copy(connection, block)
            connection.execute(
                "UPDATE journal_file SET shipped = %s WHERE name = %s", [offset + len(block), name]
            )
        self._shipped[name] = offset + len(block)
        return len(block)

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = psycopg.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=3,
                options=SESSION,
                application_name="njia journal",
            )
        return self._connection


def _locked(path: Path) -> int | None:
    """A descriptor holding the file's lock; None where its process lives or the file is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    if os.fstat(descriptor).st_nlink:
        return descriptor
    os.close(descriptor)
    return None


def _lines(path: Path, offset: int) -> bytes:
    """Whole lines from the offset on; a line without its end is still being written, or torn."""
    with path.open("rb") as file:
        file.seek(offset)
        block = file.read(BLOCK)
        if b"\n" not in block:
            block += file.readline()
    return block[: block.rfind(b"\n") + 1]


def _offset(connection: Connection, name: str) -> int:
    """How far the file is shipped, by the row itself, which stays locked to the transaction's end."""
    connection.execute(
        "INSERT INTO journal_file (name, shipped) VALUES (%s, 0) ON CONFLICT DO NOTHING", [name]
    )
    row = connection.execute(
        "SELECT shipped FROM journal_file WHERE name = %s FOR UPDATE", [name]
    ).fetchone()
    assert row is not None  # noqa: S101 - inserted just above, in this transaction
    return int(row[0])


def _copy(connection: Connection, block: bytes) -> None:
    """COPY the block as it is; where PostgreSQL refuses it, spoilt lines go in among the dead."""
    try:
        with connection.transaction():
            _copy_into(connection, "journal_entry (kind, line)", block)
    except psycopg.DataError:
        good, dead = _sorted_out(block)
        _copy_into(connection, "journal_entry (kind, line)", good)
        _copy_into(connection, "journal_dead (kind, line, why)", dead)


def _copy_into(connection: Connection, target: str, block: bytes) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        copy.write(block.replace(b"\\", b"\\\\"))


def _sorted_out(block: bytes) -> tuple[bytes, bytes]:
    """Lines of one kind and one JSON text in ASCII; and all others, made harmless and named spoilt.

    Only a damaged file has others: after a power cut a disk may give back zeroes for lost pages.
    """
    good, dead = [], []
    for line in block.split(b"\n")[:-1]:
        if line.isascii() and line.count(b"\t") == 1 and not set(b"\0\r") & set(line):
            good.append(line + b"\n")
        else:
            dead.append(b"?\t" + SPOILT.sub(b"?", line) + b"\tspoilt\n")
    return b"".join(good), b"".join(dead)
