"""Web processes over stores of their own, each of which may be killed and started again."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.management import call_command

from campaigns.press.shelf import Shelf
from config import embedded, lifeline
from gateways.registry import hook_secrets
from tests.editions import edition
from tests.servers import PREFIX, place, wipe

Hop = tuple[str, int]  # session and depth
GRANIAN = (sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws")


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stores(Protocol):
    """The data folder of a web process, and the servers beside it."""

    @property
    def data(self) -> Path: ...

    @property
    def servers(self) -> embedded.Servers: ...


@dataclass(slots=True)
class Web:
    """One web process. `before`: words in front of its command, say for a mount of its own."""

    keeper: Stores
    before: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)  # of its environment
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        servers = self.keeper.servers
        environment = {
            "NJIA_DATA": str(self.keeper.data),
            "DATABASE_URL": servers.database,
            "REDIS_URL": servers.redis,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            lifeline.SUPERVISED: str(os.getpid()),
        }
        command = (*self.before, *GRANIAN, "config.wsgi:application", "--blocking-threads", "4")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env={**os.environ, **environment, **self.more},
                stdout=log,
                stderr=log,
                start_new_session=True,  # as the supervisor starts its parts
            )
        until(self.lives)

    @property
    def log(self) -> Path:
        return self.keeper.data / f"web-{self.port}.log"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def worker(self) -> int:
        """granian's own child, in which the door is."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])

    def lives(self) -> bool:
        """Whether it answers; where it ended instead, the test ends with its last words."""
        assert self.process is not None
        if self.process.poll() is not None:
            pytest.fail(self.log.read_text()[-2000:])
        return self.health() is not None

    def kill(self) -> None:
        """The parent alone is killed: its worker must not go on serving without it."""
        self.end()
        until(lambda: self.health() is None)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def health(self) -> dict[str, int] | None:
        """What /healthz says of the journal; None where nobody answers."""
        own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(own):
            own.request("GET", "/healthz")
            told: dict[str, int] = json.load(own.getresponse())["journal"]
            return told
        return None

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> str:
        """The answer to one request on a connection of its own. Any status but 200 ends the test."""
        own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(own):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            own.request("POST", path, urlencode(form), {**kind, **headers})
            answer = own.getresponse()
            text = answer.read().decode()
        assert answer.status == 200, text
        return text


@dataclass(slots=True)
class Site:
    """Stores, an edition, and the web processes over them."""

    keeper: embedded.Keeper
    webs: list[Web] = field(default_factory=list)
    path: str = ""

    @property
    def web(self) -> Web:
        return self.webs[0]

    def another(self, before: tuple[str, ...] = ()) -> Web:
        """One more web process, started."""
        self.webs.append(Web(self.keeper, before))
        self.webs[-1].start()
        return self.webs[-1]

    def leave(self, web: Web) -> None:
        """Stop one web process as a deploy does, so that it ships what it has, and do without it."""
        assert web.process is not None
        web.process.terminate()
        web.process.wait(10)
        self.webs.remove(web)

    def kill(self, *stores: str) -> None:
        for store in stores:
            process = getattr(self.keeper, store).process
            process.kill()
            process.wait()

    def shipped(self) -> None:
        """Wait until no web process holds back anything of its journal."""
        for web in self.webs:
            until(lambda web=web: (web.health() or {"backlog_bytes": 1})["backlog_bytes"] == 0)  # type: ignore[misc]

    def entries(self, kind: str = "hop") -> list[dict[str, Any]]:
        """Bodies of the table's entries of a kind, in order of time."""
        with psycopg.connect(self.keeper.servers.database) as own:
            rows = own.execute("SELECT line FROM journal_entry WHERE kind = %s", [kind]).fetchall()
        return sorted((json.loads(line) for (line,) in rows), key=lambda body: float(body["at"]))

    def counted(self) -> list[Hop]:
        return [(body["s"], body["d"]) for body in self.entries() if not body["lost"]]


@contextlib.contextmanager
def standing() -> Iterator[Site]:
    """A site without a web process yet; everything of it ends with the block."""
    keeper = embedded.Keeper(
        Path(tempfile.mkdtemp(prefix=PREFIX, dir=place())).resolve(), durable=False
    )
    own = Site(keeper)
    try:
        keeper.start()
        tables = StringIO()
        call_command("sqlmigrate", "journal", "0001", stdout=tables)
        with psycopg.connect(keeper.servers.database, autocommit=True) as first:
            first.execute("SET synchronous_commit = on")  # or a kill takes the tables with it
            first.execute(tables.getvalue())
        Shelf(keeper.data / "editions").put(edition())
        own.path = f"/hooks/sim/{hook_secrets(keeper.data, 'sim')[0]}/ussd"
        yield own
    finally:
        for web in own.webs:
            web.end()
        keeper.stop()
        wipe(keeper.data)
