"""What is measured while the blast runs: its progress, the memory of each process, and how quickly dials are answered."""

import contextlib
import http.client
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from tests.faults.stream_product import SIGNS, Product

DIALS = 20.0  # hops a second
CODE = "*384*1234#"
WINDOW = 10.0  # seconds over which a peak is taken
PAGE = 1024  # KiB in a MiB


@dataclass(slots=True)
class Beside:
    """A thread that does one thing again and again until the block ends."""

    product: Product
    every: float
    ending: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self._go)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        assert self.thread is not None
        self.thread.join()

    def _go(self) -> None:
        due = time.monotonic()
        while not self.ending.wait(max(0.0, due - time.monotonic())):
            self.once()
            due = max(due + self.every, time.monotonic() - self.every)

    def once(self) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Progress(Beside):
    """Messages and receipts so far, by the network's own counts; memory by part at its highest, in MiB."""

    network_pid: int = 0
    messages: list[tuple[float, int]] = field(default_factory=list)
    receipts: list[tuple[float, int]] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)

    def once(self) -> None:
        told = self.product.network("figures")
        if told is not None:
            now = time.monotonic()
            self.messages.append((now, told["recorded"]))
            self.receipts.append((now, told["callbacks"].get("receipt ok", 0)))
        for part, size in memory(self.product.supervisor.pid, self.network_pid).items():
            self.memory[part] = max(size, self.memory.get(part, 0))


def memory(supervisor: int, network: int) -> dict[str, int]:
    """MiB by part. PostgreSQL's processes share much: of them the proportional set sizes, else resident ones."""
    family = _families()
    found = {"supervisor": _resident(supervisor), "network": _resident(network)}
    for child in family.get(supervisor, ()):
        part = _part(child)
        if part == "postgres":
            found[part] = sum(_proportional(one) for one in [child, *family.get(child, ())])
        elif part not in ("", "network"):
            found[part] = sum(_resident(one) for one in [child, *family.get(child, ())])
    return {part: kib // PAGE for part, kib in found.items()}


def _families() -> dict[int, list[int]]:
    """Parent -> children, of every living process."""
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(folder.name))
    return found


def _part(pid: int) -> str:
    with contextlib.suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return next((name for name, sign in SIGNS.items() if sign in command), "")
    return ""


def _resident(pid: int) -> int:
    return _kib(f"/proc/{pid}/status", "VmRSS:")


def _proportional(pid: int) -> int:
    return _kib(f"/proc/{pid}/smaps_rollup", "Pss:")


def _kib(file: str, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(file).read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0


@dataclass(slots=True)
class Dials(Beside):
    """Callers of two hops each, one after the other: when each hop was sent, and how long its answer took.

    `cut`: hops that nobody answered, by when they were sent.
    """

    took: list[tuple[float, float]] = field(default_factory=list)
    cut: list[float] = field(default_factory=list)
    hops: Iterator[dict[str, str]] | None = None
    line: http.client.HTTPConnection | None = None

    def once(self) -> None:
        self.hops = self.hops or hops()
        form, began = next(self.hops), time.monotonic()
        if self._answered(urlencode(form)):
            self.took.append((began, time.monotonic() - began))
        else:
            self.cut.append(began)
            if self.line:
                self.line.close()
            self.line = None

    def _answered(self, form: str) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.line = self.line or http.client.HTTPConnection(
                "127.0.0.1", self.product.port, timeout=10
            )
            self.line.request("POST", self.product.hook("ussd"), form)
            answer = self.line.getresponse()
            return answer.read().startswith((b"CON ", b"END ")) and answer.status == 200
        return False

    def between(self, begin: float, end: float) -> dict[str, float]:
        """Hops answered in that time, and milliseconds: median, 99th of a hundred, the longest."""
        times = sorted(took for at, took in self.took if begin <= at < end)
        if not times:
            return {"hops": 0}
        places = {"p50_ms": len(times) // 2, "p99_ms": len(times) * 99 // 100, "max_ms": -1}
        return {
            "hops": len(times),
            **{name: round(times[place] * 1000, 1) for name, place in places.items()},
        }


def hops() -> Iterator[dict[str, str]]:
    serial = 0
    while True:
        serial += 1
        for text in ("", "1"):
            yield {
                "sessionId": f"ATUid_rehearsal{os.getpid()}-{serial}",
                "serviceCode": CODE,
                "phoneNumber": f"+25472{serial % 10_000_000:07d}",
                "networkCode": "63902",
                "text": text,
            }


def peak(counts: Iterable[tuple[float, int]]) -> int:
    """The most a second, over WINDOW seconds; over less where there is less."""
    rows, best, first = list(counts), 0.0, 0
    for at, count in rows:
        while at - rows[first][0] > WINDOW:
            first += 1
        began, before = rows[first]
        if at - began >= min(WINDOW, rows[-1][0] - rows[0][0]) * 0.8 > 0:
            best = max(best, (count - before) / (at - began))
    return round(best)


def mean(counts: Iterable[tuple[float, int]], share: float = 0.99) -> tuple[float, int]:
    """Seconds from the first to `share` of the last count, and how much a second in that time."""
    rows = list(counts)
    goal = rows[-1][1]
    begin = next((at for at, count in reversed(rows) if count == 0), rows[0][0])
    end = next(at for at, count in rows if count >= goal * share)
    return round(end - begin, 1), round(goal * share / max(end - begin, 0.001))
