"""manage.py's commands as an operator meets them: what keeps one from working is told in a sentence.

Only troubles of the surroundings (settings, servers, tables) are told so; an error of ours keeps its
traceback, and `--traceback` shows it for every other one.
"""

import errno
import signal
import sys
from collections.abc import Callable

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from config import away
from gateways.account import BadSettings
from people.keys import BadKeys

SAID = (ImproperlyConfigured, BadSettings, BadKeys)  # their text is the sentence
OURS_TO_TELL = frozenset(
    (
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE),
        *(errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.EISDIR),
    )
)
NO_TABLES = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)


def run(words: list[str]) -> int:
    """Run a command of Django's; returns its exit code where it does not set one itself."""
    return attempt(lambda: execute_from_command_line(words), loud="--traceback" in words)


def attempt(work: Callable[[], None], *, loud: bool = False) -> int:
    """Do it; 0 when done, else a sentence (`loud`: a traceback) and the exit code."""
    try:
        work()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as trouble:
        sentence = told(trouble)
        if loud or not sentence:
            raise
        sys.stderr.write(f"{sentence}\n")
        return 1
    return 0


def told(trouble: Exception) -> str:
    """The trouble as one sentence that says what to do; "" where it is none of the surroundings."""
    if isinstance(trouble, SAID):
        return str(trouble)
    if isinstance(trouble, psycopg.Error | Error):
        return _told_of_database(trouble)
    if isinstance(trouble, away.QUEUE):
        return f"The queue does not answer ({_line(trouble)}): start it, or mend REDIS_URL."
    if isinstance(trouble, OSError) and trouble.errno in OURS_TO_TELL:
        return f"{trouble.filename or 'A file'} cannot be used: {trouble.strerror}."
    return ""


def _told_of_database(trouble: Exception) -> str:
    if isinstance(trouble.__cause__, psycopg.errors.DiskFull):
        return f"The database's disk is full ({_line(trouble)}): make room."
    if isinstance(trouble.__cause__, NO_TABLES):
        return (
            "The database lacks tables of this release: run `make up` once, or `manage.py migrate`."
        )
    if isinstance(trouble, away.DATABASE):
        return f"The database does not answer ({_line(trouble)}): start it, or mend DATABASE_URL."
    return ""


def _line(trouble: Exception) -> str:
    """The first line of what a driver said; the others are advice to its programmer."""
    return (str(trouble).splitlines() or [type(trouble).__name__])[0].rstrip(" .:")
