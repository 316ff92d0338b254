"""A long table and a workbook of N rows: rows a second, and the memory they take beyond what was there before.

    python -m tests.bench export [--rows 1000090]

Each kind prints a line. `grown_MiB` is the peak of the process's resident memory over its state before, beside it
that of a tenth of the rows: memory that does not follow the rows is about the same. The made files are read back and
their rows counted, else the run fails.
"""

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.bench import stores

CELLS = 600  # of a breakdown of one period: districts of a country by what was met
MOST_GROWN = 64  # MiB
FIGURES = """
INSERT INTO analytics_figure (
    indicator, rule, starts, ends, by, cell, targeted, sent, delivered, "unique", first_time, cumulative, interacted,
    engaged, completed, referred, unlinked_unique, unlinked_first_time, unlinked_cumulative)
SELECT '3.3', 1, month::date, (month + interval '1 month')::date, 'country,district',
       ARRAY['KE', 'District ' || lpad(cell::text, 4, '0')],
       cell, cell, cell, cell, cell, cell, cell, cell, cell, cell, 0, 0, 0
FROM generate_series('1990-01-01'::timestamp, '2100-01-01'::timestamp, interval '1 month') month,
     generate_series(1, %(cells)s) cell
ORDER BY month, cell LIMIT %(rows)s"""
COUNTS = """
INSERT INTO analytics_count (indicator, rule, starts, ends, upto, counted_at, seconds)
SELECT DISTINCT indicator, rule, starts, ends, 1, now(), 0.1 FROM analytics_figure"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_090, help="a multiple of 130")
    options = parser.parse_args()
    with stores.own() as folder:
        bench(folder, options.rows)


def bench(folder: Path, rows: int) -> None:
    from django.core.management import call_command

    call_command("migrate", "analytics", verbosity=0)
    for name, make in (("export_long_csv", _long), ("export_workbook", _workbook)):
        tenth = measured(folder, name, make, rows // 10)
        line = measured(folder, name, make, rows)
        line |= {"grown_of_a_tenth_MiB": tenth["grown_MiB"], "most_MiB": MOST_GROWN}
        sys.stdout.write(json.dumps(line) + "\n")


def measured(folder: Path, name: str, make: Callable[[Path], int], rows: int) -> dict[str, Any]:
    """Make the file once from so many kept numbers."""
    filled(rows)
    path = folder / f"{name}.out"
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    before, began, used = resident("VmRSS"), time.perf_counter(), time.process_time()
    made = make(path)
    seconds, used = time.perf_counter() - began, time.process_time() - used
    grown = resident("VmHWM") - before
    if made != rows or read_back(path) < rows:
        sys.exit(f"{name}: {made} rows instead of {rows}.")
    size = path.stat().st_size / 2**20
    return {
        "name": name,
        "rows": rows,
        "rows_per_s": round(rows / seconds),
        "rows_per_cpu_s": round(rows / used),  # of this process: the database is another
        "seconds": round(seconds, 1),
        "grown_MiB": round(grown, 1),
        "peak_MiB": round(resident("VmHWM"), 1),
        "file_MiB": round(size, 1),
    }


def filled(rows: int) -> None:
    """Kept figures that make so many observations, and perhaps a few more: cut to whole cells."""
    from django.db import connection

    from analytics.frozen import MEASURES

    if rows % len(MEASURES):
        sys.exit(f"Give a multiple of {10 * len(MEASURES)} rows.")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE analytics_figure, analytics_count")
        cursor.execute(FIGURES, {"cells": CELLS, "rows": rows // len(MEASURES)})
        cursor.execute(COUNTS)
        cursor.execute("ANALYZE analytics_figure, analytics_count")


def _cover() -> Any:
    from analytics.exports.cover import Cover
    from analytics.periods import Period

    return Cover(
        deployment="Bench",
        period=Period(date(1990, 1, 1), date(2101, 1, 1)),
        countries=("KE",),
        counted_at=datetime(2026, 1, 1, tzinfo=UTC),
        demonstration=True,
    )


def _long(path: Path) -> int:
    """As the worker makes it."""
    from analytics.exports import kept, tidy

    rows = 0

    def told() -> Any:
        nonlocal rows
        for rows, row in enumerate(kept.observations(_cover(), None)):  # noqa: B007
            yield row

    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(tidy.lines(told()))
    return rows


def _workbook(path: Path) -> int:
    """The same rows as one sheet, of the writer that makes every sheet."""
    from analytics.exports import kept, xlsx
    from analytics.exports.sheets import Sheet, texts

    observations = kept.observations(_cover(), None)
    head = next(observations)
    rows = (tuple(one if isinstance(one, int) else str(one) for one in row) for row in observations)
    return xlsx.write(path, _cover(), [Sheet("Long", texts(*map(str, head)), rows)])


def read_back(path: Path) -> int:
    """Rows of a file, without its head."""
    if not zipfile.is_zipfile(path):
        with path.open(encoding="utf-8") as file:
            return sum(1 for _ in file) - 1
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        return sum(part.count(b"<row ") for part in iter(lambda: sheet.read(1 << 20), b""))


def resident(word: str) -> float:
    """MiB of this process: VmRSS now, VmHWM at its peak."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition(f"{word}:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
