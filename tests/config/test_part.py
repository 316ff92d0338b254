"""Each part by itself: it waits for what it needs, then takes its own process."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import part, parts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def named(monkeypatch, port):
    """The environment names a database there and a broker by its socket file."""
    monkeypatch.setenv("DATABASE_URL", f"postgresql://njia:hidden@127.0.0.1:{port}/njia")
    monkeypatch.setenv("REDIS_URL", "unix:///run/redis")


def test_every_container_has_its_part():
    assert list(parts.alone()) == ["first", "door", "pages", "worker-now", "worker-bulk", "beat"]


def test_what_people_dial_waits_for_no_store():
    waiting = [name for name, one in parts.alone().items() if one.needs_stores]

    assert waiting == ["first", "worker-now", "worker-bulk", "beat"]


def test_store_that_comes_late_is_waited_for(named, port):
    done = threading.Event()

    def wait():
        part.wait_for_stores()
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    early = done.wait(0.3)
    with socket.create_server(("127.0.0.1", port)):
        assert (early, done.wait(10)) == (False, True)


def test_store_that_is_not_asked_for_is_not_waited_for(named):
    part.wait_for_stores(patience=0, names=("REDIS_URL",))


def test_store_that_does_not_come_is_named_without_its_password(named, port):
    with pytest.raises(ImproperlyConfigured) as refused:
        part.wait_for_stores(patience=0)

    assert str(refused.value) == (
        f"127.0.0.1, which DATABASE_URL names, takes no connection on port {port}."
    )


def test_unknown_part_is_refused():
    command = [sys.executable, "-m", "config.part", "everything"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "invalid choice: 'everything'" in done.stderr


def test_part_takes_the_process_it_was_started_in(tmp_path):
    """A container's first process is the part itself: it gets the signals, and its end is the container's."""
    environment = {
        **os.environ,
        "NJIA_DATA": str(tmp_path),
        "DATABASE_URL": f"postgresql://x@/x?host={tmp_path}",
        "REDIS_URL": f"unix://{tmp_path}/none",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    command = [sys.executable, "-m", "config.part", "beat"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        line, until = Path(f"/proc/{process.pid}/cmdline"), time.monotonic() + 20
        while b"celery" not in line.read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        taken = line.read_bytes().split(b"\0")
        process.kill()

    assert taken[taken.index(b"-A") + 1] == b"config.celery"
