"""Logs carry no phone numbers, no secrets of hooks and no tokens, whatever was written and by whom.

Done where a line is finished, so that the text of an error and its traceback are covered too.
"""

import logging

import kombu.exceptions
import redis
from django.db import InterfaceError, OperationalError

from people.masking import masked


class Masked(logging.Formatter):
    """Masks the whole line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


AWAY = (OperationalError, InterfaceError, kombu.exceptions.OperationalError, redis.ConnectionError)


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
    while error is not None and not isinstance(error, AWAY):
        error = error.__cause__ or error.__context__
    return type(error).__name__ if error else ""
