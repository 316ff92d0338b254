"""`make up` as an operator meets it. Slow: the whole product starts, three times."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.supervisor import answers
from tests.config.programs import ROOT, SERVERS, eventually, free_port, next_line

pytestmark = pytest.mark.slow


def up(data: Path) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name not in SERVERS}
    clean.pop("DJANGO_SETTINGS_MODULE")
    ports = {"NJIA_PORT": str(free_port()), "NJIA_NETWORK_PORT": str(free_port())}
    return subprocess.Popen(
        [sys.executable, "-m", "config.up"],
        cwd=ROOT,
        env={**clean, **ports, "NJIA_DATA": str(data)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until_ready(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in iter(lambda: next_line(process), ""):
        lines.append(line)
        if "Ready in" in line:
            return line
    raise AssertionError("".join(lines))


def processes(data: Path) -> list[str]:
    """Commands of the living processes that belong to this data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"NJIA_DATA={data}\0" in (folder / "environ").read_text(errors="replace")
            mine = mine or data in (folder / "cwd").readlink().parents
            if mine and int(folder.name) != os.getpid():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # gone meanwhile
    return found


def test_product_survives_a_kill_and_stops_at_ctrl_c(data):
    killed = up(data)
    until_ready(killed)
    killed.kill()
    killed.communicate()
    assert eventually(lambda: processes(data) == [])
    again = up(data)
    address = until_ready(again).split("Open ")[1].split()[0]
    assert answers(f"{address}sign-in/")
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=15)
    assert again.returncode == 0
    assert processes(data) == []


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.2, 2.0, 4.0])
def test_ctrl_c_at_any_moment_of_the_first_start(data, seconds):
    process = up(data)
    eventually(lambda: process.poll() is not None, seconds)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=15)
    assert process.returncode in (0, -signal.SIGINT)
    assert processes(data) == []
