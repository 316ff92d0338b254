"""Logs as lines of JSON: one an event, with its request or task, and a number in none of them."""

import io
import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
from celery import Celery
from django.conf import settings

from config import lines
from config.lines import Lines, named
from config.logs import Console
from tests.config.programs import said
from tests.doors import knock

NUMBER = "+254711000001"
DIGITS = "254711000001"


@pytest.fixture
def logger():
    """A logger of the test's own that writes lines; what it wrote is `logger.handlers[0].stream`."""
    made = logging.Logger("invented")  # noqa: LOG001 - none that another test finds
    handler = Console(io.StringIO())
    handler.setFormatter(Lines())
    made.addHandler(handler)
    return made


def written(logger: logging.Logger) -> list[dict[str, Any]]:
    handler = logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    return [json.loads(line) for line in handler.stream.getvalue().splitlines()]


def only(logger: logging.Logger) -> dict[str, Any]:
    (line,) = written(logger)
    return line


def test_line_says_when_where_and_what(logger):
    logger.warning("%d blasts wait", 3)

    line = only(logger)
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "invented", "said": "3 blasts wait"}


def test_event_of_many_lines_is_one_line(logger):
    try:
        int("none\nat all")
    except ValueError:
        logger.exception("first\nsecond\u2028third")

    line = only(logger)
    assert line["said"] == "first\nsecond\u2028third"
    assert line["error"].startswith("Traceback (most recent call last):\n")
    assert line["error"].splitlines()[-1] == (
        r"ValueError: invalid literal for int() with base 10: 'none\nat all'"
    )


class Named:
    """Something whose repr tells a number."""

    def __repr__(self) -> str:
        return f"Named({NUMBER!r})"


def raised(error: Exception, cause: Exception | None = None) -> None:
    raise error from cause


def fail(error: Exception, cause: Exception | None = None):
    def say(log: logging.Logger) -> None:
        try:
            raised(error, cause)
        except Exception:
            log.exception("failed")

    return say


PLACES = {
    "message": lambda log: log.error(f"call {NUMBER}"),  # noqa: G004 - as one should not
    "args": lambda log: log.error("call %s and %r", NUMBER, {"to": NUMBER}),
    "args by name": lambda log: log.error("call %(to)s", {"to": Named()}),
    "whole number": lambda log: log.error("call %d", int(DIGITS)),
    "url": lambda log: log.error("GET https://a.example/send?to=%s", f"%2B{DIGITS}&text=x"),
    "path": lambda log: log.error("GET /people/%s/", DIGITS),
    "written with spaces": lambda log: log.error("call +254 711 000 001"),
    "behind arabic": lambda log: log.error("اتصل \u200e%s\u200f", NUMBER),
    "exception": fail(ValueError(f"no such number {NUMBER}")),
    "exception of a group": fail(ExceptionGroup("two", [ValueError(NUMBER), KeyError(NUMBER)])),
    "cause": fail(OSError("later"), KeyError(NUMBER)),
    "extra": lambda log: log.error("called", extra={"to": NUMBER}),
    "extra whole number": lambda log: log.error("called", extra={"to": int(DIGITS)}),
    "extra inside": lambda log: log.error("called", extra={"form": {"to": [Named()]}}),
    "extra bytes": lambda log: log.error("called", extra={"body": NUMBER.encode()}),
    "name of an extra": lambda log: log.error("called", extra={NUMBER: 1}),
    "stack": lambda log: log.error("called", stack_info=True),
    "failed line": lambda log: log.error("call %d", NUMBER),
}


@pytest.mark.parametrize("place", PLACES)
def test_number_comes_out_in_no_place(logger, place):
    PLACES[place](logger)

    (line,) = written(logger)
    text = json.dumps(line, ensure_ascii=False)
    assert [each for each in (DIGITS, "711000001", "711 000 001") if each in text] == []


def test_secret_of_a_hook_and_token_come_out_neither(logger):
    logger.error("POST /hooks/sim/%s/ussd of t1.%s", "s" * 32, "k" * 27)

    assert only(logger)["said"] == "POST /hooks/sim/(secret)/ussd of (token)"


