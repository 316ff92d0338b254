"""The append-only file into which a process writes everything that comes from outside, first of all.

One entry is one line, `kind TAB json-in-ascii NEWLINE`, put there by one write(2) in append mode, so
that kill -9 can neither lose an answered entry nor leave half of one. The file is this process's
own; the shipper carries it into the database (journal.shipper). Not flushed to disk by us: after a
power cut, entries up to the kernel's last flush are there.
"""

import fcntl
import json
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Any, Final

ROTATE_AFTER: Final = 600.0  # seconds; what is in the database must not lie about in a file as well
ROTATE_AT: Final = 64 * 1024 * 1024  # bytes; about half a million hops
SUFFIX: Final = ".journal"
GAP: Final = "gap"  # the kind of the entry that says how many before it could not be written
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Journal:
    """This process's file in `folder`. Safe between threads; never raises for a full or broken disk."""

    def __init__(self, folder: Path, *, rotate_at: int = ROTATE_AT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.unwritten = 0  # entries lost to a full or broken disk, since the process started
        self.size = 0  # bytes of the present file
        self.name = ""  # of the present file; "" while none can be made
        self._rotate_at = rotate_at
        self._descriptor = -1
        self._reported = 0
        self._taken = 0.0  # monotonic seconds: when the present file was begun
        self._lock = threading.Lock()
        self._began_before = _newest(folder, but="")

    def append(self, kind: str, body: dict[str, Any]) -> bool:
        """Write one entry; False where the disk did not take it (then it is counted in `unwritten`)."""
        return self.write(f"{kind}\t{_encode(body)}\n".encode("ascii"))

    def write(self, line: bytes) -> bool:
        """append() for a caller that has made the line itself: kind, TAB, ASCII JSON, NEWLINE."""
        with self._lock:
            if self._descriptor < 0 or self.size >= self._rotate_at:
                self._rotate()
            if not self._put(line):
                self.unwritten += 1
                return False
            if self.unwritten != self._reported:
                self._report()
            return True

    @property
    def failing(self) -> bool:
        """Whether the disk did not take the last line, so that more than `unwritten` tells may be missing soon."""
        return self.unwritten != self._reported

    def others_active(self, *, since: float) -> bool:
        """Whether another process, living or dead, wrote into the folder after `since` (epoch seconds)."""
        return self._began_before >= since or _newest(self.folder, but=self.name) >= since

    def turn_over(self, shipped: int, *, after: float = ROTATE_AFTER) -> None:
        """Take a fresh file where this one is older than `after` seconds and wholly shipped."""
        with self._lock:
            old = time.monotonic() - self._taken > after
            if self._descriptor >= 0 and old and 0 < self.size <= shipped:
                self._rotate()

    def close(self) -> None:
        """Give the file up, so that any shipper may adopt and remove it."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor, self.name = -1, ""

    def _put(self, line: bytes) -> bool:
        """One write; a short one (the disk filled up) is cut off again, or the next line would stick to it."""
        if self._descriptor < 0:
            return False
        try:
            written = os.write(self._descriptor, line)
        except OSError:
            return False
        if written == len(line):
            self.size += written
            return True
        try:
            os.ftruncate(self._descriptor, self.size)
        except OSError:
            os.close(self._descriptor)  # the stump stays: leave this file, the shipper counts it
            self._descriptor, self.name = -1, ""
        return False

    def _report(self) -> None:
        """Say in the journal itself how much is missing from it, now that the disk takes lines again."""
        missing = self.unwritten - self._reported
        body = {"at": time.time(), "missing": missing}
        if self._put(f"{GAP}\t{_encode(body)}\n".encode("ascii")):
            self._reported = self.unwritten

    def _rotate(self) -> None:
        """Take a fresh file of our own. Where none can be made the old one is kept, if there is one."""
        try:
            descriptor, name = _own_file(self.folder)
        except OSError:
            return
        if self._descriptor >= 0:
            os.close(self._descriptor)  # gives its lock up: the shipper adopts the file
        self._descriptor, self.name, self.size = descriptor, name, 0
        self._taken = time.monotonic()


def _own_file(folder: Path) -> tuple[int, str]:
    """A new file that only this process writes: made exclusively, locked, and still there after that.

    Between making and locking an adopter may have taken it for a dead process's; then take another.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    while True:
        name = f"{time.time_ns()}-{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        descriptor = os.open(folder / name, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        if os.fstat(descriptor).st_nlink:
            return descriptor, name
        os.close(descriptor)


def _newest(folder: Path, *, but: str) -> float:
    """When any file of the folder save one was last written, in epoch seconds; 0 where there is none."""
    newest = 0.0
    for file in folder.glob(f"*{SUFFIX}"):
        try:
            newest = max(newest, file.stat().st_mtime if file.name != but else 0.0)
        except FileNotFoundError:
            continue
    return newest
