"""Whether work goes on: when anybody last looked into the journal, what waits there, and what waits in the queues."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.db import connection

QUEUES: Final = ("now", "bulk")
SENT_AT: Final = "njia-sent-at"  # header of a task's message: epoch seconds (config.celery)
COUNTED_MOST: Final = 100_000  # entries that are counted: a million would take a second
PATIENCE: Final = 1.0  # seconds for the broker

LAST_LOOK = "SELECT extract(epoch FROM now() - max(looked_at)) FROM journal_marker"
# the oldest by id: entries are stored in the order of their ids
WAITING = """
SELECT m.kind,
    (SELECT count(*) FROM (SELECT 1 FROM journal_entry e WHERE e.kind = m.kind AND e.id > m.entry LIMIT %s) AS part),
    (SELECT extract(epoch FROM now() - e.stored_at) FROM journal_entry e
     WHERE e.kind = m.kind AND e.id > m.entry ORDER BY e.id LIMIT 1)
FROM journal_marker m ORDER BY m.kind
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entries of a kind that its app has not folded yet, COUNTED_MOST at most; `seconds`: how long the oldest is here."""

    kind: str
    entries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Queue:
    """Tasks that no worker has taken. `seconds`: since the oldest was sent; 0 where none waits."""

    name: str
    tasks: int
    seconds: float


def last_look() -> float | None:
    """Seconds since a fold looked into the journal: beat, broker, a worker and the database in one. None: never."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_LOOK)
        (age,) = cursor.fetchone()
    return None if age is None else float(age)


def waiting() -> list[Waiting]:
    """Every kind that is folded, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [COUNTED_MOST])
        return [
            Waiting(kind, entries, float(age or 0.0)) for kind, entries, age in cursor.fetchall()
        ]


def answers(url: str) -> None:
    """Ask the broker whether it lives, for a second at most. Raises redis.RedisError."""
    with closing(_client(url)) as client:
        client.ping()


def queues(url: str) -> list[Queue]:
    """How much waits for the workers, by queue. Raises redis.RedisError."""
    now = time.time()
    with closing(_client(url)) as client:
        return list(_queues(client, now))


def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)


def _queues(client: redis.Redis, now: float) -> Iterator[Queue]:
    for name in QUEUES:
        with client.pipeline(transaction=False) as both:
            both.llen(name)
            both.lindex(name, -1)  # the broker's end from which workers take
            tasks, oldest = both.execute()
        yield Queue(name, int(tasks), _age(oldest, now))


def _age(message: bytes | None, now: float) -> float:
    """Of a message as Celery writes it; 0.0 where it does not say when it was sent."""
    if message is None:
        return 0.0
    try:
        told: dict[str, Any] = json.loads(message)["headers"]
        return max(now - float(told[SENT_AT]), 0.0)
    except (ValueError, KeyError, TypeError):
        return 0.0
