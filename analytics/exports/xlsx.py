"""Sheets as a workbook, row by row to the disk: a million rows take no more memory than ten."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from analytics.exports.cover import Cover
from analytics.exports.sheets import Column, Form, Row, Sheet
from analytics.exports.tidy import neutral

MOST_ROWS = 1_048_576  # of a sheet
NAME = 31  # letters of a sheet's name
EVERY = 1_000  # rows between two words on how far it is
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBERS = {Form.TEXT: "@", Form.WHOLE: "#,##0", Form.SHARE: "0.0%", Form.DAY: "yyyy-mm-dd"}
Tell = Callable[[int], None]


def silent(_rows: int) -> None:
    """For who does not ask how far it is."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Of one workbook."""

    title: Any
    note: Any
    warning: Any
    head: Any
    cells: dict[Form, Any]


def write(
    path: Path,
    cover: Cover,
    sheets: Iterable[Sheet],
    *,
    tell: Tell = silent,
    mirrored: bool = False,
) -> int:
    """Write a workbook; how many rows. `tell` hears the rows so far and may raise to stop it.

    `mirrored`: columns go from right to left.
    """
    options = {"constant_memory": True, "tmpdir": str(path.parent), **PLAIN}
    written = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": cover.title(), "comments": "\n".join(cover.notes())})
        formats = _formats(book)
        for sheet in sheets:
            page = _Page(book, formats, cover, mirrored=mirrored)
            written = page.fill(sheet, written, tell)
    return written


def _formats(book: Any) -> Formats:  # noqa: ANN401 - xlsxwriter has no types
    cell = {"valign": "top", "font_size": 10}
    rule = {"bottom": 1, "bottom_color": "#0b5f57"}
    head = {"bold": True, "text_wrap": True, "bg_color": "#dcebe9", "valign": "vcenter", **rule}
    return Formats(
        title=book.add_format({"bold": True, "font_size": 14, "font_color": "#084841"}),
        note=book.add_format({"font_size": 9, "font_color": "#555555"}),
        warning=book.add_format({"bold": True, "font_color": "#b3261e"}),
        head=book.add_format({**head, "font_size": 10}),
        cells={
            form: book.add_format({**cell, "num_format": pattern, "text_wrap": form is Form.TEXT})
            for form, pattern in NUMBERS.items()
        },
    )


class _Page:
    """One sheet, and those it goes on in when it is full."""

    def __init__(self, book: Any, formats: Formats, cover: Cover, *, mirrored: bool) -> None:  # noqa: ANN401
        self.book, self.formats, self.cover, self.mirrored = book, formats, cover, mirrored

    def fill(self, sheet: Sheet, written: int, tell: Tell) -> int:
        """Write all rows; how many were written in the workbook so far."""
        rows, number = iter(sheet.rows), 1
        for first in rows:
            page, at = self._begin(sheet, number)
            last = at
            for last, row in enumerate(islice(chain([first], rows), MOST_ROWS - at), at):
                self._row(page, last, row, sheet.columns)
                written += 1
                if written % EVERY == 0:
                    tell(written)
            page.autofilter(at - 1, 0, last, len(sheet.columns) - 1)
            number += 1
        if number == 1:
            self._begin(sheet, number)
        tell(written)
        return written

    def _begin(self, sheet: Sheet, number: int) -> tuple[Any, int]:
        """A page with its head; where its rows begin."""
        more = f" {number}" if number > 1 else ""
        page = self.book.add_worksheet(sheet.name[: NAME - len(more)] + more)
        if self.mirrored:
            page.right_to_left()
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        page.write_string(0, 0, neutral(f"{self.cover.title()} · {sheet.name}"), self.formats.title)
        at = self._notes(page, sheet)
        page.set_row(at, 32)
        for place, column in enumerate(sheet.columns):
            page.write_string(at, place, neutral(column.title), self.formats.head)
        page.freeze_panes(at + 1, sheet.keep)
        _printed(page, self.cover, at)
        return page, at + 1

    def _notes(self, page: Any, sheet: Sheet) -> int:  # noqa: ANN401
        """What the reader must know; where the head of the columns comes."""
        notes = [*self.cover.notes(), *([sheet.note] if sheet.note else [])]
        warned = self.cover.notes()[-1] if self.cover.demonstration else ""
        for at, note in enumerate(notes, 1):
            form = self.formats.warning if note == warned else self.formats.note
            page.write_string(at, 0, neutral(note), form)
        return len(notes) + 2

    def _row(self, page: Any, at: int, row: Row, columns: Sequence[Column]) -> None:  # noqa: ANN401
        for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
            form = self.formats.cells[column.form]
            if cell is None:
                continue
            if isinstance(cell, date):
                page.write_datetime(at, place, cell, self.formats.cells[Form.DAY])
            elif isinstance(cell, int | float):
                page.write_number(at, place, cell, form)
            else:
                page.write_string(at, place, neutral(cell), form)


def _printed(page: Any, cover: Cover, head: int) -> None:  # noqa: ANN401
    """Landscape, as wide as the paper, the head on each page, what it is at the foot."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    label = " · DEMONSTRATION" if cover.demonstration else ""
    page.set_footer(f"&L&8{cover.deployment.replace('&', '&&')}{label}&R&8&P / &N")
