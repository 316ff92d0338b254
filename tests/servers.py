"""A pytest plugin: a real PostgreSQL and a real Valkey for this run, started before Django's settings load.

They live in a fresh random folder, are quick instead of durable, and end with pytest however it ends: at
a kill -9 the kernel ends them, and the next run wipes the folder that was left.
"""

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from config import embedded

PREFIX = "njia-test-"
PLENTY = 4_000_000_000  # bytes; a run needs about 100 MB
# Modules whose tests share something dear; with the others, two workers share the tests one by one.
TOGETHER = (
    "tests/access/test_table.py",
    "tests/analytics/test_verification.py",
    "tests/config/test_upgrade.py",
    "tests/faults/test_stream.py",
)
running: list[embedded.Keeper] = []


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Whichever worker is free takes the next test, or the next whole module of TOGETHER."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module in TOGETHER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """The earliest moment with a command line; pytest-django reads the settings inside it."""
    start()
    try:
        return (yield)
    except BaseException:
        stop()
        raise


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests that stay: looking for garbage among them costs seconds, now and at each later look."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_unconfigure() -> None:
    stop()


def start() -> None:
    sweep()
    forget()
    data = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place())).resolve()
    keeper = embedded.Keeper(data, durable=False)
    running.append(keeper)
    try:
        servers = keeper.start()
    except BaseException:
        stop()
        raise
    os.environ |= {
        "DATABASE_URL": servers.database,
        "REDIS_URL": servers.redis,
        "NJIA_TEST_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "NJIA_SEMANTIC": "off",  # what is tested must not hang on what somebody has installed
    }


def place() -> Path:
    """Where throw-away data lie: in memory where there is plenty, so a busy disk slows no test."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > PLENTY
    return memory if roomy else Path(tempfile.gettempdir())


def forget() -> None:
    """What somebody's own environment says about the product is not what is tested."""
    for name in list(os.environ):
        if name.startswith(("NJIA_", "DATABASE_URL", "REDIS_URL")):
            del os.environ[name]


def stop() -> None:
    while running:
        keeper = running.pop()
        keeper.stop()
        wipe(keeper.data)


def wipe(data: Path) -> None:
    """Remove a run's folder and its sockets."""
    shutil.rmtree(embedded.sockets(data), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def sweep() -> None:
    """Wipe what killed runs left: folders with our name whose lock nobody holds."""
    for folder in place().glob(f"{PREFIX}*"):
        lock = embedded.Lock(folder / "owner.lock")
        with contextlib.suppress(OSError):
            if lock.path.exists() and lock.take():
                wipe(folder.resolve())
                lock.leave()
