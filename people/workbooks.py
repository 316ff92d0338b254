"""A list kept as a workbook becomes a list as text, row by row: one reader for both, and memory that stays flat.

Nothing is evaluated: a formula is its text. A row keeps its number. Reading costs about 40 s a million rows of
five columns, once.
"""

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext_noop
from openpyxl.utils.exceptions import InvalidFileException

from people.lists import BadList

ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 2 << 30  # bytes: a million rows of five columns are a quarter of a gigabyte
MOST_PARTS = 1000
BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    EOFError, NotImplementedError, InvalidFileException,
)  # fmt: skip


def is_one(path: Path) -> bool:
    """Whether the file is a workbook. Raises BadList for one of before 2007 or with a password."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == OLD:
        raise BadList(
            gettext_noop(
                "The workbook has a password or is in the form of before 2007. Save it as .xlsx without a password."
            )
        )
    return start == ZIP


def check(path: Path) -> int:
    """About how many rows the workbook holds. Raises BadList where it is damaged or far too large."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except BROKEN:
        raise _damaged() from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise BadList(gettext_noop("The workbook is far too large when unpacked. Split it."))
    with _sheet(path) as sheet:
        return int(sheet.max_row or 0)


def unpack(book: Path, into: Path) -> None:
    """Write its sheet as lines of text, 0600. Raises BadList."""
    into.touch(mode=0o600)
    with _sheet(book) as sheet, into.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text, lineterminator="\n")
        for cells in sheet.iter_rows(values_only=True):
            out.writerow([_text(cell) for cell in cells] or [""])


@contextmanager
def _sheet(path: Path) -> Iterator[Any]:
    """The first sheet with something in its first row. Raises BadList for whatever cannot be read in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about validations and styles, which nobody reads here
            with (
                path.open("rb") as raw,
                closing(openpyxl.load_workbook(raw, read_only=True)) as book,
            ):
                yield next(filter(_begins, book.worksheets), book.worksheets[0])
    except BROKEN:
        raise _damaged() from None


def _begins(sheet: Any) -> bool:  # noqa: ANN401 - openpyxl has no types
    return any(any(cells) for cells in sheet.iter_rows(max_row=1, values_only=True))


def _damaged() -> BadList:
    return BadList(gettext_noop("The workbook cannot be read: open it and save it as .xlsx again."))


def _text(cell: object) -> str:
    """A cell as somebody sees it; 2.54711000001E11 is a number written out, a line end is a blank."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):  # and a moment, which is a date too
        return cell.isoformat()[:10]
    if cell is None or isinstance(cell, (bool, int, float)):
        return "" if cell is None else str(cell)
    return "="  # an array formula or another thing that is no content
