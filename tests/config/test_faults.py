"""A fault of ours, with a number in hand, in every view, task and door: neither answer nor log shows it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from campaigns.blasts import routes
from config import faults
from config.celery import app
from config.doors import front
from config.house import furnish
from people.countries import CODES
from people.languages import Remembered
from people.models import Staff
from tests import doors
from tests.campaigns import scene
from tests.config.broken import LOCAL, NUMBER, WORDS, broken_tables
from tests.published import demonstration

pytestmark = pytest.mark.django_db
TRACES = (NUMBER[1:], "711000001", LOCAL, WORDS)
GIVEN = {"pk": 1, "country": "KE", "language": "so", "code": "faq-043", "name": "open.xlsx"}


def traces(text: str) -> list[str]:
    return [one for one in TRACES if one in text]


@pytest.fixture
def data(settings, tmp_path):
    settings.DATA, settings.NETWORK_PORT = tmp_path, 9
    scene.forget_routes()
    routes._shelf().put(demonstration())
    yield tmp_path
    scene.forget_routes()


@pytest.fixture
def root(client):
    client.force_login(Staff.objects.create_superuser("root", countries=list(CODES)))
    client.raise_request_exception = False
    return client


# --- views --------------------------------------------------------------------------------------------


def addresses(patterns: Any, before: str = "/") -> Iterator[str]:
    """The address of every view, those of the administration too."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + _address(one))
        elif isinstance(one, URLPattern):
            yield before + _address(one)


def _address(one: Any) -> str:
    if isinstance(one.pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(GIVEN.get(m[1], "x")), str(one.pattern))
    choices = re.compile(r"\(\?P<(\w+)>(?:\\d\+|\[\^/\]\+|([\w-]+)(?:\|[\w-]+)*)\)")
    filled = choices.sub(lambda m: str(m[2] or GIVEN.get(m[1], 1)), one.pattern.regex.pattern)
    return filled.strip("^$").replace("\\Z", "")


LEAVING = ("/sign-out/", "/admin/logout/")
ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)) - set(LEAVING))
SENT = {
    name: value
    for names, value in (
        (("number", "phone", "q", "name", "search"), NUMBER),
        (("text", "reason", "remark", "word", "said", "message"), WORDS),
        (("title", "note", "key"), LOCAL),
    )
    for name in names
}


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("debug", [False, True])
def test_view_that_fails_shows_and_logs_nothing_of_anybody(root, console, settings, debug):
    settings.DEBUG = debug
    failed, shown = [], []

    with broken_tables():
        for address in ADDRESSES:
            if debug and address.startswith("/admin/"):
                continue  # Django's page of a fault takes long, and shows the same frames there
            for send in (root.get, root.post):
                told = SENT if send == root.post else {"q": NUMBER, "country": "KE"}
                answer = send(address, told)
                transaction.set_rollback(False)  # nothing reached the database
                if answer.status_code == 500:
                    failed.append(address)
                    shown += [(address, one) for one in traces(answer.content.decode())]

    assert shown == []
    assert traces(console.getvalue()) == []
    assert len(set(failed)) > 50
    assert console.getvalue().count("DataError: bad value") >= len(failed)


@pytest.mark.parametrize("text", [True, False])
def test_page_of_a_fault_tells_kinds_not_values(text, rf):
    number, count, told = NUMBER, 3, {"a": WORDS}
    try:
        told[number]
    except KeyError as error:
        asked = rf.post("/", {"word": told["a"]})
        report = faults.Reporter(asked, KeyError, error, error.__traceback__)

    said = report.get_traceback_text() if text else report.get_traceback_html()
    assert traces(said) == []
    assert "KeyError" in said
    assert text or ("(dict)" in said and f">{count}<" in re.sub(r"</?pre>", "", said))


# --- tasks --------------------------------------------------------------------------------------------

app.loader.import_default_modules()
TASKS = sorted(name for name in app.tasks if not name.startswith("celery."))


@pytest.mark.usefixtures("data")
def test_task_that_fails_logs_nothing_of_anybody(console):
    failed = set()

    with broken_tables():
        for name in TASKS:
            done = app.tasks[name].apply()
            transaction.set_rollback(False)
            if done.failed():
                failed.add(name)
                assert traces(str(console.getvalue())) == []

    assert len(failed) > 10


def test_tasks_take_ids_only():
    taken = {
        f"{name}({word})"
        for name in TASKS
        for word, kind in app.tasks[name].run.__annotations__.items()
        if word != "return" and kind not in (int, "int")
    }

    assert taken == set()


# --- doors --------------------------------------------------------------------------------------------


class Broken:
    """A gateway whose every reading fails with what it was given, as a careless adapter would."""

    def __init__(self) -> None:
        self.own = doors.gateway()

    def __getattr__(self, name: str) -> Any:
        if name in ("ussd", "ussd_end", "receipt", "sms", "opt_out"):
            return self.fail
        return getattr(self.own, name)

    def fail(self, fields: Any) -> Any:
        raise ValueError(f"cannot read {fields}")


BODY = {**doors.HOP, "text": WORDS, "from": NUMBER, "to": "22345", "id": "1", "status": "Success"}
KINDS = ("ussd", "ussd-end", "receipt", "sms", "opt-out")


@pytest.fixture
def site(tmp_path):
    """The whole site over a gateway that fails; its pages fail too."""

    def pages(environ: Any, start_response: Any) -> Any:
        raise ValueError(f"{NUMBER}: {WORDS}")

    house = furnish(
        tmp_path,
        database=connection.settings_dict,
        redis_url=settings.REDIS_URL,
        gateways={"sim": Broken()},
        remembered=Remembered(),
    )
    house.shelf.put(demonstration())
    yield front(house, pages)
    house.elsewhere.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_door_that_fails_shows_and_logs_nothing_of_anybody(kind, site, console):
    reply = doors.knock(site, f"/hooks/sim/{doors.SECRET}/{kind}", BODY)

    assert (reply.status, traces(reply.text)) == (500, [])
    assert traces(console.getvalue()) == []
    assert "a request failed with ValueError at\n" in console.getvalue()
    assert doors.SECRET not in console.getvalue()


def test_page_whose_server_fails_is_told_as_little(site, console):
    reply = doors.knock(site, f"/people/?q={NUMBER}")

    assert (reply.status, reply.text, traces(console.getvalue())) == (500, "failed", [])
