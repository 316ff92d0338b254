"""How fast a gateway may be asked: one token bucket and one breaker for each gateway and sender.

Both live in Redis and go by Redis' own clock, so that every worker on every machine shares them; one
round trip a request, not one a message. With Redis away each process takes a share of the rate from a
bucket of its own: slower, never faster than allowed.
"""

import random
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TRIP = 5  # whole requests in a row without a good answer open the breaker
FIRST_REST, LONGEST_REST = 5.0, 300.0  # seconds it stays open; doubled each time
PROBE = 20.0  # seconds one trial request may take while the breaker is half open
SHARE = 0.25  # of the rate for this process while Redis is away
AWAY = 1.0  # seconds before Redis is asked again
FORGET = 600  # seconds without news after which failures no longer count

# GCRA: the bucket is the moment at which it will be full again, in seconds of Redis' clock.
# Answers the seconds to wait as text; "0": go ahead, the tokens are taken.
TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local held = tonumber(redis.call('HGET', KEYS[1], 'held') or '0')
if held > now then return tostring(held - now) end
if tonumber(redis.call('HGET', KEYS[1], 'failures') or '0') >= tonumber(ARGV[4]) then
  local probe = tonumber(redis.call('HGET', KEYS[1], 'probe') or '0')
  if probe > now then return '0.5' end
  redis.call('HSET', KEYS[1], 'probe', tostring(now + tonumber(ARGV[5])))
end
local full = math.max(tonumber(redis.call('HGET', KEYS[1], 'full') or '0'), now)
local next = full + ARGV[3] / ARGV[1]
if full > now and next - now > tonumber(ARGV[2]) then return tostring(next - now - ARGV[2]) end
redis.call('HSET', KEYS[1], 'full', string.format('%.6f', next))
redis.call('EXPIRE', KEYS[1], 3600)
return '0'
"""
FAIL = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HDEL', KEYS[1], 'probe')
redis.call('EXPIRE', KEYS[1], ARGV[4])
if failures < tonumber(ARGV[1]) then return '0' end
redis.call('HSETNX', KEYS[1], 'since', string.format('%.6f', now))
local rest = math.min(ARGV[2] * 2 ^ (failures - ARGV[1]), tonumber(ARGV[3])) * ARGV[5]
redis.call('HSET', KEYS[1], 'held', string.format('%.6f', now + rest))
return tostring(rest)
"""
DOWN = """
local since = redis.call('HGET', KEYS[1], 'since')
if not since then return '0' end
local t = redis.call('TIME')
return tostring(t[1] + t[2] / 1000000 - tonumber(since))
"""
HOLD = """
local t = redis.call('TIME')
local until_ = t[1] + t[2] / 1000000 + ARGV[1]
if until_ > tonumber(redis.call('HGET', KEYS[1], 'held') or '0') then
  redis.call('HSET', KEYS[1], 'held', string.format('%.6f', until_))
  redis.call('EXPIRE', KEYS[1], 3600)
end
return '0'
"""


@dataclass(slots=True)
class _Own:
    """This process's bucket and breaker, for when Redis is away."""

    full: float = 0.0
    held: float = 0.0
    failures: int = 0
    since: float = 0.0  # when it opened; 0.0: closed
    lock: threading.Lock = field(default_factory=threading.Lock)


class Pace:
    """The bucket and breaker of one gateway and sender. Shared by threads. rate: numbers a second."""

    def __init__(self, name: str, *, rate: float, url: str) -> None:
        self._key, self._rate, self._own = f"njia:pace:{name}", rate, _Own()
        retry = Retry(NoBackoff(), 0)
        client = redis.Redis.from_url(
            url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=retry
        )
        self._take, self._fail, self._hold, self._down = (
            client.register_script(text) for text in (TAKE, FAIL, HOLD, DOWN)
        )
        self._client = client
        self._away_until = 0.0

    def take(self, numbers: int) -> float:
        """0.0: this many numbers may go now; else the seconds to wait before asking again."""
        burst = max(1.0, numbers / self._rate)  # a second's worth, and never less than one request
        answer = self._ask(self._take, [self._rate, burst, numbers, TRIP, PROBE])
        return self._take_own(numbers, burst) if answer is None else answer

    def failed(self) -> None:
        """A whole request brought no good answer; enough of them in a row open the breaker."""
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads workers, hides nothing
        values = [TRIP, FIRST_REST, LONGEST_REST, FORGET, jitter]
        if self._ask(self._fail, values) is None:
            with self._own.lock:
                self._own.failures += 1
                if self._own.failures >= TRIP:
                    self._own.held = time.monotonic() + FIRST_REST
                    self._own.since = self._own.since or time.monotonic()

    def succeeded(self) -> None:
        """A request was answered: the breaker closes."""
        self._own.failures, self._own.since = 0, 0.0
        if time.monotonic() >= self._away_until:
            try:
                self._client.hdel(self._key, "failures", "probe", "since")
            except redis.RedisError:
                self._away_until = time.monotonic() + AWAY

    def down_for(self) -> float:
        """Seconds since the breaker opened, trials that failed included; 0.0 while it is closed."""
        answer = self._ask(self._down, [])
        if answer is None:
            return time.monotonic() - self._own.since if self._own.since else 0.0
        return answer

    def hold(self, seconds: float) -> None:
        """The provider asked everybody to wait so long (Retry-After)."""
        self._own.held = max(self._own.held, time.monotonic() + seconds)
        self._ask(self._hold, [seconds])

    def _ask(self, script: "redis.commands.core.Script", values: list[float]) -> float | None:
        """The script's answer in seconds; None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return float(script(keys=[self._key], args=values))
        except redis.RedisError:
            self._away_until = time.monotonic() + AWAY
            return None

    def _take_own(self, numbers: int, burst: float) -> float:
        with self._own.lock:
            now = time.monotonic()
            if self._own.held > now:
                return self._own.held - now
            full = max(self._own.full, now)
            after = full + numbers / (self._rate * SHARE)
            if full > now and after - now > burst / SHARE:
                return after - now - burst / SHARE
            self._own.full = after
            return 0.0


@lru_cache(maxsize=64)
def of(gateway: str, sender: str, rate: float) -> Pace:
    """The pace of this gateway and sender, one object a process."""
    return Pace(f"{gateway}:{sender}", rate=rate, url=settings.REDIS_URL)
