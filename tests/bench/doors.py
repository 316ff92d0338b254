"""What two door processes on one machine carry more than one.

    python -m tests.bench doors [--rounds 5] [--seconds 2]

The door is the whole web process with the very command of `make up` (granian, its threads, logs), over durable
stores. The first has core 0 to itself. The second is a process of its own on core 1, over the same data folder, as a
second web unit is, and there it gives way to the generator, PostgreSQL and Valkey: what those take the second door
cannot have. `generator_busy` is the generator's share of that core, `stores_busy` that of the stores. So beside the
ratio as measured stands what a hop costs in time of the processor (`cpu_us`): two doors with a core each would carry
twice what one does where it is the same. A door with more connections takes less a hop, so 64 with one are to be
compared with 128 with two. Interleaved rounds, medians; pairs are of one door and of two.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import lifeline
from config.parts import product
from gateways.registry import hook_secrets
from tests.bench.hop import (
    MEASURED,
    REST,
    Door,
    cpu_seconds,
    measure_all,
    middle,
    stores,
    wait_until_it_listens,
)
from tests.bench.peers import places

CONNECTIONS = (16, 64, 128)
GIVES_WAY = {
    MEASURED: "0",
    REST: "10",
}  # or the generator waits for the second door, and the first for it
Round = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    with stores() as (data, environment), contextlib.ExitStack() as kept:
        doors = [kept.enter_context(door(core, data, environment)) for core in (MEASURED, REST)]
        for one in doors:
            places.converse(one.port, one.path, "four")
        for connections in CONNECTIONS:
            pairs = [pair(doors, connections, options.seconds) for _ in range(options.rounds)]
            sys.stdout.write(json.dumps(line(connections, pairs)) + "\n")
            sys.stdout.flush()


@contextlib.contextmanager
def door(core: str, data: Path, environment: Mapping[str, str]) -> Iterator[Door]:
    """The web process as `make up` starts it, on this core."""
    port = places.free_port()
    (web,) = [part for part in product(data, port, places.free_port()) if part.name == "web"]
    running = subprocess.Popen(
        ["nice", "-n", GIVES_WAY[core], "taskset", "-c", core, *web.command],
        env={**os.environ, **environment, "NJIA_LOG_LEVEL": "ERROR"},
        stdout=sys.stderr,
        start_new_session=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        wait_until_it_listens(port)
        (secret, *_) = hook_secrets(data, "sim")
        yield Door(port, f"/hooks/sim/{secret}/ussd", running.pid)
    finally:
        os.killpg(running.pid, signal.SIGKILL)  # with its worker
        running.wait()


def pair(doors: Sequence[Door], connections: int, seconds: float) -> tuple[Round, Round]:
    """One round with the first door alone, and one with all of them."""
    one, two = (watched(some, doors, connections, seconds) for some in (doors[:1], doors))
    return one, two


def watched(
    dialled: Sequence[Door], doors: Sequence[Door], connections: int, seconds: float
) -> Round:
    """What the doors did, and the share of a core that the stores took meanwhile."""
    began, before = time.monotonic(), stores_took(doors)
    found = measure_all(dialled, connections, "ussd", seconds)
    return found | {"stores_busy": (stores_took(doors) - before) / (time.monotonic() - began)}


def stores_took(doors: Sequence[Door]) -> float:
    """Seconds of the processor of this process's children, the doors apart."""
    return cpu_seconds(os.getpid()) - sum(cpu_seconds(door.process) for door in doors)


def line(connections: int, pairs: Sequence[tuple[Round, Round]]) -> dict[str, Any]:
    """Figures of one door and of two, as `[one, two]`, and their ratios."""

    def both(what: str) -> list[float]:
        return [middle([one[what] for one in side]) for side in zip(*pairs, strict=True)]

    return {
        "name": "ussd_two_doors_vs_one",
        "connections": connections,
        "ratio": middle([two["per_second"] / one["per_second"] for one, two in pairs]),
        "rounds": len(pairs),
        **{what: both(what) for what in ("per_second", "p50_ms", "p99_ms", "cpu_us")},
        "generator_busy": both("busy"),
        "stores_busy": both("stores_busy"),
        "load": os.getloadavg(),
    }


if __name__ == "__main__":
    main()
