"""What reaches a log: no number, no token, no secret of a hook, no flood a stranger can cause."""

import io
import logging
import logging.config
import os
import subprocess
import sys
import threading

import kombu.exceptions
import psycopg
import pytest
import redis
from celery.beat import SchedulingError
from django.conf import settings
from django.db import OperationalError

from config import logs
from config.logs import Masked


def test_traceback_is_masked_too():
    try:
        int("+254711000001 or so")
    except ValueError as error:
        record = logging.LogRecord("a", 40, "f", 1, "failed", None, (type(error), error, None))

    assert Masked("%(message)s").format(record) == (
        "failed\nValueError: invalid literal for int() with base 10: '(number) or so'"
    )


def test_foreign_host_costs_one_line(client, console):
    answer = client.get("/sign-in/", headers={"host": "elsewhere.example"})

    assert (answer.status_code, console.getvalue().count("\n")) == (400, 1)


@pytest.mark.parametrize(
    ("name", "level", "told"),
    [
        ("django.request", logging.WARNING, False),  # 403 and 404: anybody can ask for them
        ("django.security.DisallowedHost", logging.ERROR, False),
        ("django.security.RequestDataTooBig", logging.ERROR, False),
        ("campaigns.blasts.sending", logging.WARNING, True),
        ("django.request", logging.ERROR, True),  # a fault of ours: its traceback is needed
    ],
)
def test_traceback_is_written_for_faults_of_ours(console, name, level, told):
    try:
        int("none")
    except ValueError as error:
        logging.getLogger(name).log(level, "told", exc_info=error)

    assert ("Traceback" in console.getvalue()) is told


@pytest.mark.parametrize(
    "cause",
    [
        kombu.exceptions.OperationalError("Error 111"),
        redis.ConnectionError("Error 111"),
        redis.TimeoutError("Timeout reading from socket"),
        OperationalError("the connection is lost"),
        psycopg.OperationalError("the connection is lost"),
    ],
)
def test_store_that_is_away_costs_a_task_one_line(console, cause):
    trouble = SchedulingError("Couldn't apply scheduled task blasts")
    trouble.__cause__ = cause
    told = ("Message Error: %s\n%s", trouble, ["a stack"])  # as beat does it

    logging.getLogger("celery.beat").error(*told, exc_info=trouble)

    (line,) = console.getvalue().splitlines()
    says = "Message Error: Couldn't apply scheduled task blasts"
    assert line.partition("celery.beat: ")[2] == f"{says} ({type(cause).__name__})"


def test_error_of_our_own_in_a_task_keeps_its_traceback(console):
    logging.getLogger("celery.app.trace").error("Task failed", exc_info=KeyError("a"))

    assert console.getvalue().splitlines()[-1] == "KeyError: 'a'"


# --- what goes past logging ---------------------------------------------------------------------------


def test_error_nobody_caught_is_masked_too(console):
    try:
        int("+254711000001 x")
    except ValueError as error:
        logs.uncaught(type(error), error, error.__traceback__)

    assert console.getvalue().splitlines()[-1].endswith("with base 10: '(number) x'")
    assert "An error nobody caught." in console.getvalue()


def test_error_in_a_thread_is_masked_too(console, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", logs.uncaught_in_thread)
    thread = threading.Thread(target=int, args=("+254711000001 x",), name="shelf")

    thread.start()
    thread.join()

    assert console.getvalue().splitlines()[-1].endswith("with base 10: '(number) x'")
    assert "An error nobody caught in shelf." in console.getvalue()


def test_line_that_cannot_be_made_does_not_show_what_was_said():
    kept = io.StringIO()
    handler = logs.Console(kept)
    handler.setFormatter(Masked())

    handler.handle(logging.LogRecord("a", 40, "sending.py", 7, "%d", ("+254711000001",), None))

    assert kept.getvalue() == "A line of the log failed with TypeError: sending.py:7\n"


@pytest.mark.parametrize("debug", [True, False])
def test_django_writes_to_no_console_of_its_own(console, settings, capsys, debug):
    settings.DEBUG = debug

    logging.getLogger("django.request").error("failed for +254711000001")

    assert console.getvalue().count("failed for (number)") == 1
    assert (capsys.readouterr().err, logging.getLogger("django").handlers) == ("", [])


def test_program_that_ends_by_an_error_shows_no_number():
    words = [sys.executable, "manage.py", "shell", "--no-imports", "-c", "int('+254711000001 x')"]
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}

    ended = subprocess.run(
        words, capture_output=True, text=True, check=False, env=environ, cwd=settings.BASE_DIR
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].endswith("with base 10: '(number) x'")
    assert "254711" not in ended.stdout + ended.stderr
