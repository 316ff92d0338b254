"""An evidence pack of N rows: how long it takes to make and to count again, and how much memory each takes.

    python -m tests.bench packs [--rows 1000000]

Prints one JSON line. Memory is what the process holds at most above what it held before the work began; making
is flat when it is about the same for ten times the rows. The audit runs in a process of its own, as it does
elsewhere.
"""

import argparse
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from analytics.periods import Period
from tests.bench import stores

QUARTERS = Period(date(2025, 4, 1), date(2026, 1, 1))  # three quarters: earlier rows and rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with stores.own():
        line = bench(options.rows)
    sys.stdout.write(json.dumps(line) + "\n")
    if not line["same"]:
        sys.exit("The pack does not say what was frozen.")


def bench(rows: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from analytics import closing, figures, indicators, ledger, packs, refreshing
    from tests.bench.ledger import synthetic

    call_command("migrate", "analytics", verbosity=0)
    facts = synthetic(rows, rows // 6)
    while batch := list(islice(facts, ledger.ROWS)):
        ledger.record(batch)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE analytics_exposure, analytics_reach")
    question = figures.question(
        indicators.rule_of("3.3", QUARTERS.starts), upto=refreshing.horizon()
    )
    began = time.perf_counter()
    table = closing.count(question, QUARTERS)
    counted = time.perf_counter() - began
    order = packs.Order(
        deployment=UUID(int=1),
        question=question,
        rule="3.3/1",
        period=QUARTERS,
        table=table,
        countries=("ET", "KE", "SO", "UG"),
        about={"closed_at": datetime(2026, 1, 2, tzinfo=UTC).isoformat()},
    )
    with peak() as above:
        began = time.perf_counter()
        made = packs.make(order, packs.NO_SOURCES)
        seconds = time.perf_counter() - began
    audit, audited, held = recount(made.path, made.digest)
    return {
        "name": "evidence_pack",
        "rows": made.rows,
        "size_mib": round(made.size / 2**20, 1),
        "count_s": round(counted, 1),
        "make_s": round(seconds, 1),
        "make_peak_mib": round(above()),
        "audit_s": round(audited, 1),
        "audit_peak_mib": round(held),
        "same": audit.count(made.rows_digest) == 1 and audit.endswith("counted again.\n"),
    }


@contextmanager
def peak() -> Iterator[Callable[[], float]]:
    """How many MiB the process came to hold above what it held at the beginning; looked at 100 times a second."""
    most, over = [resident()], threading.Event()
    before = most[0]

    def look() -> None:
        while not over.wait(0.01):
            most[0] = max(most[0], resident())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    yield lambda: (most[0] - before) / 2**20
    over.set()
    watcher.join()


def resident() -> int:
    """Bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def recount(pack: Path, digest: str) -> tuple[str, float, float]:
    """What `manage.py audit` prints, its seconds, and the most MiB that it held."""
    command = [sys.executable, "manage.py", "audit", str(pack), "--digest", digest]
    began = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    return ran.stdout, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
