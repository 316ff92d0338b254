"""What a hop costs while other work runs: a blast, an export, a new edition.

    python -m tests.bench.busy [--people 200000] [--rows 200000]

The door has core 0 to itself. PostgreSQL, Valkey, the workers, beat, the simulated network and the generator
share core 1, so that a generator that is late counts as a door that is late: read the ratios as upper bounds.
During the blast the network posts its receipts to the same door, as a provider would. The quiet rounds lie
before and behind the busy ones, with the same processes idle; a ratio is of medians of the rounds. Connections are closed
loops: 64 of them keep the door full.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from config import lifeline
from config.parts import Part, product
from gateways.registry import hook_secrets
from tests.bench import hop
from tests.bench.hop import Door, middle, serving, stores
from tests.bench.peers import places

ROUNDS, SECONDS = 3, 1.5
CONNECTIONS = (1, 16, 64)
MUST, AIM = 3, 1.5  # p99 at 64 connections, busy / quiet
PATIENCE = 120.0  # seconds
TAKE_UP = 6.0  # seconds; a door looks at the shelf every two
Found = dict[int, list[dict[str, Any]]]  # connections -> rounds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--inside", nargs="+", help="internal: one step in a process of its own")
    options = parser.parse_args()
    if options.inside:
        django.setup()
        word, *rest = options.inside
        sys.stdout.write(json.dumps(STEPS[word](*map(int, rest))))
        return
    with stores() as (data, environment):
        network = places.free_port()
        own = {**environment, "NJIA_NETWORK_PORT": str(network), "NJIA_LOG_LEVEL": "ERROR"}
        scene = Scene(data, own, network)
        blast = scene.step("prepare", options.people, options.rows)
        busy(scene, blast, options.people)
        take_up(scene)


@dataclass(frozen=True, slots=True)
class Scene:
    """The deployment that is measured."""

    data: Path
    environment: Mapping[str, str]
    network: int

    @property
    def path(self) -> str:
        (secret, *_) = hook_secrets(self.data, "sim")
        return f"/hooks/sim/{secret}/ussd"

    def step(self, *words: object) -> int:
        """What one of STEPS returns, done in a process of its own with the deployment's settings."""
        command = [sys.executable, "-m", "tests.bench.busy", "--inside", *map(str, words)]
        env = {**os.environ, **self.environment}
        return int(json.loads(subprocess.check_output(command, env=env)))

    def accepted(self) -> int:
        """Messages the network took so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.network}/handsets/figures") as answer:
            return int(json.load(answer)["recorded"])


def say(name: str, **line: object) -> None:
    sys.stdout.write(json.dumps({"name": name, **line, "load": os.getloadavg()}) + "\n")
    sys.stdout.flush()


# --- beside other work ------------------------------------------------------------------------------


def busy(scene: Scene, blast: int, people: int) -> None:
    with (
        serving("config.wsgi:application", scene.environment) as (port, process),
        working(scene, port),
    ):
        door = Door(port, scene.path, process)
        quiet = rounds(door)
        scene.step("start", blast)
        until(lambda: scene.accepted() > 0)
        began, before = time.monotonic(), scene.accepted()
        blasting = rounds(door)
        sent, spent = scene.accepted() - before, time.monotonic() - began
        over = scene.accepted() >= people
        scene.step("stop", blast)
        until(lambda: still(scene.accepted))
        scene.step("export", 2)  # at a time, as many as the bulk worker has threads
        counting = rounds(door)
        for connections, found in rounds(door).items():
            quiet[connections] += found
        detail = {"people": people, "sent_per_s": round(sent / spent), "over_too_soon": over}
        say("ussd_p99_during_blast", **compare(blasting, quiet), **detail)
        say("ussd_p99_during_export", **compare(counting, quiet))


def rounds(door: Door) -> Found:
    found: Found = {connections: [] for connections in CONNECTIONS}
    for _ in range(ROUNDS):
        for connections, own in found.items():
            own.append(hop.measure(door, connections, "ussd", SECONDS))
    return found


def compare(found: Found, quiet: Found) -> dict[str, Any]:
    """Busy against quiet, by connections; the ratio is that of p99 at the most connections."""
    cases = [
        case(connections, found[connections], quiet[connections]) for connections in CONNECTIONS
    ]
    ratio = cases[-1]["p99_ratio"]
    return {"ratio": ratio, "must": MUST, "aim": AIM, "ok": ratio <= MUST, "busy_quiet": cases}


def case(
    connections: int, found: list[dict[str, Any]], quiet: list[dict[str, Any]]
) -> dict[str, Any]:
    """Medians of the rounds, busy and quiet, and their ratios."""
    names = ("p50_ms", "p99_ms", "max_ms", "per_second")
    pairs = {
        name: [middle([one[name] for one in side]) for side in (found, quiet)] for name in names
    }
    ratios = {f"{name[:3]}_ratio": round(pairs[name][0] / pairs[name][1], 2) for name in names[:2]}
    return {"connections": connections, **ratios, **pairs}


@contextlib.contextmanager
def working(scene: Scene, port: int) -> Iterator[None]:
    """Everything of the product but the web, on the other core; the bulk worker can export too."""
    parts = [part for part in product(scene.data, port, scene.network) if part.name != "web"]
    with contextlib.ExitStack() as kept:
        for part in parts:
            kept.enter_context(running(part, scene.environment))
        until(lambda: scene.accepted() >= 0)
        yield


@contextlib.contextmanager
def running(part: Part, environment: Mapping[str, str]) -> Iterator[None]:
    command = [word.replace("config.celery", "tests.bench.exporting") for word in part.command]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=sys.stderr,
        start_new_session=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            if done():
                return
        if time.monotonic() > limit:
            raise RuntimeError("it did not happen in time")
        time.sleep(0.1)


def still(count: Callable[[], int]) -> bool:
    before = count()
    time.sleep(2)
    return count() == before


# --- inside a process of its own --------------------------------------------------------------------


def prepare(people: int, rows: int) -> int:
    """People, a ledger, and a blast that waits for its start; the blast's number."""
    from datetime import time as clock
    from decimal import Decimal
    from itertools import islice

    from django.utils import timezone

    from analytics import ledger
    from campaigns.blasts import approval, freezing, planning
    from people.models import Staff
    from tests.bench.blast import invent
    from tests.bench.ledger import synthetic
    from tests.editions import SAFE

    facts = synthetic(rows, rows // 6)
    while batch := list(islice(facts, ledger.ROWS)):
        ledger.record(batch)
    invent(range(people))
    by, other = (Staff.objects.create_superuser(name) for name in ("amina", "berhane"))
    wish = planning.Wish(SAFE, "KE", Decimal(10**9), window=(clock(0), clock(23, 59, 59)))
    blast = planning.draft(wish, by=by, at=timezone.now())
    freezing.freeze(blast)
    return int(approval.approve(blast, by=other, at=timezone.now()).pk)


def start(blast: int) -> int:
    return _moved("start", blast)


def stop(blast: int) -> int:
    return _moved("stop", blast)


def _moved(how: str, number: int) -> int:
    from django.utils import timezone

    from campaigns.blasts import approval
    from campaigns.models import Blast
    from people.models import Staff

    blast, by = Blast.objects.get(pk=number), Staff.objects.get(username="amina")
    if how == "start" or blast.state == Blast.State.RUNNING:
        getattr(approval, how)(blast, by=by, at=timezone.now())
    return number


def export(many: int) -> int:
    from tests.bench.exporting import export as task

    for _ in range(many):
        task.apply_async([ROUNDS * len(CONNECTIONS) * (SECONDS + 1)], queue="bulk")
    return many


def large(number: int) -> int:
    """Put a large edition of so many items on a shelf beside the one that doors look at."""
    from django.conf import settings

    from campaigns.editions.compiling import compose
    from campaigns.press.shelf import Shelf
    from tests.bench.edition import material

    Shelf(settings.DATA / "large").put(compose(*material(number))[0])
    return number


STEPS: Mapping[str, Callable[..., int]] = {
    one.__name__: one for one in (prepare, start, stop, export, large)
}


# --- a large edition is taken up --------------------------------------------------------------------


def take_up(scene: Scene, items: int = 200) -> None:
    """Latency in the seconds after a large edition was laid on the shelf, against those before."""
    scene.step("large", items)
    (file,) = (scene.data / "large").glob("*.json")
    size = file.stat().st_size
    with serving("config.wsgi:application", scene.environment) as (port, process):
        door = Door(port, scene.path, process)
        before = hop.measure(door, 16, "ussd", TAKE_UP)
        file.rename(scene.data / "editions" / file.name)
        began = time.monotonic()
        during = hop.measure(door, 16, "ussd", TAKE_UP)
        until(lambda: served(port) == file.stem)
        seconds = time.monotonic() - began
    pairs = {name: [during[name], before[name]] for name in ("p50_ms", "p99_ms", "max_ms")}
    ratio = round(during["p99_ms"] / before["p99_ms"], 2)
    detail = {"items": items, "bytes": size, "served_after_at_most_s": round(seconds, 1)}
    say("ussd_while_edition_is_taken_up", ratio=ratio, connections=16, **detail, **pairs)


def served(port: int) -> str:
    """The edition that new sessions get; "" while there is none."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(line):
        line.request("GET", "/readyz")
        return str(json.loads(line.getresponse().read())["edition"].get("id", ""))


if __name__ == "__main__":
    main()
