"""The whole product as `make up` runs it, with a hand on each of its processes."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg

from config.embedded import Keeper
from gateways.registry import DEMONSTRATION_CODES, DEMONSTRATION_SCRIPTS
from tests.config.programs import ROOT, SERVERS, free_port
from tests.servers import PREFIX, place, wipe

GATEWAYS = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "{secret}"
sender = "NJIA"
batch = {batch}
rate = {rate}
read_timeout = 5.0
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{port}/version1"
codes = {{ {codes} }}
ucs2_ussd = {{ {scripts} }}
"""
SIGNS = {  # how a part is known by its command line
    "web": b"granian",
    "now": b"\0now\0",
    "bulk": b"\0bulk\0",
    "beat": b"\0beat\0",
    "network": b"gateways.network",
    "postgres": b"bin/postgres",
    "valkey": b"valkey-server",
}
LAST = 60  # lines of the product's output in the report of a failure
START = 180.0  # seconds; a busy machine loads six Pythons at once
KINDS = ("hop", "end", "receipt", "chat", "sms", "opt-out")  # of the journal, folded by somebody


def until(done: Callable[[], object], seconds: float = 60.0, what: str = "it") -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.1)


@dataclass(slots=True)
class Product:
    """One running product. `output` holds what its supervisor wrote, line by line."""

    data: Path
    port: int
    network_port: int
    secret: str
    supervisor: subprocess.Popen[str]
    operator: subprocess.Popen[str]
    environment: Mapping[str, str]
    output: list[str] = field(default_factory=list)
    kills: list[tuple[float, str, int]] = field(default_factory=list)  # when, which part, pid

    # --- its processes ----------------------------------------------------------------------------

    def pid(self, part: str) -> int:
        """The process of a part; 0 while it has none. "worker": granian's own child."""
        if part == "worker":
            return next(iter(_children(self.pid("web"))), 0)
        found = (pid for pid in _children(self.supervisor.pid) if SIGNS[part] in _command(pid))
        return next(found, 0)

    def kill(self, part: str) -> int:
        """kill -9; which process that was."""
        until(lambda: self.pid(part), what=f"{part} being there to be killed")
        pid = self.pid(part)
        self.kills.append((time.monotonic(), part, pid))
        os.kill(pid, signal.SIGKILL)
        return pid

    def back(self, part: str, seconds: float = 60.0) -> None:
        """Wait until the last killed process of this part has a successor."""
        gone = {pid for _, name, pid in self.kills if name == part}
        until(lambda: self.pid(part) not in {0, *gone}, seconds, f"a new {part}")

    def ready(self) -> bool:
        return any("Ready in" in line for line in self.output)

    def serving(self) -> bool:
        return self.get("/healthz") is not None

    def stores_back(self) -> bool:
        """Whether PostgreSQL and Valkey answer again, as the product sees it."""
        told = self.get("/readyz")
        return told is not None and told["database"]["ok"] and told["broker"]["ok"]

    # --- its doors --------------------------------------------------------------------------------

    def hook(self, kind: str, *, gateway: str = "sim", secret: str = "") -> str:
        return f"/hooks/{gateway}/{secret or self.secret}/{kind}"

    def get(self, path: str) -> Any:
        """JSON of a page of the web, good news or bad; None where nobody answers."""
        return _json(self.port, "GET", path)

    def network(self, path: str, body: object = None) -> Any:
        return _json(
            self.network_port, "GET" if body is None else "POST", f"/handsets/{path}", body
        )

    def record(self) -> list[dict[str, str]]:
        """Every message the simulated network accepted: the independent judge."""
        own = http.client.HTTPConnection("127.0.0.1", self.network_port, timeout=30)
        with contextlib.closing(own):
            own.request("GET", "/handsets/record")
            return [json.loads(line) for line in own.getresponse().read().splitlines()]

    def manage(self, *words: object) -> tuple[int, str, str]:
        """`manage.py` with these words: exit code, output, complaints."""
        assert self.operator.stdin is not None
        assert self.operator.stdout is not None
        self.operator.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self.operator.stdin.flush()
        code, out, err = json.loads(self.operator.stdout.readline())
        return code, out, err

    def told(self, *words: object) -> Any:
        """What a command that ends well says in JSON."""
        code, out, err = self.manage(*words, "--json")
        assert (code, err) == (0, ""), err
        return json.loads(out)

    # --- its tables -------------------------------------------------------------------------------

    @property
    def database(self) -> str:
        return Keeper(self.data).servers.database

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of its database, read (or, for the test's own ends, written) beside it."""
        with self._connected() as own:
            cursor = own.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def _connected(self, seconds: float = 30.0) -> psycopg.Connection[Any]:
        """A connection of the test's own; a server that was just killed is waited for."""
        limit = time.monotonic() + seconds
        while True:
            try:
                return psycopg.connect(self.database, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.1)

    def number(self, query: str, *values: object) -> int:
        return int(self.rows(query, *values)[0][0])

    def quiet(self) -> bool:
        """Whether everything that came in is in the tables, and folded."""
        health = self.get("/healthz")
        if health is None or health["journal"]["backlog_bytes"]:
            return False
        open_entries = self.number(
            "SELECT count(*) FROM journal_entry e WHERE kind = ANY(%s) AND id > coalesce("
            "(SELECT entry FROM journal_marker m WHERE m.kind = e.kind), 0)",
            list(KINDS),
        )
        return open_entries == 0

    def settle(self, seconds: float = 60.0) -> None:
        until(self.quiet, seconds, "everything that came in being folded")


@contextlib.contextmanager
def running(
    *, batch: int, rate: float, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Product]:
    """The product started, with one small-handed gateway, and stopped as Ctrl-C would."""
    data, port = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place())).resolve(), free_port()
    try:
        set_up(data, port, batch=batch, rate=rate)
        with living(data, port, environment, beside=port) as product:
            yield product
    finally:
        wipe(data)


