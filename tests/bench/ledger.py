"""The donor's figure over N exposures against COUNT(DISTINCT) over the same rows, in one run.

    python -m tests.bench.ledger [--rows 1000000] [--people 0] [--verify]

Prints one JSON line. The plain count is asked of the same table with the same conditions; every answer must
be equal to it, else the run fails. `figure` is what a page reads, `reach` the exact count of this moment.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from analytics.periods import Period

ROUNDS = 5
MUST, AIM = 50, 300
PERIODS = {
    "quarter": Period(date(2025, 4, 1), date(2025, 7, 1)),
    "year": Period(date(2025, 1, 1), date(2026, 1, 1)),
}
BEGIN, SECONDS = datetime(2025, 1, 1, tzinfo=UTC), 365 * 86400
PLAIN = """
SELECT count(DISTINCT subject) FROM analytics_exposure
WHERE indicators @> ARRAY['3.3'] AND tier IN ('delivered', 'interacted') AND linked
  AND at >= %s AND at < %s"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=0, help="default: a sixth of the rows")
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()
    from config import embedded

    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        keeper = embedded.Keeper(Path(folder).resolve(), durable=False)
        try:
            servers = keeper.start()
            os.environ |= {
                "DATABASE_URL": servers.database,
                "REDIS_URL": servers.redis,
                "NJIA_TEST_DATA": folder,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
            }
            django.setup()
            line = bench(options.rows, options.people or options.rows // 6, verify=options.verify)
        finally:
            keeper.stop()
    sys.stdout.write(json.dumps(line) + "\n")
    if not line["exact"]:
        sys.exit("The answers differ.")


def bench(rows: int, people: int, *, verify: bool) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from analytics import indicators, ledger, refreshing, verification

    call_command("migrate", "analytics", verbosity=0)
    facts = synthetic(rows, people)
    recorded = 0.0
    while batch := list(
        islice(facts, ledger.ROWS)
    ):  # a fold each; making the facts is not its cost
        recorded += clock(partial(ledger.record, batch))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE analytics_exposure, analytics_reach")
    now = datetime(2025, 12, 31, 12, tzinfo=UTC)
    refreshed = clock(lambda: refreshing.refresh(at=now))
    rule = indicators.rule_of("3.3", date(2025, 1, 1))
    out: dict[str, Any] = {"name": "donor_figure_vs_count_distinct"}
    out |= {"must": MUST, "aim": AIM, "rows": rows, "people": people, "exact": True}
    for name, period in PERIODS.items():
        times, answers = compare(rule, period, now)
        out |= {f"{name}_{one}_ms": round(1000 * seconds, 2) for one, seconds in times.items()}
        out[f"{name}_figure_ratio"] = round(times["distinct"] / times["figure"], 1)
        out[f"{name}_unique"] = answers["distinct"]
        out["exact"] &= len(set(answers.values())) == 1
    out |= {"record_per_s": round(rows / recorded), "refresh_s": round(refreshed, 1)}
    out["ratio"] = out[
        "quarter_figure_ratio"
    ]  # the smaller one; the must is meant for 10 million rows
    if verify:
        out["verify_s"] = round(clock(lambda: sound(verification.verify().differences)), 1)
    return out


def compare(rule: Any, period: Any, now: datetime) -> tuple[dict[str, float], dict[str, int]]:
    """Median seconds and answer of each way to ask for one period's figure."""
    from django.db import connection

    from analytics import counting, figures

    def plain() -> int:
        with connection.cursor() as cursor:
            cursor.execute(PLAIN, [period.begin, period.end])
            return int(cursor.fetchone()[0])

    def figure() -> int:
        found = figures.answer(rule, [period], [()], countries=None, at=now)
        return found.tables[period][()][()].reached.unique

    def reach() -> int:
        question = figures.question(rule)
        return counting.count(question, [period], [()])[period][()][()].reached.unique

    return rounds({"distinct": plain, "figure": figure, "reach": reach})


def rounds(
    questions: dict[str, Callable[[], int]],
) -> tuple[dict[str, float], dict[str, int]]:
    """Median seconds of each, asked in turns, and the answers."""
    times: dict[str, list[float]] = {name: [] for name in questions}
    answers: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, ask in questions.items():
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
            at=BEGIN + timedelta(seconds=row * SECONDS // rows),
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
