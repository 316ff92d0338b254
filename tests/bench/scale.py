"""What a blast costs as it grows: the sender's memory, freezing its audience, and folding its receipts.

    python -m tests.bench.scale [--people 10000 100000 1000000]

One JSON line a size, each over the same tables as they grow, with requests of 100 numbers. `peak_mib`: the sender's
process, which must not grow with the people. `freeze_ratio`: against a bare INSERT ... SELECT of the same rows.
`fold_ratio`: receipts folded a second, against one UPDATE by reference each, as a view would do it.
"""

import argparse
import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

from tests.bench.blast import deployment, invent, measure_ours, prepare, say

SIZES = (10_000, 100_000, 1_000_000)
SINGLE = 2_000  # receipts that are applied one by one, for the comparison
MEMORY = {"must": 150, "aim": 80}  # MiB
FLAT = 1.15  # the largest against the smallest
FREEZE = {"must": 0.5, "aim": 0.9}
FOLD = {"must": 8, "aim": 15}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, nargs="+", default=SIZES)
    sizes = sorted(parser.parse_args().people)
    peaks = []
    with deployment() as (folder, base):
        prepare(folder, base)
        for before, people in zip([0, *sizes], sizes, strict=False):
            invent(range(before, people))
            told = measure_ours(base, people)
            line = {"name": "blast_by_size", "people": people, **told, **fold(base, people)}
            ok = told["freeze_ratio"] >= FREEZE["must"] and line["fold_ratio"] >= FOLD["must"]
            say({**line, "freeze": FREEZE, "fold": FOLD, "ok": ok})
            peaks.append(told["peak_mib"])
    growth = round(peaks[-1] / peaks[0], 2)
    ok = max(peaks) <= MEMORY["must"] and growth <= FLAT
    say(
        {
            "name": "sender_memory",
            "people": sizes,
            "peak_mib": peaks,
            "growth": growth,
            **MEMORY,
            "ok": ok,
        }
    )


def fold(base: str, people: int) -> dict[str, Any]:
    """Receipts of the newest blast, folded in bulk; and some of them one by one."""
    rows = list(references(base))[-people:]
    single = _single(rows[:SINGLE])
    _journal(rows)
    from campaigns.blasts import receipts

    began = time.monotonic()
    while receipts.fold_receipts():
        pass
    per_second = len(rows) / (time.monotonic() - began)
    return {
        "receipts_per_s": round(per_second),
        "single_per_s": round(single),
        "fold_ratio": round(per_second / single, 1),
    }


def references(base: str) -> Iterator[tuple[str, str]]:
    """(number, reference) of every message the network accepted, in order."""
    with urllib.request.urlopen(base.replace("/version1", "/handsets/record")) as lines:
        for line in lines:
            told = json.loads(line)
            yield told["number"], told["reference"]


def _single(rows: list[tuple[str, str]]) -> float:
    """Receipts a second, each found by its reference and written by a statement of its own."""
    from django.db import connection

    began = time.monotonic()
    with connection.cursor() as cursor:
        for _number, reference in rows:
            cursor.execute(
                "UPDATE campaigns_delivery d SET state = 20 FROM campaigns_deliveryresult r"
                " WHERE r.reference = %s AND d.id = r.delivery_id AND d.state < 20",
                [reference],
            )
    return len(rows) / (time.monotonic() - began)


def _journal(rows: list[tuple[str, str]]) -> None:
    """As the doors would have written them."""
    from django.db import connection

    from people import identity

    with (
        connection.cursor() as cursor,
        cursor.copy("COPY journal_entry (kind, line) FROM STDIN") as copy,
    ):
        for number, reference in rows:
            body = {
                "at": time.time(),
                "g": "sim",
                "id": reference,
                "t": identity.token(f"tel:{number}"),
                "n": "63902",
                "status": "Success",
                "rank": 60,
                "reason": "",
            }
            copy.write_row(("receipt", json.dumps(body)))


if __name__ == "__main__":
    main()