@contextlib.contextmanager
def living(
    data: Path, network_port: int, environment: Mapping[str, str], *, beside: int
) -> Iterator[Product]:
    """The product over a folder that was set up. beside: where the network that it starts itself listens."""
    product = _start(data, network_port, environment, beside=beside)
    listening = _heard(product)
    try:
        until(product.ready, START, "the start")
        yield product
    except BaseException as trouble:
        trouble.add_note("\n".join(["The product said last:", *product.output[-LAST:]]))
        raise
    finally:
        _stop(product)
        listening.join()


def restart(product: Product) -> None:
    """Stopped as Ctrl-C would, and started again over the same data."""
    product.supervisor.send_signal(signal.SIGINT)
    product.supervisor.wait(30)
    product.output.clear()
    product.supervisor = _process(("config.up", "--with-parent"), product.environment)
    _heard(product)
    until(product.ready, START, "the second start")


def _start(
    data: Path, network_port: int, environment: Mapping[str, str], *, beside: int
) -> Product:
    port = free_port()
    (secret,) = json.loads((data / "hooks.json").read_text(encoding="utf-8"))["sim"]
    own = {
        **environment,
        "NJIA_DATA": str(data),
        "NJIA_PORT": str(port),
        "NJIA_NETWORK_PORT": str(beside),
        "NJIA_GATEWAYS": str(data / "gateways.toml"),
    }
    servers = Keeper(data).servers
    named = {"DATABASE_URL": servers.database, "REDIS_URL": servers.redis}
    supervisor = _process(("config.up", "--with-parent"), own)
    operator = _process(("tests.faults.stream_operator",), {**own, **named}, talks=True)
    return Product(data, port, network_port, secret, supervisor, operator, own)


def _stop(product: Product) -> None:
    product.operator.kill()
    product.operator.communicate()
    product.supervisor.send_signal(signal.SIGINT)
    product.supervisor.wait(30)


def set_up(data: Path, port: int, *, batch: int, rate: float) -> None:
    """A gateway to the simulated network at that port, and its hooks."""
    codes = ", ".join(f'"{code}" = "{country}"' for code, country in DEMONSTRATION_CODES.items())
    scripts = ", ".join(f'"{network}" = "yes"' for network in DEMONSTRATION_SCRIPTS)
    secret = secrets.token_urlsafe(24)
    text = GATEWAYS.format(
        secret=secret, batch=batch, rate=rate, port=port, codes=codes, scripts=scripts
    )
    (data / "gateways.toml").write_text(text, encoding="utf-8")
    (data / "hooks.json").write_text(json.dumps({"sim": [secret]}), encoding="utf-8")


def _process(
    module: tuple[str, ...], environment: Mapping[str, str], *, talks: bool = False
) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in SERVERS}
    del clean["DJANGO_SETTINGS_MODULE"]
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.dev"} if talks else {}
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**clean, **environment, **settings},
        stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if talks else subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _heard(product: Product) -> threading.Thread:
    listening = threading.Thread(target=_listen, args=(product,))
    listening.start()
    return listening


def _listen(product: Product) -> None:
    assert product.supervisor.stdout is not None
    with product.supervisor.stdout as lines:
        for line in lines:
            product.output.append(line.rstrip("\n"))


def _children(parent: int) -> list[int]:
    """Living children of a process, oldest first."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile
            state, ppid = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(folder.name))
    return sorted(found)


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _json(port: int, method: str, path: str, body: object = None) -> Any:
    own = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(own):
        own.request(method, path, None if body is None else json.dumps(body))
        return json.loads(own.getresponse().read())
    return None
