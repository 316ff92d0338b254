"""The parts of the product, each one process: what it is called, how it starts, how one sees it live.

`make up` runs them on one machine (config.supervisor); containers and units run each alone (config.part).
"""

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
# Of the web: the hot doors are as quick with several as with one. More than bodies that pages may wait for
# (config.doors), so that no number of slow pages or slow clients holds up a dial.
THREADS = 4
LOG_LINES = str(Path(__file__).parent / "granian.json")  # masked, and as JSON where all logs are
ALONE = 8000  # port of a door and of pages that run alone
WORKERS = {"now": 2, "bulk": 2}  # queue: tasks at a time


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the product.

    `address`: an http address that answers 200, or a tcp address that takes a connection, when the part is
    ready; "" where there is none to ask.
    """

    name: str
    command: tuple[str, ...]
    address: str = ""
    needs_stores: bool = False  # it waits for database and broker before it starts alone


def first_steps() -> Part:
    """What has to be done before the parts start; ends by itself."""
    return Part("start", (PYTHON, "-m", "config.start"))


def product(data: Path, port: int, network_port: int) -> list[Part]:
    """All parts of the product, in the order in which they start."""
    here = f"http://127.0.0.1:{port}"
    return [
        # ready once the first page was really shown: what a page loads takes a second the first time
        Part("web", _web(port), f"{here}/sign-in/"),
        Part("network", _network(data, network_port, here), f"tcp://127.0.0.1:{network_port}"),
        *(Part(queue, _worker(queue, tasks)) for queue, tasks in WORKERS.items()),
        Part("beat", _celery("beat", "-s", str(data / "beat"), "--pidfile", "")),
    ]


def alone(port: int = ALONE) -> Mapping[str, Part]:
    """Every part as it runs by itself, by name. The door and the pages are the same program on every
    interface: what stands in front of them decides which addresses reach which.
    """
    everywhere = "0.0.0.0"  # noqa: S104 - of a container; nothing but the proxy reaches it
    parts = [
        Part("first", first_steps().command, needs_stores=True),
        Part("door", _web(port, everywhere)),
        Part("pages", _web(port, everywhere)),
        *(
            Part(f"worker-{queue}", _worker(queue, tasks), needs_stores=True)
            for queue, tasks in WORKERS.items()
        ),
        Part(
            "beat",
            _celery("beat", "-s", f"{tempfile.gettempdir()}/beat", "--pidfile", ""),
            needs_stores=True,
        ),
    ]
    return {part.name: part for part in parts}


def _web(port: int, host: str = "127.0.0.1") -> tuple[str, ...]:
    granian = (PYTHON, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--no-ws")
    workers = ("--workers", "1", "--blocking-threads", str(THREADS), "--respawn-failed-workers")
    return (
        *granian,
        *workers,
        *("--workers-kill-timeout", "3", "--log-level", "warning", "--log-config", LOG_LINES),
        *("--host", host, "--port", str(port)),
    )


def _worker(queue: str, tasks: int) -> tuple[str, ...]:
    """A worker of one queue. Threads, because the work waits for the database and for gateways.

    One process of 70 MB instead of three of 190 MB together, and a killed worker leaves no pool behind.
    """
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return _celery(
        *("worker", "-n", f"{queue}@njia", "-Q", queue, "-P", "threads", "-c", str(tasks), *quiet)
    )


def _celery(*words: str) -> tuple[str, ...]:
    as_root = (
        "-W",
        "ignore:You're running the worker with superuser",
    )  # in a container one often is
    return (PYTHON, *as_root, "-m", "celery", "-A", "config.celery", "-q", *words, "-l", "WARNING")


def _network(data: Path, port: int, product_address: str) -> tuple[str, ...]:
    return (
        *(PYTHON, "-m", "gateways.network", "--port", str(port), "--product", product_address),
        *("--data", str(data)),
    )
