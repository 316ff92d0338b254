"""Messages a second of our sender against one Celery task a person, over the same network, in one run.

    python -m tests.bench.blast [--people 50000] [--naive 1000] [--latency 0.02 0.1]

Prints one JSON line a latency. The network is a process of its own and counts what it accepted; both ways must
reach everybody, ours exactly once, else the run fails. PostgreSQL is durable. `freeze_ratio`: freezing the
audience against a bare INSERT ... SELECT of the same rows. `peak_mib` and `per_cpu_s`: the sender's process alone.
"""

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from datetime import time as clock
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import django

from config import lifeline

ROOT = Path(__file__).resolve().parents[2]
MUST, AIM = 50, 250
ROUNDS = 3  # of freezing, the quickest counts: other programs can only slow it down
BATCHES = (
    100,
    1000,
)  # numbers a request: the default, and what the provider's bulk endpoint carries easily
GATEWAYS = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "simulated-simulated-simulated"
sender = "NJIA"
batch = {batch}
rate = 1000000.0
username = "simulated"
key = "simulated"
base = "{base}"
codes = {{ "*384*1234#" = "KE" }}
"""
BARE = """
INSERT INTO bare_delivery (id, blast_id, chunk_id, token, country, language, network, state, reason)
SELECT nextval('bare_id'), (SELECT last_value FROM bare_id), 0, token, country, language, network, 0, ''
FROM people_person
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--naive", type=int, default=1_000)
    parser.add_argument("--latency", type=float, nargs="+", default=[0.02, 0.1], help="seconds")
    parser.add_argument("--send", type=int, help="internal: send this blast and say how it went")
    options = parser.parse_args()
    if options.send:
        django.setup()
        sys.stdout.write(json.dumps(send(options.send)))
        return
    with deployment() as (folder, base):
        prepare(folder, base)
        invent(range(options.people))
        for latency in options.latency:
            misbehave(base, latency=latency)
            say(measure(folder, base, options, latency))


def say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def deployment() -> Iterator[tuple[Path, str]]:
    """Stores, a network, and this process's settings for them; the data folder and the base of the wire."""
    from config import embedded

    with tempfile.TemporaryDirectory(prefix="njia-bench-") as name:
        folder = Path(name).resolve()
        keeper = embedded.Keeper(folder)
        try:
            servers = keeper.start()
            with network(folder) as base:
                _settle_in(folder, servers.database, servers.redis)
                yield folder, base
        finally:
            keeper.stop()


