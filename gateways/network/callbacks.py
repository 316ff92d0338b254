"""Posting to the product's hooks: connections kept alive, work done later, failures posted again.

The provider posts a callback again until it is answered 200; how it does so is written in
`Scheduler.job`. Counts are kept, contents never: nothing here is logged.
"""

import heapq
import itertools
import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from gateways.network.lines import Line

METADATA = "at-ussd-hop-metadata"  # a screen's name, echoed with the next hop
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 10.0  # seconds the provider waits for a hook's answer
PLAIN = re.compile("[A-Za-z0-9_.-]*")  # needs no quoting, and most words of a receipt are so
HOPE = 720  # how often a callback is posted in all: each minute for twelve hours

Job = Callable[
    [], "float | None"
]  # does its work; seconds until it wants to be called again, or None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the product answered; status 0: nothing, and text says why."""

    status: int
    text: str
    metadata: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Hooks:
    """Where the product wants its callbacks; the file is read again when it changes.

    It holds {"sim": ["secret", ...]} as the product keeps it, or the list of `manage.py hooks --json`.
    """

    def __init__(self, product: str, file: Path, gateway: str) -> None:
        self.product, self.gateway = product.rstrip("/"), gateway
        self._file, self._read = file, 0.0
        self._paths: dict[str, str] = {}

    def path(self, kind: str) -> str | None:
        """The path of a hook, None while the product has named none."""
        try:
            changed = self._file.stat().st_mtime
            if changed != self._read:
                self._paths = self._load()
                self._read = changed
        except (OSError, ValueError, LookupError):
            return None
        return self._paths.get(kind)

    def _load(self) -> dict[str, str]:
        content = json.loads(self._file.read_text(encoding="utf-8"))
        if isinstance(content, list):
            own = [one for one in content if one.get("gateway") == self.gateway]
            return {one["kind"]: urlsplit(one["url"]).path for one in own}
        secret = content[self.gateway][0]
        kinds = ("ussd", "ussd-end", "receipt", "sms", "opt-out")
        return {kind: f"/hooks/{self.gateway}/{secret}/{kind}" for kind in kinds}


class Post:
    """Posts forms to the product's hooks over a few kept connections."""

    def __init__(self, hooks: Hooks) -> None:
        self.hooks, self.counts = hooks, Counter[str]()
        self._idle: deque[Line] = deque()
        self._lock = threading.Lock()

    def __call__(
        self, kind: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Reply:
        path = self.hooks.path(kind)
        reply = Reply(0, "no hook is known")
        if path:
            reply = self._answered(path, _encoded(form), {**FORM, **(headers or {})})
        with self._lock:
            self.counts[f"{kind} {'ok' if reply.ok else 'failed'}"] += 1
        return reply

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _answered(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Over a kept connection; where it was closed meanwhile, once more over a new one."""
        with suppress(IndexError):
            kept = self._idle.pop()
            try:
                return self._once(kept, path, body, headers)
            except TimeoutError:
                return Reply(0, "TimeoutError")
            except OSError:
                pass
        try:
            return self._once(Line(self.hooks.product, PATIENCE), path, body, headers)
        except OSError as error:
            return Reply(0, type(error).__name__)

    def _once(self, line: Line, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        try:
            answer = line.post(path, body, headers)
        except BaseException:
            line.close()
            raise
        if line.kept:
            self._idle.append(line)
        else:
            line.close()
        text = answer.body.decode("utf-8", "replace")
        return Reply(answer.status, text, answer.headers.get(METADATA, ""))


class Scheduler:
    """Work to be done later by a few threads; a job that answers a number is called again after it."""

    def __init__(self, workers: int = 4) -> None:
        self._due: list[tuple[float, int, Job]] = []
        self._order, self._busy, self._stopped = itertools.count(), 0, False
        self._wake = threading.Condition()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def after(self, delay: float, job: Job) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), job))
            self._wake.notify()

    @property
    def pending(self) -> int:
        """Jobs waiting or running."""
        with self._wake:
            return len(self._due) + self._busy

    def clear(self) -> None:
        with self._wake:
            self._due.clear()

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._due.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(timeout=PATIENCE)

    def _work(self) -> None:
        while job := self._next():
            again = job()
            with self._wake:
                self._busy -= 1
            if again is not None and not self._stopped:
                self.after(again, job)

    def _next(self) -> Job | None:
        """The next job that is due; None when the network stops."""
        with self._wake:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._wake.wait(wait)
        return None


def _encoded(form: Mapping[str, str]) -> bytes:
    """As urlencode would have it, in a third of its time."""
    words = (
        f"{name}={word if PLAIN.fullmatch(word) else quote_plus(word)}"
        for name, word in form.items()
    )
    return "&".join(words).encode()


def until_answered(
    post: Post, kind: str, form: Mapping[str, str], *, retry: float, tries: int = HOPE
) -> Job:
    """A job that posts one callback again and again until it is answered 200."""
    left = itertools.count(tries - 1, -1)

    def job() -> float | None:
        return None if post(kind, form).ok or next(left) <= 0 else retry

    return job
