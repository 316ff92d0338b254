"""What a page of figures is made of: numbers, tables with their charts, and how each is counted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from analytics.charts import Chart

BESIDE: Final = 4  # columns that fit beside a chart
Value = int | str | None  # None: not known, or not told


@dataclass(frozen=True, slots=True)
class Query:
    """One statement as it is sent to the database."""

    answers: str  # which question, in words
    statement: str
    parameters: str  # JSON; "": none


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a figure is counted: what the words mean, under which rule, and what is asked of the database."""

    words: tuple[str, ...]
    rule: str = ""
    queries: tuple[Query, ...] = ()
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number of a page."""

    key: str
    label: str
    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`code`: as the category is kept, for the download; `strong`: a level or a total."""

    label: str
    values: tuple[Value, ...]
    code: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`head` names the category and each value. `more`: what the address needs so that it is counted, if dear."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    method: Callable[[], Method]
    note: str = ""
    empty: str = ""
    chart: Chart | None = None
    more: str = ""
    more_says: str = ""

    @property
    def wide(self) -> bool:
        """Whether it needs the whole width, under its chart."""
        return len(self.head) > BESIDE

    def lines(self) -> Iterator[tuple[object, ...]]:
        """The table with its head for a download: numbers as numbers, what is not told empty."""
        yield (self.head[0], "code", *self.head[1:])
        for row in self.rows:
            yield (row.label, row.code, *("" if one is None else one for one in row.values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole page. `name`: of its downloads; `empty`: what to do where there is nothing to show."""

    name: str
    title: str
    lead: str
    tables: tuple[Table, ...]
    tiles: tuple[Tile, ...] = ()
    empty: str = ""

    def table(self, key: str) -> Table | None:
        return next((one for one in self.tables if one.key == key), None)


def percent(part: int, whole: int) -> int | None:
    """Rounded, halves up as `targets.Goal.share` does; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None