def test_what_is_added_stands_beside(logger):
    logger.info("sent", extra={"parts": 2, "share": 0.5, "simulated": True, "gateway": "sim"})

    assert only(logger)["with"] == {
        "parts": "2",
        "share": 0.5,
        "simulated": True,
        "gateway": "sim",
    }


# --- whose line it is ---------------------------------------------------------------------------------


def test_lines_of_a_request_have_its_name_and_the_answer_too(logger):
    def pages(_environ, start_response):
        logger.info("working")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"a page"]

    answer = knock(named(pages, lambda: "r1"), "/", headers={"X-Request-Id": NUMBER})
    logger.info("idle")

    assert (answer.text, answer.headers["x-request-id"]) == ("a page", "r1")
    assert [line.get("request") for line in written(logger)] == ["r1", None]


def test_request_that_fails_gives_its_name_back(logger):
    def pages(_environ, _start_response):
        raise OSError("failed")

    with pytest.raises(OSError, match="failed"):
        knock(named(pages), "/")

    assert lines.REQUEST.get() == ""


def test_every_request_has_another_name():
    def pages(_environ, start_response):
        start_response("200 OK", [])
        return []

    names = {knock(named(pages), "/").headers["x-request-id"] for _ in range(9)}
    assert [len(names), {len(name) for name in names}] == [9, {16}]


def test_lines_of_a_task_have_its_name(logger):
    app = Celery("invented", set_as_current=False)

    @app.task(name="invented.tasks.work")
    def work():
        logger.info("working")

    work.apply(task_id="an-id")

    line = only(logger)
    assert (line["task"], line["request"]) == ("invented.tasks.work", "an-id")


# --- programs -----------------------------------------------------------------------------------------


def output(code: str, **environment: str) -> list[str]:
    """The lines that a program of the product writes."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"} | environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return (run.stdout + run.stderr).splitlines()


CELERY = f"""
import django, logging; django.setup()
from config.celery import app
app.log.setup(loglevel="WARNING", redirect_stdouts=True)
for name in ("celery.task", "celery.worker", "celery.app.trace", "celery.beat", "kombu"):
    logging.getLogger(name).warning("call %s", "{NUMBER}")
print("printed {NUMBER}")
"""


def test_logs_of_celery_are_lines_too():
    told = [json.loads(line) for line in output(CELERY, NJIA_LOG="json")]

    assert [line["logger"] for line in told] == [
        *("celery.task", "celery.worker", "celery.app.trace", "celery.beat", "kombu"),
        "celery.redirected",
    ]
    assert {line["said"] for line in told} == {"call (number)", "printed (number)"}


GRANIAN = f"""
import json
from granian.log import LogLevels, configure_logging, logger
from config.parts import LOG_LINES
configure_logging(LogLevels.warning, json.load(open(LOG_LINES)))
logger.warning("call %s", "{NUMBER}")
"""


@pytest.mark.parametrize(
    ("module", "form", "told"),
    [
        ("config.settings.dev", "", "[WARNING] call (number)"),
        ("config.settings.dev", "json", "call (number)"),
        ("config.settings.prod", "", "call (number)"),
        ("config.settings.prod", "plain", "[WARNING] call (number)"),
    ],
)
def test_logs_of_granian_are_as_all_are(module, form, told):
    (line,) = output(GRANIAN, NJIA_LOG=form, DJANGO_SETTINGS_MODULE=module)

    assert (json.loads(line)["said"] if line.startswith("{") else line) == told
    assert line.startswith("{") is ("json" in (form or ("json" if "prod" in module else "")))


@pytest.mark.parametrize(("form", "told"), [("", "json"), ("plain", "plain"), ("JSON", "json")])
def test_production_writes_lines_of_json_unless_it_is_told_otherwise(tmp_path, form, told):
    code = "print(prod.LOGGING['handlers']['console']['formatter'])"

    assert said(tmp_path, code, NJIA_ADMIN_PATH="office-7k2m", NJIA_LOG=form) == told
