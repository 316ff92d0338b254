"""From `make up` to the first page: cold, from packages that were fetched before, and warm.

    python -m tests.bench start [--rounds 3]

`cold`: a clean clone of this commit, without .venv and without data; every package comes from the index, into
caches of the clone's own. `cached`: the clone again without .venv and without data, the packages now in its cache.
`warm`: .venv and data are there, median of the rounds. Seconds from the command until the page of signing in was
read whole; cloning is not counted. On ports of its own; each start is stopped as Ctrl-C does before the next.
Where the index cannot be reached, or this is no git checkout, cold and cached are null and `why` says so: warm is then
`python -m config.up` in this folder, over data of its own.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import lifeline
from tests.bench.peers.places import free_port

ROOT = Path(__file__).resolve().parents[2]
MUST, AIM = {"warm": 15, "cold": 120}, {"warm": 8, "cold": 60}  # seconds
PATIENCE = 900.0  # seconds
OURS = ("NJIA_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "MAKE")


class NoStart(Exception):  # noqa: N818 - named for what it is
    """The product did not start; the text is the last it said."""


@dataclass(slots=True)
class Place:
    """A folder with the product in it, how it is started there, and the data it starts over."""

    code: Path
    data: Path
    command: Sequence[str] = ("make", "up")
    more: Mapping[str, str] = field(default_factory=dict)

    def seconds(self) -> float:
        """One start: until its first page; it is stopped again."""
        port = free_port()
        own = {"NJIA_PORT": str(port), "NJIA_NETWORK_PORT": str(free_port())}
        log = self.data.parent / "up.log"
        began = time.monotonic()
        with log.open("wb") as said:
            running = subprocess.Popen(
                self.command,
                cwd=self.code,
                env={**clean(), **self.more, **own, "NJIA_DATA": str(self.data)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
            )
            try:
                until_page(running, port, log)
                return time.monotonic() - began
            finally:
                stop(running)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        line = bench(Path(folder).resolve(), options.rounds)
    sys.stdout.write(json.dumps(line) + "\n")


def bench(folder: Path, rounds: int) -> dict[str, Any]:
    line: dict[str, Any] = {"name": "make_up_to_first_page", "must": MUST, "aim": AIM}
    try:
        place = cloned(folder)
        line["cold"] = round(place.seconds(), 1)
        shutil.rmtree(place.code / ".venv")
        shutil.rmtree(place.data)
        line["cached"] = round(place.seconds(), 1)
    except (NoStart, OSError) as why:
        line |= {"cold": None, "cached": None, "why": str(why)}
        place = Place(ROOT, folder / "data", (sys.executable, "-m", "config.up"))
        place.seconds()  # the data come to be
    line["warm_rounds"] = [round(place.seconds(), 1) for _ in range(rounds)]
    line["warm"] = statistics.median(line["warm_rounds"])
    ok = all(line[name] is not None and line[name] <= most for name, most in MUST.items())
    return {**line, "command": " ".join(place.command[-2:]), "ok": ok}


def cloned(folder: Path) -> Place:
    """A clean clone with caches of its own. Raises NoStart where this is no git checkout."""
    code = folder / "code"
    done = subprocess.run(
        ["git", "clone", "--quiet", str(ROOT), str(code)], capture_output=True, check=False
    )
    if done.returncode:
        raise NoStart("this folder cannot be cloned with git")
    caches = {name: str(folder / name) for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR")}
    return Place(code, folder / "data", more=caches)


def clean() -> dict[str, str]:
    """This environment without what it says of a product that runs here."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def until_page(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the first page was read whole. Raises NoStart."""
    limit = time.monotonic() + PATIENCE
    while not shown(port):
        if running.poll() is not None or time.monotonic() > limit:
            said = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
            raise NoStart(said[-1] if said else "it said nothing")
        time.sleep(0.05)


def shown(port: int) -> bool:
    """Whether whoever opens the address is shown the page of signing in."""
    address = f"http://127.0.0.1:{port}/"
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=30) as answer:
        return answer.status == 200 and b"</html>" in answer.read()
    return False


def stop(running: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C in its terminal; what does not end in time is ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGINT)
    try:
        running.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


if __name__ == "__main__":
    main()