def _settle_in(folder: Path, database: str, redis: str) -> None:
    os.environ |= {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "NJIA_TEST_DATA": str(folder),
        "NJIA_GATEWAYS": str(folder / "gateways.toml"),
        "NJIA_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }


def prepare(folder: Path, base: str, batch: int = BATCHES[0]) -> None:
    """The product's settings and tables, nobody in them yet, and no cap that a second blast would meet."""
    set_gateway(folder, base, batch)
    django.setup()
    from django.core.management import call_command

    from campaigns.models.blasts import ALWAYS_ON, MOST_CAP, Campaign

    call_command("migrate", verbosity=0)
    Campaign.objects.update_or_create(
        code=ALWAYS_ON, defaults={"name": "Always on", "cap": MOST_CAP}
    )


def set_gateway(folder: Path, base: str, batch: int) -> None:
    (folder / "gateways.toml").write_text(GATEWAYS.format(batch=batch, base=base))


def measure(folder: Path, base: str, options: argparse.Namespace, latency: float) -> dict[str, Any]:
    from campaigns.blasts import sending

    line: dict[str, Any] = {
        "name": "blast_vs_one_task_a_person",
        "people": options.people,
        "latency_ms": round(latency * 1000),
        "requests_in_flight": sending.IN_FLIGHT,
    }
    naive = measure_naive(base, options.naive)
    line["naive_per_s"] = round(naive)
    for batch in BATCHES:
        set_gateway(folder, base, batch)
        told = measure_ours(base, options.people)
        line |= {f"batch_{batch}_{name}": value for name, value in told.items()}
        line[f"batch_{batch}_ratio"] = round(told["per_s"] / naive, 1)
    ratio = max(line[f"batch_{batch}_ratio"] for batch in BATCHES)
    line |= {"ratio": ratio, "must": MUST, "aim": AIM, "ok": ratio >= MUST}
    return line


# --- the network ------------------------------------------------------------------------------------


@contextlib.contextmanager
def network(folder: Path) -> Iterator[str]:
    """The simulated network as a process; yields the base of its wire."""
    command = [sys.executable, "-m", "gateways.network", "--port", "0"]
    command += ["--state", str(folder / "network"), "--hooks", str(folder / "hooks.json")]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip().rsplit(":", 1)[1]
        yield f"http://127.0.0.1:{port}/version1"
    finally:
        process.terminate()
        process.wait(10)


def misbehave(base: str, **faults: object) -> None:
    """How the network behaves from now on; it posts no receipts."""
    told = json.dumps({"receipts": "off", **faults}).encode()
    with urllib.request.urlopen(base.replace("/version1", "/handsets/faults"), told):
        pass


def recorded(base: str) -> int:
    """Messages that the network accepted so far."""
    with urllib.request.urlopen(base.replace("/version1", "/handsets/figures")) as answer:
        return int(json.load(answer)["recorded"])


def wait_for(base: str, count: int, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while recorded(base) < count:
        if time.monotonic() > until:
            sys.exit(f"The network has {recorded(base)} of {count} messages.")
        time.sleep(0.05)


# --- the usual way ----------------------------------------------------------------------------------


def measure_naive(base: str, people: int) -> float:
    """Messages a second: enqueue one task a person, four worker processes."""
    redis = os.environ["REDIS_URL"]
    os.environ |= {"NAIVE_BASE": base, "NAIVE_BROKER": _broker(redis)}
    from tests.bench.naive_sender import send as task

    command = [sys.executable, "-m", "celery", "-A", "tests.bench.naive_sender", "worker"]
    command += ["-c", "4", "-l", "ERROR", "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=sys.stderr,  # its banner is no figure
        start_new_session=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        before = recorded(base)
        task.delay(number(0), "Warm.")
        wait_for(base, before + 1, seconds=60)
        began = time.monotonic()
        for index in range(people):
            task.delay(number(index), "Use a passport and a work visa.\nSTOP: *384*1234#")
        wait_for(base, before + 1 + people, seconds=300)
        return people / (time.monotonic() - began)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)  # with its four processes
        worker.wait()


def _broker(redis: str) -> str:
    from config import embedded

    return embedded.broker(redis)


# --- ours -------------------------------------------------------------------------------------------


def measure_ours(base: str, people: int) -> dict[str, Any]:
    """Plan, approve and start a blast, then send it in a process of its own."""
    from django.conf import settings
    from django.utils import timezone

    from campaigns.blasts import approval, freezing, planning, routes
    from campaigns.press.shelf import Shelf
    from people.models import Staff
    from tests import editions

    routes.gateways.cache_clear()
    Shelf(settings.DATA / "editions").put(editions.edition())
    by = Staff.objects.filter(username="amina").first() or Staff.objects.create_superuser("amina")
    other = Staff.objects.filter(username="berhane").first() or Staff.objects.create_superuser(
        "berhane"
    )
    wish = planning.Wish(editions.SAFE, "KE", Decimal(10**9), window=(clock(0), clock(23, 59, 59)))
    drafts = [planning.draft(wish, by=by, at=timezone.now()) for _ in range(ROUNDS)]
    times = [(clocked(_bare), clocked(partial(freezing.freeze, one))) for one in drafts]
    bare, freeze = (min(column) for column in zip(*times, strict=True))
    blast = drafts[-1]
    assert blast.people == people, blast.excluded
    blast = approval.approve(blast, by=other, at=timezone.now())
    approval.start(blast, by=by, at=timezone.now())
    before = recorded(base)
    command = [sys.executable, "-m", "tests.bench.blast", "--send", str(blast.pk)]
    told: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT))
    if recorded(base) - before != people:
        sys.exit(f"The network has {recorded(base) - before} messages of {people} people.")
    return {**told, "freeze_per_s": round(people / freeze), "freeze_ratio": round(bare / freeze, 2)}


def send(blast: int) -> dict[str, Any]:
    """In the sender's process: requests until none is left, then the folds."""
    from campaigns.blasts import sending, settling
    from campaigns.models import Blast

    people = Blast.objects.get(pk=blast).people
    began, worked = time.monotonic(), time.process_time()
    sending.run(blast, seconds=3600)
    sent, busy = time.monotonic() - began, time.process_time() - worked
    while settling.target() + settling.settle():
        pass
    settling.finish()
    assert Blast.objects.get(pk=blast).state == Blast.State.DONE
    return {
        "per_s": round(people / sent),
        "with_ledger_per_s": round(people / (time.monotonic() - began)),
        "per_cpu_s": round(people / busy),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def clocked(do: Callable[[], object]) -> float:
    began = time.monotonic()
    do()
    return time.monotonic() - began


def _bare() -> None:
    """The same rows by the shortest statement there is, into a table that grows as the real one does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE IF NOT EXISTS bare_id; CREATE TABLE IF NOT EXISTS bare_delivery"
            " (LIKE campaigns_delivery INCLUDING INDEXES INCLUDING CONSTRAINTS)"
        )
        cursor.execute(BARE)


# --- people -----------------------------------------------------------------------------------------


def number(index: int) -> str:
    return f"+25471{index:07d}"


def invent(places: range) -> None:
    """Invented people of these places with real tokens and seals, by COPY."""
    from django.db import connection

    from people.models import Consent

    now = datetime.now(UTC)
    basis = Consent.objects.create(basis="consent-form", evidence="invented", given_at=now)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY people_person (token, stop_token, number, country, language, sex, age_band, district,"
            " tags, network, fixed_line, basis_id, added_at) FROM STDIN"
        ) as copy,
    ):
        for index in places:
            copy.write_row(_person(index, basis.pk, now))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE people_person")


def _person(index: int, basis: int, now: datetime) -> tuple[Any, ...]:
    from people import identity

    address = f"tel:{number(index)}"
    return (
        identity.token(address),
        identity.suppression_token(address),
        identity.seal(number(index), identity.NUMBER),
        "KE",
        "sw",
        "unknown",
        "unknown",
        "",
        [],
        "",
        False,
        basis,
        now,
    )


if __name__ == "__main__":
    main()
