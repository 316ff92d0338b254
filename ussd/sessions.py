"""What a USSD session was begun with, remembered as long as a session can last.

The gateway sends the whole transcript at every hop, so all that must be remembered is the pin: edition,
start, whose session it is, and, where somebody typed a star, where that input ends. No transcript is
kept. Pins live in this process; a thread copies them to Redis, which a request asks only when it meets
a *later* hop of a session begun elsewhere, or one that more than one input lies before: for 50 ms at most,
never twice within a second of silence. A session that went from process to process is copied at every hop.
"""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from people import identity
from ussd.menu import Budget, Screen, Start

LIFE: Final = 600.0  # seconds a pin is kept; operators end sessions after 180
SIZE: Final = 100_000  # pins per generation, about 60 MB when full
PATIENCE: Final = 0.025  # seconds for connecting, and again for the answer
BREAK: Final = 1.0  # seconds during which a silent Redis is left alone
FLUSH_EVERY: Final = 0.05  # seconds between two copies to Redis
FLUSH_MOST: Final = 1000  # pins a copy
WAITING_MOST: Final = 50_000  # pins that wait for a Redis that is away; older ones are let go
AGAIN: Final = 1.0  # seconds; the same input sooner than a person can type is a retry
INPUTS_MOST: Final = 200  # more than anybody can type in a session
SCREENS_MOST: Final = 4096  # screens remembered per edition and start

Key = tuple[str, str, str]  # gateway, service code, session


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen made ready: the reply, its headers, and its part of the journal line."""

    screen: Screen
    reply: list[bytes]
    headers: list[tuple[str, str]]
    entry: str


@dataclass(slots=True)
class Pin:
    """What a session was begun with. `ends`: where each input ends, kept once one of them holds a star.

    `said` is filled only where the gateway sends the last input alone. `screens` is shared by all
    pins of one edition and start: the walk is pure, so its screens may be.
    """

    edition: str
    start: Start
    token: str
    head: str = ""  # what every journal line of the session begins with
    born: float = 0.0  # monotonic seconds
    place: str = ""  # of the last screen
    length: int = 0  # of the longest transcript seen, in characters
    ends: tuple[int, ...] | None = None
    said: tuple[str, ...] = ()
    heard: float = 0.0  # monotonic seconds of the last hop that brought an input
    language: str = ""  # the last one noted of this person
    shared: bool = False  # whether several processes serve the session
    code: str = ""  # that was dialled, with as much of a deep dial as has an owner of its own
    screens: dict[str, Shown] = field(default_factory=dict)


def move(pin: Pin, text: str, *, echo: str = "") -> None:
    """Move the pin on by a transcript longer than any seen: what follows is ONE input, stars and all.

    A shorter or equal transcript is a repeated or late request and moves nothing. `echo` is the screen
    that the gateway says this answers: where it is not our last one, hops went elsewhere, and stars part.
    """
    last = pin.length
    if len(text) <= last:
        return
    pin.length = len(text)
    rest = text[last + 1 :] if last else text
    follows = not last or text[last] == "*"
    if "*" in rest and follows and text[0] != "*" and echo in ("", pin.place):
        pin.ends = _ends((*inputs(text[:last], pin.ends), rest))


def leaps(pin: Pin, text: str) -> bool:
    """Whether the transcript grew by more than one input: by hops elsewhere, or by one with a star in it."""
    return len(text) > pin.length and "*" in text[pin.length + 1 if pin.length else 0 :]


def catch_up(pin: Pin, found: Pin) -> None:
    """Take over what another process saw of the session and we did not."""
    if found.length > pin.length:
        pin.length, pin.ends, pin.shared = found.length, found.ends, True
    if len(found.said) > len(pin.said):
        pin.said = found.said


def inputs(text: str, ends: tuple[int, ...] | None) -> tuple[str, ...]:
    """Cut a transcript where inputs were seen to end; behind that, at each star."""
    if not text:
        return ()
    found, start = [], 0
    for end in ends or ():
        if end > len(text) or (end < len(text) and text[end] != "*"):
            break
        found.append(text[start:end])
        start = end + 1
    return (*found, *text[start:].split("*")) if start <= len(text) else tuple(found)


def _ends(found: tuple[str, ...]) -> tuple[int, ...]:
    ends, place = [], -1
    for one in found:
        place += 1 + len(one)
        ends.append(place)
    return tuple(ends)


def last_input(pin: Pin, text: str, *, now: float) -> tuple[str, ...]:
    """The inputs where each hop brings only its own. The same again within a second is a retry.

    Behind the last input that a session can hold, none is taken: the screen stays.
    """
    again = pin.said and pin.said[-1] == text and now - pin.heard < AGAIN
    if not again and len(pin.said) < INPUTS_MOST:
        pin.said = (*pin.said, text)
    pin.heard = now
    return pin.said


class Pins:
    """Pins of this process. Two generations: when the young one is full or old, the old one goes."""

    def __init__(self, *, size: int = SIZE, life: float = LIFE) -> None:
        self._size, self._life = size, life
        self._young: dict[Key, Pin] = {}
        self._old: dict[Key, Pin] = {}
        self._turned = time.monotonic()

    def get(self, key: Key) -> Pin | None:
        """The session's pin; None where it is not known here or older than a session can be."""
        pin = self._young.get(key)
        if pin is None and (pin := self._old.get(key)) is not None:
            self.put(key, pin)
        if pin is not None and time.monotonic() - pin.born > self._life:
            return None
        return pin

    def put(self, key: Key, pin: Pin) -> None:
        if len(self._young) >= self._size or time.monotonic() - self._turned > self._life:
            self._old, self._young, self._turned = self._young, {}, time.monotonic()
        self._young[key] = pin


