"""What an operator's monitor may ask: does the process live, is everything there that it needs."""

import json
from collections.abc import Callable
from typing import Any, Final

from django.db import connections

from config.house import House
from gateways.wire import Environ, StartResponse, Wsgi
from operations import readiness

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
    """The process is up, which no store is asked about. What it could not journal is an alarm, not a death."""
    state = house.shipper.state()
    journal = {
        "backlog_bytes": state.backlog,
        "unwritten": house.journal.unwritten,
        "torn": state.torn,
        "trouble": state.trouble,
    }
    return True, {"journal": journal}


def process(house: House) -> readiness.Process:
    """The house as far as whoever watches may ask about it."""
    return readiness.Process(
        house.journal, house.shipper, house.shelf, house.gateways, house.redis_url
    )


def ready(house: House) -> Report:
    """Everything the product needs is up; each part with what was found."""
    try:
        found = readiness.parts(process(house))
    finally:
        connections.close_all()
    good = all(one.ok for one in found.values())
    return good, {name: one.as_json() for name, one in found.items()}
