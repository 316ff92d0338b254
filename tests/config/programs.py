"""Small programs that the tests of config start, watch and kill, in the environment of a production too."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def begin(
    code: str, *arguments: str, stdin: int = subprocess.PIPE, **environment: str
) -> subprocess.Popen[str]:
    """Run Python code beside us, in its own process group, without this run's servers."""
    clean = {name: value for name, value in os.environ.items() if name not in SERVERS}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONUNBUFFERED": "1", **environment},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


SERVERS = ("DATABASE_URL", "REDIS_URL")


def kill(process: subprocess.Popen[str], number: signal.Signals = signal.SIGKILL) -> int:
    """Send the signal to this one process; returns its exit code."""
    process.send_signal(number)
    process.communicate(timeout=20)
    return process.returncode


def next_line(process: subprocess.Popen[str]) -> str:
    """What it says next; "" when it has ended."""
    assert process.stdout
    return process.stdout.readline()


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


PRODUCTION = {
    "NJIA_SECRET_KEY": "of no value, but long enough for a key",
    "DATABASE_URL": "postgresql://njia@127.0.0.1:1/njia",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "NJIA_GATEWAYS": "gateways.example.toml",
}


def said(data: Path, code: str = "print(prod.ADMIN_PATH)", **own: str) -> str:
    """What production says about its administration's place, or why it does not start."""
    (data / "keys.toml").touch()
    keys = {"NJIA_KEYS": str(data / "keys.toml"), "NJIA_DATA": str(data)}
    environment: Any = {**PRODUCTION, **keys, **own}
    out, complaint = begin(f"from config.settings import prod; {code}", **environment).communicate(
        timeout=60
    )
    return out.strip() or complaint.strip().splitlines()[-1].partition("ImproperlyConfigured: ")[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
