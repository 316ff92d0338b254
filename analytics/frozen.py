"""Numbers as text that comes out the same wherever it is made: canonical JSON, one cell of a table a line.

This is what a period is closed with, what its digest covers and what an auditor's recount is held against.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from analytics import figures
from analytics.counting import NOBODY, Numbers, Reached, Table
from analytics.questions import By, Cell

CROSSED: tuple[By, ...] = (("sex", "age_band"), ("country", "sex", "age_band"))
SETS: tuple[By, ...] = (*figures.SETS, *CROSSED)  # the total and every breakdown that is frozen
MEASURES = tuple(figures.columns(NOBODY))
Row = tuple[By, Cell, dict[str, int]]  # a cell as it is written, with every measure


def canonical(value: object) -> str:
    """The one way of writing a value: keys in order, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write(table: Table) -> str:
    """Every cell of a table, in one order: the total first, then by the breakdown's names and the cell's words."""
    cells = [
        (len(by), by, cell, numbers) for by, rows in table.items() for cell, numbers in rows.items()
    ]
    return "".join(
        line(by, cell, figures.columns(numbers))
        for _, by, cell, numbers in sorted(cells, key=_place)
    )


def _place(row: tuple[int, By, Cell, Numbers]) -> tuple[int, By, Cell]:
    return row[:3]


def line(by: By, cell: Cell, columns: Mapping[str, int]) -> str:
    return canonical({"by": list(by), "cell": list(cell), **columns}) + "\n"


def lines(text: str) -> Iterator[Row]:
    """What `line` wrote. Raises ValueError for what it cannot have written."""
    return rows(text.split("\n")[:-1])


def rows(written: Iterable[str]) -> Iterator[Row]:
    """As `lines`, of lines that come one by one."""
    for number, one in enumerate(written, start=1):
        try:
            told = json.loads(one)
            columns = {name: int(told[name]) for name in MEASURES}
            yield tuple(map(str, told["by"])), tuple(map(str, told["cell"])), columns
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"Line {number} is no cell of a table.") from error


def read(text: str) -> Table:
    """The table of a text that `write` made; breakdowns without any cell are there, empty."""
    return table_of(lines(text))


def table_of(found: Iterable[Row]) -> Table:
    """As `read`, of cells that come one by one."""
    table: Table = {by: {} for by in SETS}
    for by, cell, columns in found:
        table.setdefault(by, {})[cell] = numbers(columns)
    table[()].setdefault((), NOBODY)
    return table


def total(text: str) -> Numbers:
    """The first cell of a text that `write` made, without reading the others."""
    for by, _cell, columns in lines(text[: text.find("\n") + 1]):
        return numbers(columns) if not by else NOBODY
    return NOBODY


def numbers(columns: Mapping[str, int]) -> Numbers:
    """The value whose columns these are."""
    return Numbers(
        **{name: columns[name] for name in figures.PLAIN},
        reached=Reached(columns["unique"], columns["first_time"], columns["cumulative"]),
        unlinked=Reached(
            columns["unlinked_unique"],
            columns["unlinked_first_time"],
            columns["unlinked_cumulative"],
        ),
    )


def countries(table: Table) -> tuple[str, ...]:
    """Where anybody of a table was met."""
    return tuple(sorted(cell[0] for cell in table[("country",)] if cell[0] != "unknown"))


def added(table: Table, deltas: str) -> Table:
    """The table with the deltas of a restatement on it; cells that come to nothing are left out."""
    found = {by: dict(cells) for by, cells in table.items()}
    for by, cell, more in lines(deltas):
        old = figures.columns(found.setdefault(by, {}).get(cell, NOBODY))
        found[by][cell] = numbers({name: old[name] + more[name] for name in MEASURES})
        if found[by][cell] == NOBODY and by:
            del found[by][cell]
    return found


def deltas(old: Table, new: Table) -> str:
    """What has to be added to the one to get the other, cells without a change left out."""
    found = []
    for by in {**old, **new}:
        before, after = old.get(by, {}), new.get(by, {})
        for cell in {**before, **after}:
            less = figures.columns(before.get(cell, NOBODY))
            more = figures.columns(after.get(cell, NOBODY))
            change = {name: more[name] - less[name] for name in MEASURES}
            if any(change.values()):
                found.append((len(by), by, cell, change))
    found.sort(key=lambda row: row[:3])
    return "".join(line(by, cell, change) for _, by, cell, change in found)


# --- from targeted to reached ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """A bar of the waterfall: `level` stands from zero, the others lead from one level to the next."""

    code: str
    value: int
    level: bool


def waterfall(table: Table) -> tuple[Step, ...]:
    """From targeted to reached in unique numbers; the steps between two levels sum to their difference."""
    total = table[()][()]
    return (
        Step("targeted", total.targeted, level=True),
        Step("not-sent", total.sent - total.targeted, level=False),
        Step("sent", total.sent, level=True),
        Step("no-receipt", total.delivered - total.sent, level=False),
        Step("delivered", total.delivered, level=True),
        Step("other-ways", total.reached.unique - total.delivered, level=False),
        Step("reached", total.reached.unique, level=True),
    )
