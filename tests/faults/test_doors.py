"""F3, F4 and more for the doors: stores and the whole web process are killed under load.

The judge is the caller's own record: every screen that was answered must lie in the table exactly once;
what was written and killed before its answer left is at most one hop a connection and kill.
"""

import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.management import call_command

from campaigns.press.shelf import Shelf
from config import embedded, lifeline
from gateways.registry import hook_secrets
from tests.editions import edition
from tests.servers import PREFIX, wipe

CALLERS = 6
STEPS = {
    "": "CON DEMO 1 Kiswahili",
    "2": "CON DEMO Njia Salama\n1 Dangers",
    "2*1": "CON DEMO Dangers",
    "2*1*1": "CON DEMO Many people die",
}
Hop = tuple[str, int]  # session and depth


@dataclass(slots=True)
class Site:
    """The product's web process over stores of its own; each may be killed and started again."""

    keeper: embedded.Keeper
    port: int
    path: str = ""
    web: subprocess.Popen[bytes] | None = None

    def start_web(self) -> None:
        servers = self.keeper.servers
        environment = {
            "NJIA_DATA": str(self.keeper.data),
            "DATABASE_URL": servers.database,
            "REDIS_URL": servers.redis,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            lifeline.SUPERVISED: str(os.getpid()),
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
        log = (self.keeper.data / "web.log").open("ab")
        self.web = subprocess.Popen(
            [
                *command,
                "config.wsgi:application",
                "--blocking-threads",
                "4",
                "--port",
                str(self.port),
            ],
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,  # as the supervisor starts its parts
        )
        log.close()
        until(self.lives)

    def lives(self) -> bool:
        """Whether it answers; where it ended instead, the test ends with its last words."""
        assert self.web is not None
        if self.web.poll() is not None:
            pytest.fail((self.keeper.data / "web.log").read_text()[-2000:])
        return self.health() is not None

    def kill_web(self) -> None:
        """The parent alone is killed: its worker must not go on serving without it."""
        assert self.web is not None
        self.web.kill()
        self.web.wait()
        until(lambda: self.health() is None)

    def kill(self, store: str) -> None:
        process = getattr(self.keeper, store).process
        process.kill()
        process.wait()

    def health(self) -> dict[str, int] | None:
        """What /healthz says of the journal; None where nobody answers."""
        own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(own):
            own.request("GET", "/healthz")
            told: dict[str, int] = json.load(own.getresponse())["journal"]
            return told
        return None

    def counted(self) -> list[Hop]:
        with psycopg.connect(self.keeper.servers.database) as own:
            rows = own.execute("SELECT line FROM journal_entry WHERE kind = 'hop'").fetchall()
        bodies = [json.loads(line) for (line,) in rows]
        return [(body["s"], body["d"]) for body in bodies if not body["lost"]]


@dataclass(slots=True)
class Load:
    """Callers who dial session after session, and remember what they were answered."""

    site: Site
    answered: list[Hop] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unanswered: int = 0
    slowest: float = 0.0
    ending: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.threads = [threading.Thread(target=self._dial, args=(n,)) for n in range(CALLERS)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _dial(self, caller: int) -> None:
        line, session = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=10), 0
        while not self.ending.is_set():
            session += 1
            phone = f"+25471100{caller:02d}{session % 100:02d}"
            for depth, (text, screen) in enumerate(STEPS.items()):
                if not self._hop(line, (f"{caller}-{session}", depth), phone, text, screen):
                    break
        line.close()

    def _hop(
        self, line: http.client.HTTPConnection, hop: Hop, phone: str, text: str, screen: str
    ) -> bool:
        form = {
            "sessionId": hop[0],
            "serviceCode": "*384*1234#",
            "phoneNumber": phone,
            "text": text,
        }
        began = time.monotonic()
        try:
            line.request("POST", self.site.path, urlencode(form))
            answer = line.getresponse().read().decode()
        except (OSError, http.client.HTTPException):
            line.close()
            self.unanswered += 1
            time.sleep(0.05)
            return False
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answered.append(hop)
        if not answer.startswith(screen) and not answer.startswith("CON DEMO"):
            self.wrong.append(answer)
        return True


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    keeper = embedded.Keeper(Path(tempfile.mkdtemp(prefix=PREFIX)).resolve(), durable=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        own = Site(keeper, int(probe.getsockname()[1]))
    try:
        keeper.start()
        tables = StringIO()
        call_command("sqlmigrate", "journal", "0001", stdout=tables)
        with psycopg.connect(keeper.servers.database, autocommit=True) as first:
            first.execute("SET synchronous_commit = on")  # or a kill takes the tables with it
            first.execute(tables.getvalue())
        Shelf(keeper.data / "editions").put(edition())
        own.path = f"/hooks/sim/{hook_secrets(keeper.data, 'sim')[0]}/ussd"
        own.start_web()
        yield own
    finally:
        if own.web is not None:
            own.web.kill()
            own.web.wait()
        keeper.stop()
        wipe(keeper.data)


def judge(site: Site, load: Load, *, kills: int) -> None:
    until(lambda: (site.health() or {"backlog_bytes": 1})["backlog_bytes"] == 0)
    counted = Counter(site.counted())
    answered = Counter(load.answered)

    assert load.wrong == []
    assert [hop for hop, times in counted.items() if times > 1] == []
    assert answered - counted == Counter()
    assert (counted - answered).total() <= kills * CALLERS


def test_every_dial_is_answered_and_counted_once_while_both_stores_are_away(site: Site) -> None:
    with Load(site) as load:
        time.sleep(0.5)
        site.kill("valkey")
        site.kill("postgres")
        before = len(load.answered)
        time.sleep(1.5)
        during = len(load.answered) - before
        site.keeper.start()
        time.sleep(0.5)

    assert load.unanswered == 0
    assert during > 100
    assert load.slowest < 2.0
    judge(site, load, kills=0)


def test_killed_web_process_loses_no_answered_hop_and_no_session(site: Site) -> None:
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    form = {"sessionId": "s", "serviceCode": "*384*1234#", "phoneNumber": "+254711009999"}

    def dial(text: str) -> str:
        line.request("POST", site.path, urlencode({**form, "text": text}))
        return line.getresponse().read().decode()

    with Load(site) as load:
        dial("")
        dial("2")
        line.close()
        time.sleep(0.5)
        site.kill_web()
        site.start_web()
        assert dial("2*1").startswith(STEPS["2*1"])
        line.close()

    load.answered += [("s", 0), ("s", 1), ("s", 2)]
    judge(site, load, kills=1)


def test_stopped_web_process_ships_everything_before_it_ends(site: Site) -> None:
    with Load(site) as load:
        time.sleep(0.5)
    assert site.web is not None
    site.web.terminate()
    site.web.wait(10)

    assert sorted(site.counted()) == sorted(load.answered)


@pytest.mark.slow
def test_everything_is_killed_again_and_again(site: Site) -> None:
    rng, kills = random.Random(11), 0
    with Load(site) as load:
        for _ in range(20):
            time.sleep(rng.uniform(0.2, 1.5))
            match rng.choice(["web", "web", "postgres", "valkey", "both"]):
                case "web":
                    site.kill_web()
                    site.start_web()
                    kills += 1
                case "both":
                    site.kill("valkey")
                    site.kill("postgres")
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()
                case store:
                    site.kill(store)
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()

    assert site.web is not None
    assert site.web.poll() is None
    judge(site, load, kills=kills)
