"""What the simulated network accepted in this run, one line a message, written before the answer.

The file is the judge: `GET /handsets/record` gives it as it is. In memory a request is one row of
numbers; everything else about a message follows from its place in it.
"""

import hashlib
import re
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from gateways.network.faults import Faults

KEPT = 2_000_000  # messages in memory; the file keeps all
PIECE = 1 << 18  # bytes read of the file at a time, so that nobody waits for the lock
LINE = re.compile(rb'"number": "\+(\d+)", "sha": "(\w+)"')


@dataclass(frozen=True, slots=True)
class Summary:
    """What a record holds: messages, different numbers, and (number, text) taken more than once."""

    accepted: int
    distinct: int
    twice: int


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
            f'{{"number": "{number}", "sha": "{sha}", "reference": "{row.reference(place)}",'
            f' "at": {at:.3f}}}\n'
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
                piece = self._file.read(min(PIECE, end - place))
                self._file.seek(0, 2)
            place += len(piece)
            yield piece

    def summary(self) -> Summary:
        """Counted from the file as it stands; a million messages take about a second and 100 MiB."""
        seen: defaultdict[bytes, set[int]] = defaultdict(set)  # text -> numbers it went to
        again: set[tuple[bytes, int]] = set()
        accepted = 0
        for piece in self._whole_lines():
            for digits, sha in LINE.findall(piece):
                number, numbers = int(digits), seen[sha]
                if number in numbers:
                    again.add((sha, number))
                numbers.add(number)
                accepted += 1
        distinct: set[int] = seen.popitem()[1] if seen else set()
        for numbers in seen.values():
            distinct |= numbers
        return Summary(accepted, len(distinct), len(again))

    def _whole_lines(self) -> Iterator[bytes]:
        """The file in pieces that end where a line ends."""
        rest = b""
        for piece in self.lines():
            whole, end, rest = (rest + piece).rpartition(b"\n")
            yield whole + end

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
