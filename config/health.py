"""What an operator's monitor may ask: does the process live, is everything there that it needs."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import redis
from django.db import Error, connection, connections

from campaigns.replies import forwards
from config.house import House
from gateways.wire import Environ, StartResponse, Wsgi

BEAT_MOST: Final = 60.0  # seconds without any fold looking at the journal: beat or workers are away
BACKLOG_MOST: Final = 32 * 1024 * 1024  # bytes waiting for the database; about 200 000 hops
JSON: Final = ("Content-Type", "application/json")
Report = tuple[bool, dict[str, Any]]


def told(report: Callable[[], Report]) -> Wsgi:
    """A report as a page: 200 or 503, and JSON that says why."""

    def page(_environ: Environ, start_response: StartResponse) -> list[bytes]:
        good, body = report()
        content = json.dumps({"ok": good, **body}).encode()
        status = "200 OK" if good else "503 Service Unavailable"
        size = ("Content-Length", str(len(content)))
        start_response(status, [JSON, size, ("Cache-Control", "no-store")])
        return [content]

    return page


def health(house: House) -> Report:
    """The process is up. What it could not journal is said here: that is an alarm, not a death."""
    state = house.shipper.state()
    journal = {
        "backlog_bytes": state.backlog,
        "unwritten": house.journal.unwritten,
        "torn": state.torn,
        "trouble": state.trouble,
    }
    return True, {"journal": journal}


def readiness(house: House) -> Report:
    """Everything the product needs is up; each part with what was found."""
    found = {
        "database": _database(),
        "broker": _broker(house.redis_url),
        "beat": _beat(),
        "journal": _journal(house),
        "edition": _edition(house),
        "forwards": _forwards(),
    }
    connections.close_all()
    return all(one["ok"] for one in found.values()), found


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return {"ok": False, "trouble": type(error).__name__}
    return {"ok": True}


def _broker(url: str) -> dict[str, Any]:
    client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.RedisError as error:
        return {"ok": False, "trouble": type(error).__name__}
    finally:
        client.close()
    return {"ok": True}


def _beat() -> dict[str, Any]:
    """How long ago a fold looked at the journal: beat, broker, a worker and the database in one look."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - max(looked_at)) FROM journal_marker")
            (age,) = cursor.fetchone()
    except Error as error:
        return {"ok": False, "trouble": type(error).__name__}
    if age is None:
        return {"ok": False, "trouble": "nobody looked yet"}
    return {"ok": age < BEAT_MOST, "seconds": round(float(age), 1)}


def _forwards() -> dict[str, Any]:
    """Texts for RapidPro of the last days: one refused or of unknown fate reached no flow. It holds up nothing else."""
    try:
        rows = list(forwards.standing())
    except Error as error:
        return {"ok": True, "trouble": type(error).__name__}
    return {"ok": True, "accounts": [asdict(one) for one in rows]}


def _journal(house: House) -> dict[str, Any]:
    state = house.shipper.state()
    return {
        "ok": state.backlog < BACKLOG_MOST,
        "backlog_bytes": state.backlog,
        "unwritten": house.journal.unwritten,
    }


def _edition(house: House) -> dict[str, Any]:
    """At least one gateway has something to serve; how old that is, in seconds."""
    served = {gateway.simulated for gateway in house.gateways.values()}
    found = [edition for kind in served if (edition := house.shelf.current(kind))]
    if not found:
        return {"ok": False, "trouble": "nothing is published"}
    newest = max(found, key=lambda edition: edition.made_at)
    return {"ok": True, "id": newest.id, "seconds": round(time.time() - newest.made_at.timestamp())}
