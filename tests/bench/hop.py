"""USSD hop, journalled, against the raw floor of the same server; and the receipt beside it.

One run, interleaved rounds, median of the rounds' ratios. The process measured has core 0 to itself;
the generator (tests.bench.load, Python and epoll), PostgreSQL and Valkey share core 1. The door is the
whole site as in production: config.wsgi with shipper, pins and language threads, on real stores.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg

from config import embedded, lifeline
from gateways.registry import hook_secrets

ROUNDS, SECONDS = 7, 2.0
CONNECTIONS = (16, 64)
MEASURED, REST = "0", "1"  # cores
SERVER = ("--no-ws", "--workers", "1", "--blocking-threads", "1", "--log-level", "warning")
WHAT = (("ussd", "ussd_hop_vs_raw_floor", 0.7), ("receipt", "receipt_vs_raw_floor", 0.85))


@dataclass(frozen=True, slots=True)
class Door:
    """A running server, the path that is asked, and its process."""

    port: int
    path: str
    process: int


def cpu_seconds(process: int) -> float:
    """Of the process and its children, all threads: the time its neighbours cannot take from it."""
    own = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ticks = int(own[11]) + int(own[12])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(int(child)) for child in children)


def measure(door: Door, connections: int, what: str, seconds: float = SECONDS) -> dict[str, Any]:
    return measure_all([door], connections, what, seconds)


def measure_all(
    doors: Sequence[Door], connections: int, what: str, seconds: float = SECONDS
) -> dict[str, Any]:
    """Doors over the same stores, the connections shared out among them; `cpu_us` a hop of all together."""
    before = sum(cpu_seconds(door.process) for door in doors)
    ports = ",".join(str(door.port) for door in doors)
    command = [sys.executable, "-m", "tests.bench.load", ports, doors[0].path, str(seconds)]
    done = subprocess.run(
        [*command, str(connections), REST, what], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    spent = sum(cpu_seconds(door.process) for door in doors) - before
    return found | {"cpu_us": spent * 1e6 / found["answers"]}


@contextlib.contextmanager
def serving(application: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """granian with one worker on the measured core; the port it answers at and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["taskset", "-c", MEASURED, sys.executable, "-m", "granian", "--interface", "wsgi"]
    running = subprocess.Popen(
        [*command, application, *SERVER, "--port", str(port)],
        env={**os.environ, **environment},
        stdout=sys.stderr,
        start_new_session=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        wait_until_it_listens(port)
        yield port, running.pid
    finally:
        os.killpg(running.pid, signal.SIGKILL)  # it has nothing to lose, and its worker goes along
        running.wait()


def wait_until_it_listens(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the server does not start")


@contextlib.contextmanager
def stores() -> Iterator[tuple[Path, dict[str, str]]]:
    """A data folder with an edition, and servers on the other core with the tables of the journal."""
    data = Path(tempfile.mkdtemp(prefix="njia-bench-")).resolve()
    os.sched_setaffinity(0, {int(REST)})  # inherited by what is started here
    keeper = embedded.Keeper(data)
    try:
        servers = keeper.start()
        environment = {
            "NJIA_DATA": str(data),
            "DATABASE_URL": servers.database,
            "REDIS_URL": servers.redis,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v", "0", "--skip-checks"],
            env={**os.environ, **environment},
            check=True,
        )
        put_edition(data)
        yield data, environment
    finally:
        keeper.stop()
        shutil.rmtree(embedded.sockets(data), ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def put_edition(data: Path) -> None:
    """What the doors serve. An edition knows languages, which are rows of Django's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    from campaigns.press.shelf import Shelf
    from tests.editions import edition

    Shelf(data / "editions").put(edition())


def compare(door: Door, floor: Door, what: str) -> list[dict[str, Any]]:
    """One object for each number of connections: ratios of a round, then their median."""
    found: dict[int, list[tuple[dict[str, Any], dict[str, Any]]]] = {c: [] for c in CONNECTIONS}
    for _ in range(ROUNDS):
        for connections, rounds in found.items():
            rounds.append((measure(door, connections, what), measure(floor, connections, what)))
    return [
        {
            "connections": connections,
            "ratio": middle([own["per_second"] / raw["per_second"] for own, raw in rounds]),
            "per_second": middle([own["per_second"] for own, _ in rounds]),
            "raw_per_second": middle([raw["per_second"] for _, raw in rounds]),
            "cpu_ratio": middle([raw["cpu_us"] / own["cpu_us"] for own, raw in rounds]),
            "p99_ratio": middle([own["p99_ms"] / raw["p99_ms"] for own, raw in rounds]),
            "generator_busy": max(one["busy"] for pair in rounds for one in pair),
        }
        for connections, rounds in found.items()
    ]


def middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def shipped(environment: Mapping[str, str], port: int) -> tuple[int, int]:
    """Lines in the table once the journal is empty, and bytes still waiting (must be 0)."""
    until, waiting = time.monotonic() + 60, 1
    while waiting and time.monotonic() < until:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            waiting = json.load(answer)["journal"]["backlog_bytes"]
        time.sleep(0.2)
    with psycopg.connect(environment["DATABASE_URL"]) as own:
        row = own.execute("SELECT count(*) FROM journal_entry").fetchone()
    return (int(row[0]) if row else 0), int(waiting)


def report(name: str, rounds: list[dict[str, Any]], *, must: float, aim: float) -> None:
    ratio = min(one["ratio"] for one in rounds)
    line = {"name": name, "ratio": ratio, "must": must, "aim": aim, "rounds": ROUNDS}
    sys.stdout.write(json.dumps({**line, "by_connections": rounds}) + "\n")
    sys.stdout.flush()


def main() -> None:
    with (
        stores() as (data, environment),
        serving("tests.bench.floor:application", environment) as (raw_port, raw),
        serving("config.wsgi:application", environment) as (own_port, own),
    ):
        (secret, *_) = hook_secrets(data, "sim")
        here = f"/hooks/sim/{secret}"
        for what, name, aim in WHAT:
            path = f"{here}/{what}"
            found = compare(Door(own_port, path, own), Door(raw_port, path, raw), what)
            report(name, found, must=0.5, aim=aim)
        lines, waiting = shipped(environment, own_port)
        sys.stderr.write(f"{lines} lines in the table, {waiting} bytes waiting\n")


if __name__ == "__main__":
    main()
