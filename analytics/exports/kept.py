"""The kept figures of every standard period inside a span, one observation a row, in memory that does not grow.

Of a closed period it is what was frozen, with its digest; of another one what is kept now.

One statement sees one moment of the ledger. Its rows wait at the database (a cursor that outlives its
transaction) while they are written, so that progress can be told meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from analytics import schemes
from analytics.definitions import UNIT
from analytics.exports import discretion, settled
from analytics.exports.cover import Cover
from analytics.exports.settled import WITHHELD
from analytics.exports.tidy import HEADER
from analytics.figures import columns
from analytics.frozen import MEASURES
from analytics.periods import Period

LONG = (*HEADER, "deployment", "label", "digest")
REFERRED = MEASURES.index("referred")
PORTION = 2_000  # kept rows asked for at a time; each is as many observations as there are measures
ROWS = """
FROM analytics_figure f JOIN analytics_count c USING (indicator, rule, starts, ends)
WHERE f.starts >= %(starts)s AND f.ends <= %(ends)s
  AND (%(everywhere)s OR (f.by LIKE 'country%%' AND f.cell[1] = ANY(%(countries)s)))"""
ORDER = " ORDER BY f.indicator, f.rule, f.starts, f.ends, f.by, f.cell"
Found = tuple[Any, ...]


@contextmanager
def held(statement: str, params: dict[str, Any]) -> Iterator[Iterator[Found]]:
    """The rows of a statement as of one moment, a portion at a time."""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE kept NO SCROLL CURSOR WITH HOLD FOR {statement}", params)
        try:
            yield _fetched(cursor)
        finally:
            cursor.execute("CLOSE kept")


def _fetched(cursor: Any) -> Iterator[Found]:  # noqa: ANN401 - Django's cursors have no common type
    while True:
        cursor.execute(f"FETCH {PORTION} FROM kept")
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < PORTION:
            return


def asked(period: Period, countries: Sequence[str] | None) -> dict[str, Any]:
    """`countries` None: everywhere."""
    days = {"starts": period.starts, "ends": period.ends}
    return {**days, "everywhere": countries is None, "countries": list(countries or ())}


def expected(period: Period, countries: Sequence[str] | None) -> int:
    """How many observations there will be."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {ROWS}", asked(period, countries))
        return int(cursor.fetchone()[0]) * len(MEASURES)


def observations(cover: Cover, countries: Sequence[str] | None) -> Iterator[tuple[object, ...]]:
    """The header, then a row for each measure of each kept cell."""
    names = ", ".join(f'f."{one}"' for one in MEASURES)
    listed = f"f.indicator, f.rule, f.starts, f.ends, f.by, c.counted_at, f.cell, {names}"
    titles = {code: (one.scheme, one.title) for code, one in schemes.first_titles().items()}
    yield LONG
    with held(f"SELECT {listed} {ROWS} {ORDER}", asked(cover.period, countries)) as rows:
        for key, found in groupby(rows, key=lambda row: row[:6]):
            table = [Line(tuple(row[6]), row[7:]) for row in found]
            digest = cover.digest(key[0], Period(key[2], key[3]))
            if digest:
                table = _frozen(digest, key[4], countries)
            yield from _observed(key, table, titles.get(key[0], ("", "")), cover, digest)


@dataclass(frozen=True, slots=True)
class Line:
    """One cell of a breakdown; `values` in the order of MEASURES."""

    cell: tuple[str, ...]
    values: Sequence[int]


def _frozen(digest: str, by: str, countries: Sequence[str] | None) -> list[Line]:
    """The same breakdown as it was closed."""
    cells = settled.table(digest).get(tuple(by.split(",")) if by else (), {})
    found = []
    for cell, numbers in sorted(cells.items()):
        told = columns(numbers)
        if countries is None or cell[0] in countries:
            found.append(Line(cell, [told[name] for name in MEASURES]))
    return found


def _observed(
    key: Found, table: Sequence[Line], title: tuple[str, str], cover: Cover, digest: str
) -> Iterator[tuple[object, ...]]:
    """All observations of one breakdown of one period."""
    indicator, rule, starts, ends, by, counted_at = key
    head = (indicator, *title, f"{indicator}/{rule}", starts, ends, by or "total")
    tail = (
        *(str(UNIT), counted_at.isoformat(timespec="seconds")),
        *(cover.deployment, cover.label, digest),
    )
    counts = {line.cell: line.values[REFERRED] for line in table}
    hidden = discretion.hidden(counts, crossed="," in by)
    for line in table:
        category = " ".join(line.cell)
        for number, measure in enumerate(MEASURES):
            held_back = number == REFERRED and line.cell in hidden
            value = WITHHELD if held_back else line.values[number]
            yield (*head, category, measure, value, *tail)
