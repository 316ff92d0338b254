"""A heavy export for the bulk worker: reach of a year and of its months in every breakdown, counted anew, as CSV."""

import time
from datetime import date
from itertools import pairwise
from typing import Any

from config.celery import app

MONTHS = [date(2025, month, 1) for month in range(1, 13)]


@app.task  # type: ignore[untyped-decorator, unused-ignore]
def export(seconds: float) -> int:
    """The export again and again for so long; bytes of CSV."""
    until, made = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        made += len(table())
    return made


def table() -> str:
    from analytics import counting, figures, indicators
    from analytics.exports import tidy
    from analytics.periods import Period

    rule = indicators.rule_of("3.3", MONTHS[0])
    starts = [*MONTHS, date(2026, 1, 1)]
    periods = [Period(*span) for span in pairwise(starts)]
    periods.append(Period(starts[0], starts[-1]))
    found = counting.count(figures.question(rule), periods, figures.SETS)
    rows: list[tuple[Any, ...]] = [
        (period.starts, period.ends, " ".join(by), " ".join(cell), measure, value)
        for period, tables in found.items()
        for by, cells in tables.items()
        for cell, numbers in cells.items()
        for measure, value in figures.columns(numbers).items()
    ]
    return tidy.write(rows)
