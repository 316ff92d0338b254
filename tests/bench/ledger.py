"""The donor's figure over N exposures against COUNT(DISTINCT) over the same rows, in one run.

    python -m tests.bench ledger [--rows 1000000] [--people 0] [--asked] [--verify]

Prints one JSON line. The rows are made by the database (`tests.bench.filled`), the ones that measure the door
into the ledger come on top of them. What is compared: `figure`, as a page reads it, `reach`, the exact count of
this moment, and `distinct`, a plain count of the exposures with the memory that a refresh has too; of a quarter,
of the year, and of the `table` of all breakdowns of the year. Every answer must be equal, else the run fails.
A refresh brings all standard periods up to date: the first time, a minute later with a thousand new exposures
(`minute_s`), and with fifteen thousand, three slices of people (`crowd_s`). Memory: what the processes of
the database hold of their own at most (`postgres_mib`), what this process came to hold (`python_mib`).
With `--asked` the first refresh counts the quarter and the year alone, as it counts them among all the others
(`asked_s`): a quarter of the time, for the same answers; the other refreshes are left out then.
"""

import argparse
import json
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from analytics.periods import Period
from tests.bench import stores

ROUNDS, LONG = 5, 20.0  # seconds: what takes longer is asked once
MUST, AIM, AIM_MS = 50, 300, 30
INGEST, CROWD = 100_000, 15_000
QUARTER = Period(date(2025, 4, 1), date(2025, 7, 1))
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
PERIODS = {"quarter": QUARTER, "year": YEAR}
FREE = Period(date(2025, 2, 11), date(2025, 5, 23))
BEGIN, SECONDS_OF_YEAR = datetime(2025, 1, 1, tzinfo=UTC), 365 * 86400
NOW = datetime(2025, 12, 31, 12, tzinfo=UTC)
PLAIN = """
SELECT count(DISTINCT subject) FROM analytics_exposure
WHERE indicators @> ARRAY['3.3'] AND tier IN ('delivered', 'interacted') AND linked
  AND at >= %s AND at < %s"""
PLAIN_TABLE = """
SELECT GROUPING({dimensions}), {dimensions}, count(DISTINCT subject) FROM analytics_exposure
WHERE indicators @> ARRAY['3.3'] AND tier IN ('delivered', 'interacted') AND linked
  AND at >= %s AND at < %s
GROUP BY GROUPING SETS ({sets})"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=0, help="default: a sixth of the rows")
    parser.add_argument("--asked", action="store_true")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()
    with stores.own():
        line = bench(options)
    sys.stdout.write(json.dumps(line) + "\n")
    if not line["exact"]:
        sys.exit("The answers differ.")


def bench(options: argparse.Namespace) -> dict[str, Any]:
    from django.core.management import call_command

    from analytics import indicators, verification
    from tests.bench import filled

    rows, people = options.rows, options.people or options.rows // 6
    call_command("migrate", "analytics", verbosity=0)
    filled_s = clock(lambda: filled.fill(rows, people))
    out: dict[str, Any] = {"name": "donor_figure_vs_count_distinct"}
    out |= {"must": MUST, "aim": AIM, "aim_ms": AIM_MS, "rows": rows, "people": people}
    out |= {"load": [load()], "fill_s": round(filled_s)}
    out |= kept_fresh(people, asked=options.asked)
    rule, exact = indicators.rule_of("3.3", YEAR.starts), True
    for name, asked in {
        **{name: ways(rule, period) for name, period in PERIODS.items()},
        "table": table_ways(rule),
    }.items():
        times, answers = rounds(asked)
        exact &= all(one == answers["distinct"] for one in answers.values())
        out |= {f"{name}_{one}_ms": round(1000 * seconds, 2) for one, seconds in times.items()}
        out[f"{name}_figure_ratio"] = round(times["distinct"] / times["figure"], 1)
    out["free_range_s"] = round(clock(lambda: indicators.count("3.3", FREE)), 1)
    # the smallest; the must is meant for 10 million rows
    out |= {
        "exact": exact,
        "ratio": min(out[f"{name}_figure_ratio"] for name in (*PERIODS, "table")),
    }
    out["load"] = [*out["load"], load()]
    if options.verify:
        out["verify_s"] = round(clock(lambda: sound(verification.verify().differences)), 1)
    return out


# --- written, and kept fresh ----------------------------------------------------------------------


def kept_fresh(people: int, *, asked: bool) -> dict[str, Any]:
    """Rows a second through the door at this size, and what the refreshes cost."""
    from analytics import ledger
    from tests.bench import filled

    found: dict[str, Any] = {}
    facts = list(filled.more(INGEST, people))
    batches = [facts[at : at + ledger.ROWS] for at in range(0, INGEST, ledger.ROWS)]
    found["record_per_s"] = round(
        INGEST / sum(clock(partial(ledger.record, one)) for one in batches)
    )
    with peak() as most:
        found |= {"asked_s": counted(QUARTER, YEAR)} if asked else refreshes(people)
    return found | dict(zip(("postgres_mib", "python_mib"), most, strict=True))


def refreshes(people: int) -> dict[str, float]:
    from analytics import ledger
    from tests.bench import filled

    found = {"refresh_s": refreshed(NOW)}
    ledger.record(filled.more(1000, people, seed=2))
    found["minute_s"] = refreshed(NOW + timedelta(minutes=1))
    ledger.record(filled.more(CROWD, people, seed=3))
    found["crowd_s"] = refreshed(NOW + timedelta(hours=1))
    found["idle_s"] = refreshed(NOW + timedelta(hours=2))
    return found


def load() -> float:
    """Processes that wanted a core in the last minute, ours among them."""
    return round(os.getloadavg()[0], 1)


def refreshed(at: datetime) -> float:
    from analytics import refreshing

    return round(clock(lambda: refreshing.refresh(at=at)), 2)


def counted(*periods: Period) -> float:
    """Seconds until these periods are kept, as a refresh that never counted them does it."""
    from django.db import connection, transaction

    from analytics import indicators, refreshing

    rule, upto = indicators.rule_of("3.3", YEAR.starts), refreshing.horizon()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{refreshing.MEMORY}'")
        return round(clock(lambda: refreshing._count_whole(rule, periods, upto, NOW)), 2)


@contextmanager
def peak() -> Iterator[list[int]]:
    """MiB that the database's processes hold of their own, and that this one came to hold above the beginning."""
    from django.db import connection

    connection.ensure_connection()
    assert connection.connection is not None
    postmaster = parent(connection.connection.info.backend_pid)
    before, most, over = private(os.getpid()), [0, 0], threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            backends = [pid for pid in processes() if parent(pid) == postmaster]
            most[0] = max(most[0], sum(map(private, backends)))
            most[1] = max(most[1], private(os.getpid()) - before)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    yield most
    over.set()
    watcher.join()
    most[:] = [kib // 1024 for kib in most]


def processes() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdecimal()]


