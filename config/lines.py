"""The log as lines of JSON, one an event, for whatever collects logs. Masked as every log is (people.masking).

Masked is each text before it is put into JSON: afterwards what is no letter of ASCII would be written in another way,
and a number in it not be seen.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, Final

from config.logs import Masked
from config.settings import env
from gateways.wire import Environ, StartResponse, Wsgi
from people.masking import masked

REQUEST: Final = ContextVar("request", default="")  # the name of the request that is worked on
HEADER: Final = "X-Request-Id"
OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
PLAIN: Final = (bool, float, type(None))  # as they are; an int may be a number of somebody


class Lines(logging.Formatter):
    """One JSON object a record: when, how grave, where, what; request or task; the traceback; what was added."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "said": masked(record.getMessage()),
            **_place(),
        }
        if record.exc_info or record.exc_text:
            told["error"] = masked(record.exc_text or self.formatException(record.exc_info))  # type: ignore[arg-type]
        if record.stack_info:
            told["stack"] = masked(self.formatStack(record.stack_info))
        added = dict(_added(record))
        return json.dumps(told | ({"with": added} if added else {}))


def _place() -> dict[str, str]:
    """The request, or the task, in whose work the line is written."""
    if name := REQUEST.get():
        return {"request": name}
    celery = sys.modules.get("celery._state")  # where it is not loaded, no task runs
    task = celery.get_current_task() if celery else None
    return {"task": str(task.name), "request": str(task.request.id)} if task else {}


def _added(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """What was given as `extra`, each as text that may be read."""
    for name, value in vars(record).items():
        if name not in OWN:
            told = value if isinstance(value, str) else repr(value)
            yield masked(name), value if isinstance(value, PLAIN) else masked(told)


def named(pages: Wsgi, name: Callable[[], str] = lambda: token_hex(8)) -> Wsgi:
    """The pages, each request with a name of ours: it stands in the log's lines and in the answer's X-Request-Id.

    One that came with the request is not taken: whoever writes it could write anything into the log.
    """

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        own = name()
        before = REQUEST.set(own)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401
            return start_response(status, [*headers, (HEADER, own)], *rest)

        try:
            return pages(environ, start)
        finally:
            REQUEST.reset(before)

    return application


def server() -> logging.Formatter:
    """What granian writes its own lines with, before Django is there to say (config/granian.json)."""
    env.read_file()
    production = env.text("DJANGO_SETTINGS_MODULE") == "config.settings.prod"
    return Lines() if env.log_form("json" if production else "plain") == "json" else Masked(SHORT)


SHORT: Final = "[%(levelname)s] %(message)s"
