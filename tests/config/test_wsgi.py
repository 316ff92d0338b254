"""The web process: it starts and answers with both stores away, and says truly how it is."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from urllib.parse import urlencode

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Forward
from campaigns.press.shelf import Shelf
from config.doors import BODIES_MOST, bounded, front
from config.house import House, conninfo, furnish
from config.parts import THREADS
from journal.models import Marker
from people.languages import Remembered
from tests.doors import HOP, PHONE, SECRET, gateway, knock
from tests.editions import edition


def pages(environ, start_response):
    start_response("200 OK", [])
    return [b"a page"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("now", "bulk")  # no task of another test waits
    made = furnish(
        tmp_path,
        database=connection.settings_dict,
        redis_url=settings.REDIS_URL,
        gateways={"sim": gateway()},
        remembered=Remembered(),
    )
    yield made
    made.elsewhere.stop()


def told(house: House, path: str) -> tuple[int, dict[str, Any]]:
    answer = knock(front(house, pages), path)
    return answer.status, json.loads(answer.text)


def test_hooks_go_to_their_doors_and_the_rest_to_the_pages(house):
    house.shelf.put(edition())
    site = front(house, pages)

    assert knock(site, f"/hooks/sim/{SECRET}/ussd", HOP).text.startswith("CON ")
    assert knock(site, f"/hooks/sim/{SECRET}/receipt", {"id": "x"}).text == "ok"
    assert knock(site, f"/hooks/sim/{SECRET}/sms", {"from": PHONE, "text": "hello"}).text == "ok"
    asked = knock(site, f"/hooks/sim/{SECRET}/ask", b'{"text": "hello", "person": "telegram:1"}')
    assert json.loads(asked.text)["text"]
    assert knock(site, f"/hooks/sim/{SECRET}/nothing", HOP).status == 404
    assert knock(site, "/").text == "a page"


def test_slow_bodies_leave_a_thread_for_everything_else():
    """Whoever sends a body slowly holds a thread; so many may, and no more."""
    held, done = Barrier(BODIES_MOST + 1), Event()

    def slow(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == "/slow":
            held.wait(10)
            done.wait(10)
        return pages(environ, start_response)

    site = bounded(slow)
    with ThreadPoolExecutor(BODIES_MOST) as pool:
        waiting = [pool.submit(knock, site, "/slow", b"x") for _ in range(BODIES_MOST)]
        held.wait(10)
        refused, read = knock(site, "/", b"x"), knock(site, "/")
        done.set()
        answered = [one.result().status for one in waiting]

    assert (refused.status, refused.headers["retry-after"], read.status) == (503, "1", 200)
    assert answered == [200] * BODIES_MOST
    assert knock(site, "/", b"x").status == 200
    assert BODIES_MOST < THREADS


def test_healthz_tells_what_waits_and_what_is_missing(house):
    house.journal.append("hop", {"at": 1.0})
    house.journal.unwritten += 3

    status, body = told(house, "/healthz")

    assert (status, body["ok"]) == (200, True)
    assert body["journal"] == {
        "backlog_bytes": house.journal.size,
        "unwritten": 3,
        "torn": 0,
        "trouble": "",
    }


@pytest.mark.django_db(transaction=True)
def test_readyz_is_good_when_all_parts_are(house):
    house.shelf.put(edition())
    Marker.objects.create(kind="hop")

    status, body = told(house, "/readyz")

    assert (status, [name for name in body if name != "ok" and not body[name]["ok"]]) == (200, [])
    assert body["edition"]["id"] == edition().id
    assert body["beat"]["seconds"] < 5


@pytest.mark.django_db(transaction=True)
def test_readyz_tells_of_texts_that_reached_no_flow(house):
    row = {"account": "rp", "state": "refused", "reason": "too-old"}
    Forward.objects.create(gateway="sim", reference="sms-1", made_at=timezone.now(), **row)

    _status, body = told(house, "/readyz")

    said = "1 texts for RapidPro wait or reached no flow."
    assert body["forwards"] == {"ok": True, "said": said, "accounts": [{**row, "texts": 1}]}


@pytest.mark.django_db(transaction=True)
def test_readyz_names_what_is_missing(house):
    status, body = told(house, "/readyz")

    assert status == 503
    assert [name for name in body if name != "ok" and not body[name]["ok"]] == ["beat", "edition"]


def test_conninfo_keeps_what_django_was_told():
    told_ = {
        "NAME": "njia",
        "USER": "u",
        "HOST": "/run",
        "PORT": "",
        "OPTIONS": {"pool": True, "sslmode": "require"},
    }

    assert conninfo(told_) == "dbname=njia user=u host=/run sslmode=require"


# --- as a process ---------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    data = urlencode(body).encode() if body is not None else None
    try:
        with urllib.request.urlopen(url, data, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[str]:
    """granian with config.wsgi, no store anywhere; its address."""
    Shelf(tmp_path / "editions").put(edition())
    port = free_port()
    nowhere = {
        "NJIA_DATA": str(tmp_path),
        "DATABASE_URL": f"postgresql://x@/x?host={tmp_path}",
        "REDIS_URL": f"unix://{tmp_path}/none",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"]
    with subprocess.Popen(
        [*command, "--no-ws", "--log-level", "warning", "--port", str(port)],
        env={**os.environ, **nowhere},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        address, until = f"http://127.0.0.1:{port}", time.monotonic() + 30
        while time.monotonic() < until:
            try:
                get(f"{address}/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield address
        running.terminate()
        running.wait(10)


def test_web_process_starts_and_answers_without_any_store(process, tmp_path):
    secret = json.loads((tmp_path / "hooks.json").read_text())["sim"][0]
    answers = [
        get(f"{process}/hooks/sim/{secret}/ussd", {**HOP, "text": text})
        for text in ("", "1", "1*1")
    ]
    deep = get(f"{process}/hooks/sim/{secret}/ussd", {**HOP, "sessionId": "2", "text": "1*1"})

    assert [status for status, _ in answers] == [200, 200, 200]
    assert deep == answers[-1]
    status, text = get(f"{process}/healthz")
    assert (status, json.loads(text)["ok"]) == (200, True)
    status, text = get(f"{process}/readyz")
    assert status == 503
    found = json.loads(text)
    assert [name for name in found if name != "ok" and not found[name]["ok"]] == [
        "database",
        "broker",
        "beat",
        "queues",
    ]
    (file,) = (tmp_path / "journal").iterdir()
    assert len(file.read_text().splitlines()) == 4