def parent(pid: int) -> int:
    return _status(pid, "PPid")


def private(pid: int) -> int:
    """KiB of memory that is nobody else's."""
    return _status(pid, "RssAnon")


def _status(pid: int, name: str) -> int:
    """0 when the process is over."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


# --- asked ----------------------------------------------------------------------------------------


def ways(rule: Any, period: Period) -> dict[str, Callable[[], Any]]:
    """The ways to ask for one period's figure."""
    from analytics import counting, figures

    def figure() -> int:
        found = figures.answer(rule, [period], [()], countries=None, at=NOW)
        return found.tables[period][()][()].reached.unique

    def reach() -> int:
        question = figures.question(rule)
        return counting.count(question, [period], [()])[period][()][()].reached.unique

    return {
        "distinct": lambda: plain(PLAIN, period)[0][0],
        "figure": figure,
        "reach": reach,
    }


def table_ways(rule: Any) -> dict[str, Callable[[], Any]]:
    """The ways to ask for the year in all breakdowns that are kept."""
    from analytics import figures

    dimensions = list(dict.fromkeys(one for by in figures.SETS for one in by))
    sets = ", ".join(f"({', '.join(by)})" for by in figures.SETS)
    statement = PLAIN_TABLE.format(dimensions=", ".join(dimensions), sets=sets)
    bits = {one: 1 << place for place, one in enumerate(reversed(dimensions))}
    by_bits = {sum(bits[one] for one in dimensions if one not in by): by for by in figures.SETS}

    def distinct() -> dict[Any, int]:
        found = {}
        for grouping, *words, unique in plain(statement, YEAR):
            cell = dict(zip(dimensions, words, strict=True))
            by = by_bits[grouping]
            found[by, tuple(cell[one] for one in by)] = unique
        return found

    def figure() -> dict[Any, int]:
        table = figures.answer(rule, [YEAR], figures.SETS, countries=None, at=NOW).tables[YEAR]
        cells = {(by, cell): one for by, cells in table.items() for cell, one in cells.items()}
        return {key: one.reached.unique for key, one in cells.items() if one.reached.unique}

    return {"distinct": distinct, "figure": figure}


def plain(statement: str, period: Period) -> list[tuple[Any, ...]]:
    from django.db import connection

    from analytics.refreshing import MEMORY

    with connection.cursor() as cursor:
        cursor.execute(f"SET work_mem = '{MEMORY}'")
        cursor.execute(statement, [period.begin, period.end])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("RESET work_mem")
    return rows


def rounds(
    questions: dict[str, Callable[[], Any]],
) -> tuple[dict[str, float], dict[str, Any]]:
    """Median seconds of each, asked in turns, and the answers; what takes long is asked once."""
    times: dict[str, list[float]] = {name: [] for name in questions}
    answers: dict[str, Any] = {}
    for _ in range(ROUNDS):
        for name, ask in questions.items():
            if times[name] and times[name][0] > LONG:
                continue
            began = time.perf_counter()
            answers[name] = ask()
            times[name].append(time.perf_counter() - began)
    return {name: statistics.median(found) for name, found in times.items()}, answers


def synthetic(rows: int, people: int) -> Iterator[Any]:
    """A year in order of time: sends, receipts, hops; half of the people are met again and again."""
    from analytics.ledger import Exposure, Tier

    dice = random.Random(1)
    tiers = [Tier.TARGETED, Tier.SENT, Tier.DELIVERED, Tier.INTERACTED, Tier.ENGAGED]
    for row in range(rows):
        tier = tiers[row % 5]
        who = dice.randrange(people if row % 2 else people // 2)
        yield Exposure(
            subject=UUID(int=who * 0x9E3779B97F4A7C15 % 2**64 << 64 | who),
            tier=tier,
            indicators=("3.3", "2.7") if who % 7 == 0 else ("3.3",),
            campaign=f"campaign-{row * 4 // rows}",
            country=("KE", "ET", "UG", "SO")[who % 4],
            channel="sms" if row % 5 < 3 else "ussd",
            item=f"item-{row % 20}",
            language=("sw", "am", "en", "so")[who % 4],
            network=("63902", "63903", "63601")[who % 3],
            at=BEGIN + timedelta(seconds=row * SECONDS_OF_YEAR // rows),
            key=UUID(int=dice.getrandbits(128)),
            sex=("female", "male", "unknown")[who % 3],
        )


def sound(differences: tuple[str, ...]) -> None:
    if differences:
        sys.exit("\n".join(differences))


def clock(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
