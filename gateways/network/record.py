"""What the simulated network accepted in this run, one line a message, written before the answer.

The file is the judge: `GET /handsets/record` gives it as it is. In memory a request is one row of
numbers; everything else about a message follows from its place in it.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from gateways.network.faults import Faults

KEPT = 2_000_000  # messages in memory; the file keeps all


@dataclass(frozen=True, slots=True)
class Taken:
    """The messages of one request that were accepted; references count up from first."""

    at: float  # epoch seconds
    sha: str
    text: str
    sender: str
    numbers: tuple[str, ...] = field(repr=False)
    boot: str
    first: int
    faults: Faults

    def reference(self, place: int) -> str:
        return f"ATXid_{self.boot}{self.first + place:016x}"


class Record:
    """Append-only; its callers hold the network's lock while they add."""

    def __init__(self, folder: Path | None, boot: str) -> None:
        self.boot, self.count, self._next = boot, 0, 0
        self.texts: dict[str, str] = {}
        self._rows: deque[Taken] = deque()
        self._held = 0
        self._lock = threading.Lock()
        self._file = _opened(folder)

    def add(
        self, at: float, text: str, sender: str, numbers: Sequence[str], faults: Faults
    ) -> Taken:
        """Write down what was accepted; on return it stands in the file."""
        sha = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        row = Taken(at, sha, text, sender, tuple(numbers), self.boot, self._next, faults)
        lines = [
            f'{{"number": "{number}", "sha": "{sha}", "reference": "{row.reference(place)}"}}\n'
            for place, number in enumerate(row.numbers)
        ]
        with self._lock:
            self._file.write("".join(lines).encode())
            self._file.flush()
        self.count += len(row.numbers)
        self._next += len(row.numbers)  # never goes back: a reference is given once
        self.texts.setdefault(sha, text)
        self._remember(row)
        return row

    def lines(self) -> Iterator[bytes]:
        """The file in pieces of whole bytes, as it stood at the call."""
        with self._lock:
            end = self._file.seek(0, 2)
        place = 0
        while place < end:
            with self._lock:
                self._file.seek(place)
                piece = self._file.read(min(1 << 18, end - place))
                self._file.seek(0, 2)
            place += len(piece)
            yield piece

    def to(self, number: str) -> Iterator[tuple[Taken, int]]:
        """The messages to one number still in memory, oldest first."""
        for row in list(self._rows):
            for place, other in enumerate(row.numbers):
                if other == number:
                    yield row, place

    def clear(self) -> None:
        with self._lock:
            self._file.truncate(0)
            self._file.seek(0)
        self._rows.clear()
        self.texts.clear()
        self._held = self.count = 0

    def close(self) -> None:
        self._file.close()

    def _remember(self, row: Taken) -> None:
        self._rows.append(row)
        self._held += len(row.numbers)
        while self._held > KEPT:
            self._held -= len(self._rows.popleft().numbers)


def _opened(folder: Path | None) -> IO[bytes]:
    """A fresh file, for the owner's eyes; without a folder a nameless one that goes with it."""
    if folder is None:
        return TemporaryFile(prefix="njia-network-")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "record.jsonl"
    path.touch(mode=0o600)
    return path.open("w+b")
