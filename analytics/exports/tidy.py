"""Tables as long CSV: one observation a row, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from analytics import few
from analytics.counting import Numbers
from analytics.definitions import UNIT
from analytics.figures import columns
from analytics.indicators import Overview

HEADER = (
    "indicator",
    "scheme",
    "title",
    "rule",
    "from",
    "to",
    "dimension",
    "category",
    "measure",
    "value",
    "unit",
    "counted_at",
)
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def neutral(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; a number below zero is none."""
    if isinstance(cell, int | float | Decimal):
        return str(cell)
    text = "" if cell is None else str(cell)
    first = text[:1]
    if first in FORMULA or (first.isspace() and text.lstrip()[:1] in FORMULA):
        return f"'{text}"
    return text


class _Echo:
    """A file for csv.writer that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV line by line, with a byte order mark, without which Excel breaks Ethiopic and Arabic."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])


def write(rows: Iterable[Sequence[object]]) -> str:
    """The same as one text."""
    return "".join(lines(rows))


def overview(found: Overview) -> str:
    """Everything an overview shows."""
    parts = [("total", "", found.total)]
    for dimension, cells in found.tables.items():
        parts += [(dimension, " ".join(cell), numbers) for cell, numbers in cells.items()]
    title = found.titles[0]
    head = (found.indicator.code, title.scheme, title.title, found.rule)
    days = (found.period.starts, found.period.ends)
    tail = (UNIT, found.counted_at.isoformat(timespec="seconds"))
    rows = (
        (*head, *days, dimension, category, measure, value, *tail)
        for dimension, category, numbers in parts
        for measure, value in _told(dimension, numbers)
    )
    return write([HEADER, *rows])


def _told(dimension: str, numbers: Numbers) -> Iterator[tuple[str, int | str]]:
    """Every measure; of referrals only the total, and never fewer than five: categories would give it away."""
    for measure, value in columns(numbers).items():
        if measure != "referred":
            yield measure, value
        elif dimension == "total":
            yield measure, few.told(value)
