"""The parts that `make up` runs, each one process: what it is called, how it starts, how one sees it live."""

import sys
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
# Of the web: the hot doors are as quick with several as with one. More than bodies that pages may wait for
# (config.doors), so that no number of slow pages or slow clients holds up a dial.
THREADS = 4
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


def _web(port: int) -> tuple[str, ...]:
    granian = (PYTHON, "-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--no-ws")
    workers = ("--workers", "1", "--blocking-threads", str(THREADS), "--respawn-failed-workers")
    return (
        *granian,
        *workers,
        *("--workers-kill-timeout", "3", "--log-level", "warning"),
        *("--host", "127.0.0.1", "--port", str(port)),
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