class Away(Enum):
    """Redis did not say whether it knows the session."""

    AWAY = "away"


class Elsewhere:
    """The pins' copy in Redis, for sessions that go on in another process."""

    def __init__(self, url: str) -> None:
        self._reader = _client(url, PATIENCE)
        self._writer = _client(url, 1.0)
        self._waiting: deque[tuple[Key, Pin]] = deque(maxlen=WAITING_MOST)
        self._closed_until = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def later(self, key: Key, pin: Pin) -> None:
        """Have the pin copied by the thread, in a moment."""
        self._waiting.append((key, pin))

    def read(self, key: Key) -> Pin | Away | None:
        """The pin as another process left it, None where none did, AWAY where Redis is silent."""
        if time.monotonic() < self._closed_until:
            return Away.AWAY
        try:
            found = self._reader.get(_name(key))
        except redis.RedisError:
            self._closed_until = time.monotonic() + BREAK
            return Away.AWAY
        return None if found is None else _load(found)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="pins", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """Copy what waits, once, and end; a silent Redis is waited for `seconds` at most."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)
        self._reader.close()
        self._writer.close()

    def flush(self) -> int:
        """Copy up to FLUSH_MOST waiting pins; how many. Raises redis.RedisError, and then keeps them."""
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), FLUSH_MOST))]
        if not taken:
            return 0
        pipeline = self._writer.pipeline(transaction=False)
        for key, pin in dict(taken).items():
            pipeline.set(_name(key), _dump(pin), ex=int(LIFE))
        try:
            pipeline.execute()
        except redis.RedisError:
            self._waiting.extendleft(reversed(taken))
            raise
        return len(taken)

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_EVERY):
            self._flush_or_wait()
        self._flush_or_wait()

    def _flush_or_wait(self) -> None:
        try:
            while self.flush() == FLUSH_MOST:
                pass
        except redis.RedisError:
            self._stop.wait(BREAK)


def _client(url: str, patience: float) -> "redis.Redis":
    """redis-py 8 retries by default, for seconds; here silence is an answer and comes at once."""
    return redis.Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        driver_info=None,
    )


def _name(key: Key) -> str:
    return "njia:pin:" + ":".join(key)


def _dump(pin: Pin) -> str:
    """The pin for another process; what a person said, where it has to be kept, is sealed."""
    start = pin.start
    said = identity.seal(json.dumps(pin.said)) if pin.said else ""
    return json.dumps(
        {
            "edition": pin.edition,
            "start": [start.language, start.country, list(start.budget), start.first, start.asks],
            "token": pin.token,
            "length": pin.length,
            "ends": pin.ends,
            "said": said,
            "shared": pin.shared,
            "code": pin.code,
        }
    )


def _load(text: bytes | str) -> Pin | None:
    """None for what another release wrote."""
    try:
        raw: dict[str, Any] = json.loads(text)
        language, country, budget, *others = raw["start"]
        return Pin(
            edition=raw["edition"],
            start=Start(language, country, Budget(*budget), *others),
            token=raw["token"],
            length=raw["length"],
            ends=None if raw["ends"] is None else tuple(raw["ends"]),
            said=tuple(json.loads(identity.unseal(raw["said"]))) if raw["said"] else (),
            shared=raw["shared"],
            code=raw["code"],
        )
    except (ValueError, KeyError, TypeError):
        return None
