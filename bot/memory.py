"""What conversations remember, for minutes: sealed in Redis, where every process finds it, else in this one.

Redis away is no fault here: the process's own memory serves, and other processes begin afresh.
"""

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.replies import Expects, State
from bot.wording import Choice
from people import identity

KEPT: Final = 900  # seconds after the last message
PATIENCE: Final = 0.1  # seconds for Redis
AWAY: Final = 1.0  # seconds before Redis is asked again
HELD: Final = 20_000  # conversations and counts of this process; about 20 MB when full
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Memory:
    """States of conversations by token, and how often somebody wrote. Safe between threads."""

    url: str = ""  # "": this process alone
    clock: Callable[[], float] = time.monotonic
    _own: "OrderedDict[str, tuple[float, Any]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _client: "redis.Redis | None" = None
    _away_until: float = 0.0

    def get(self, token: str) -> State:
        """The conversation's state; a fresh one where none is remembered."""
        found = self._ask(lambda client: client.get(f"chat:{token}"))
        if isinstance(found, bytes):
            return _opened(found)
        kept = self._kept(f"chat:{token}")
        return kept if isinstance(kept, State) else State()

    def put(self, token: str, state: State) -> None:
        self._keep(f"chat:{token}", state, KEPT)
        if self.url:
            sealed = identity.seal(json.dumps(asdict(state)))
            self._ask(lambda client: client.set(f"chat:{token}", sealed, ex=KEPT))

    def count(self, name: str, seconds: int) -> int:
        """How often `name` was counted within about `seconds`, this time included."""
        key = f"pace:{identity.fact(name)}"  # the name may be the address of somebody's line

        def add(client: "redis.Redis") -> object:
            pipe = client.pipeline()
            pipe.incr(key)
            pipe.expire(key, seconds, nx=True)
            return pipe.execute()[0]

        found = self._ask(add)
        if isinstance(found, int):
            return found
        with self._lock:
            until, times = self._own.get(key, (0.0, 0))
            now = self.clock()
            until, times = (until, times + 1) if until > now else (now + seconds, 1)
            self._hold(key, (until, times))
        return times

    def _kept(self, key: str) -> object:
        with self._lock:
            until, value = self._own.get(key, (0.0, None))
            return value if until > self.clock() else None

    def _keep(self, key: str, value: object, seconds: float) -> None:
        with self._lock:
            self._hold(key, (self.clock() + seconds, value))

    def _hold(self, key: str, kept: tuple[float, Any]) -> None:
        """Under the lock. Whoever invents names can fill no memory: what was not touched longest goes."""
        self._own[key] = kept
        self._own.move_to_end(key)
        while len(self._own) > HELD:
            self._own.popitem(last=False)

    def _ask(self, what: "Callable[[redis.Redis], object]") -> object:
        """Redis' answer; None where there is none, or not in time."""
        if not self.url or self.clock() < self._away_until:
            return None
        try:
            return what(self._connected())
        except redis.RedisError as error:
            self._away_until = self.clock() + AWAY
            log.info("Conversations are kept in this process for now: %s.", type(error).__name__)
            return None

    def _connected(self) -> "redis.Redis":
        if self._client is None:
            self._client = redis.Redis.from_url(
                self.url,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),
            )
        return self._client


def _opened(sealed: bytes) -> State:
    """A state as it was put; a fresh one where the key has changed since."""
    try:
        raw = json.loads(identity.unseal(sealed.decode()))
        return State(
            language=str(raw["language"]),
            choices=tuple(Choice(**one) for one in raw["choices"]),
            expects=cast("Expects", raw["expects"]),
            question=str(raw["question"]),
            last=str(raw["last"]),
            seen=int(raw["seen"]),
            edition=str(raw.get("edition", "")),
            minor=bool(raw.get("minor")),
            asked=str(raw.get("asked", "")),
            thread=bool(raw.get("thread")),
        )
    except (ValueError, KeyError, TypeError):
        return State()
