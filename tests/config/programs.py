"""Small programs that the tests of config start, watch and kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

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
