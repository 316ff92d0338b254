"""What reaches a log: no number, no token, no secret of a hook, no flood a stranger can cause."""

import io
import logging
import logging.config
from typing import Any

import kombu.exceptions
import pytest
import redis
from celery.beat import SchedulingError
from django.conf import settings
from django.db import OperationalError

from config.logs import Masked
from people.masking import masked

SECRET = "YL6Hq-4Rd_FpolhknqMnRIcx4EIxD5XN"
TOKEN = "t1.7Cy76kPKqgxrEhW-zyg0pmlB3Ps"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("call +254711000001 now", "call (number) now"),
        ("q=%2B254711000001&x=1", "q=%2B(number)&x=1"),
        (f"Not Found: //hooks/sim/{SECRET}/ussd", "Not Found: //hooks/sim/(secret)/ussd"),
        (f"Not Found: /hooks/sim/{SECRET}", "Not Found: /hooks/sim/(secret)"),
        (f"Key (token)=({TOKEN}) already exists.", "Key (token)=((token)) already exists."),
        (f"e1.text.{TOKEN[3:]}", "(token)"),
        ("blast 12 took 3.25 s on 2026-01-02", "blast 12 took 3.25 s on 2026-01-02"),
    ],
)
def test_line_is_masked(said, read):
    assert masked(said) == read


def test_traceback_is_masked_too():
    try:
        int("+254711000001 or so")
    except ValueError as error:
        record = logging.LogRecord("a", 40, "f", 1, "failed", None, (type(error), error, None))

    assert Masked("%(message)s").format(record) == (
        "failed\nValueError: invalid literal for int() with base 10: '(number) or so'"
    )


@pytest.fixture
def console():
    """The logging of the product, its console kept instead of shown."""
    kept = io.StringIO()
    own: dict[str, Any] = dict(settings.LOGGING)
    own["handlers"] = {"console": {**own["handlers"]["console"], "stream": kept}}
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(own)
    yield kept
    logging.getLogger().handlers[:] = before


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
        OperationalError("the connection is lost"),
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
