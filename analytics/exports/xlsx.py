"""Sheets as a workbook, row by row to the disk: a million rows take no more memory than ten."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from analytics.exports.cover import Cover
from analytics.exports.sheets import Column, Form, Row, Sheet
from analytics.exports.tidy import neutral

MOST_ROWS = 1_048_576  # of a sheet
NAME = 31  # letters of a sheet's name
EVERY = 1_000  # rows between two words on how far it is
LINE, GAP = 13.5, 4.5  # points: a line of text, and what parts it from the next row
PAPER = 200  # letters that can be read across a landscape A4
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NUMBERS = {Form.TEXT: "@", Form.WHOLE: "#,##0", Form.SHARE: "0.0%", Form.DAY: "yyyy-mm-dd"}
RIGHT = {"align": "right", "indent": 1}  # words that stand for a number, too
WRAPPED = {"text_wrap": True}
MIRRORED = {"align": "right", "reading_order": 2}  # Latin words, too, begin at the right
SLIM = 1.1  # letters of a text to a figure, by which columns are measured
Tell = Callable[[int], None]


def silent(_rows: int) -> None:
    """For who does not ask how far it is."""


@dataclass(frozen=True, slots=True)
class Formats:
    """Of one workbook."""

    title: Any
    note: Any
    warning: Any
    heads: dict[Form, Any]
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
    options = {"constant_memory": True, "tmpdir": str(path.parent), **PLAIN_TEXT}
    written = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": cover.title(), "comments": "\n".join(cover.notes())})
        formats = _formats(book, mirrored=mirrored)
        for sheet in sheets:
            page = _Page(book, formats, cover, mirrored=mirrored)
            written = page.fill(sheet, written, tell)
    return written


def laid(form: Form, *, mirrored: bool) -> Mapping[str, Any]:
    """How cells of a column lie, its head too."""
    return {**WRAPPED, **(MIRRORED if mirrored else {})} if form is Form.TEXT else RIGHT


def _formats(book: Any, *, mirrored: bool) -> Formats:  # noqa: ANN401 - xlsxwriter has no types
    cell = {"valign": "top", "font_size": 10}
    head = {"bold": True, "bg_color": "#dcebe9", "valign": "vcenter"}
    head |= {"bottom": 1, "bottom_color": "#0b5f57", "font_size": 10}
    line = MIRRORED if mirrored else {}
    return Formats(
        title=book.add_format(
            {
                "bold": True,
                "font_size": 14,
                "font_color": "#084841",
                "align": line.get("align", "left"),
            }
        ),
        note=book.add_format({"font_size": 9, "font_color": "#555555", **line}),
        warning=book.add_format({"bold": True, "font_color": "#b3261e", **line}),
        heads={
            form: book.add_format({**head, "text_wrap": True, **laid(form, mirrored=mirrored)})
            for form in Form
        },
        cells={
            form: book.add_format({**cell, "num_format": pattern, **laid(form, mirrored=mirrored)})
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
        titles = tuple(one.title for one in sheet.columns)
        page.set_row(at, _lines(titles, sheet.columns) * LINE + 3 * GAP)
        for place, column in enumerate(sheet.columns):
            page.write_string(at, place, neutral(column.title), self.formats.heads[column.form])
        page.freeze_panes(at + 1, sheet.keep)
        _printed(page, self.cover, sheet, at)
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
        if (lines := _lines(row, columns)) > 1:  # programs differ in whether they see to it
            page.set_row(at, lines * LINE + GAP)
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


def _lines(row: Row, columns: Sequence[Column]) -> int:
    """How many lines the longest text of a row takes in its column."""
    longest = 1
    for cell, column in zip(row, columns, strict=True):
        if isinstance(cell, str) and len(cell) > column.width:
            longest = max(longest, _wrapped(cell, int(column.width * SLIM)))
    return longest


@lru_cache(maxsize=1_000)  # titles and units come in each row again
def _wrapped(text: str, width: int) -> int:
    return len(textwrap.wrap(text, width))


def _printed(page: Any, cover: Cover, sheet: Sheet, head: int) -> None:  # noqa: ANN401
    """Landscape, on as many papers side by side as can be read, the head on each, what it is at the foot."""
    width = sum(column.width for column in sheet.columns)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(ceil(width / PAPER), 0)
    page.repeat_rows(head)
    if width > PAPER:
        page.repeat_columns(0, sheet.keep - 1)
    label = " · DEMONSTRATION" if cover.demonstration else ""
    page.set_footer(f"&L&8{cover.deployment.replace('&', '&&')}{label}&R&8&P / &N")
