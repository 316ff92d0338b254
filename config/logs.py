"""Logs carry no phone numbers, no secrets of hooks and no tokens, whatever was written and by whom.

Done where a line is finished, so that the text of an error and its traceback are covered too. What would go
past logging to the terminal, an error that nobody caught or a line that could not be made, goes through it.
"""

import logging
import logging.config
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from config import away
from people.masking import masked

log = logging.getLogger(__name__)


def configure(logging_settings: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG: the settings, and errors that nobody catches are logged as others are."""
    logging.config.dictConfig(dict(logging_settings))
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = uncaught_in_thread


def uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """The end of a program by an error; an interruption by hand is none."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    log.critical("An error nobody caught.", exc_info=(kind, error, traceback))


def uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
        name = told.thread.name if told.thread else "a thread"
        error = (told.exc_type, told.exc_value, told.exc_traceback)
        log.critical("An error nobody caught in %s.", name, exc_info=error)


class Console(logging.StreamHandler):  # type: ignore[type-arg]
    """The terminal. A line that cannot be made is told by its place: logging's own way shows what was said."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Called inside the except clause of the failed line."""
        kind = type(sys.exception()).__name__
        said = f"A line of the log failed with {kind}: {record.pathname}:{record.lineno}"
        told = {"name": __name__, "levelname": "ERROR", "levelno": logging.ERROR, "msg": said}
        self.stream.write(f"{self.format(logging.makeLogRecord(told))}\n")


class Masked(logging.Formatter):
    """Masks the whole line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class Brief(logging.Filter):
    """What any stranger can cause is told in one line: no traceback, or the disk fills with them.

    So is a store that is away: each task, page and tick of beat meets it, and the operator reads along.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("celery", "django.request")) and (away := _store_away(record)):
            record.msg = f"{record.getMessage().partition(chr(10))[0]} ({away})"
            record.args = record.exc_info = record.exc_text = None
        asked_wrongly = record.name == "django.request" and record.levelno < logging.ERROR
        if asked_wrongly or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True


def _store_away(record: logging.LogRecord) -> str:
    """The kind of the error, where what is told here is or came of a store that did not answer; else ""."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, (*away.DATABASE, *away.QUEUE)):
        error = error.__cause__ or error.__context__
    return type(error).__name__ if error else ""
