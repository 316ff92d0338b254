"""An uploaded workbook as plain tables of text: nothing is computed, nothing huge is opened, faults by row."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext_noop

from campaigns.writing.exchange.rows import BadSheet, Fault, fault

MOST_ROWS = 20_000
MOST_UNPACKED = 80 * 1024 * 1024  # bytes; a sheet of MOST_ROWS rows of long texts takes half of it
LOCKED = b"\xd0\xcf\x11\xe0"  # how a workbook with a password begins: it is no zip any more
ZIP = b"PK"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+(\d+)[^"]*)"')
HEX = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how workbooks write a character that XML cannot hold
BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
    EOFError, OSError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its number in the sheet, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header row."""

    sheet: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def tables(raw: bytes, known: frozenset[str]) -> tuple[list[Table], list[Fault]]:
    """The sheets whose first row holds one of the `known` columns, and what is wrong in their cells.

    Sheets without any known column are somebody's notes and are passed over. Raises BadSheet.
    """
    _open_safely(raw)
    faults: list[Fault] = _merged(raw)
    found: list[Table] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about validations and styles, which nobody reads here
            book = openpyxl.load_workbook(BytesIO(raw), read_only=True, data_only=False)
            for sheet in book.worksheets:
                table, wrong = _table(sheet, known)
                found += [table] if table else []
                faults += wrong
            book.close()
    except BROKEN as error:
        said = gettext_noop("the file cannot be read as a workbook; save it as .xlsx again.")
        raise BadSheet([fault(said)]) from error
    return found, faults


def _open_safely(raw: bytes) -> None:
    """Refuse what is locked, no workbook, too large when unpacked, or holds definitions of its own."""
    if raw.startswith(LOCKED):
        raise BadSheet([fault(gettext_noop("the file is locked by a password; save it without."))])
    if not raw.startswith(ZIP):
        raise BadSheet([fault(gettext_noop("the file is neither .xlsx nor .po."))])
    try:
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            _look_inside(packed)
    except BROKEN as error:
        if isinstance(error, BadSheet):
            raise
        raise BadSheet(
            [fault(gettext_noop("the file is damaged; download and save it again."))]
        ) from error


def _look_inside(packed: zipfile.ZipFile) -> None:
    members = packed.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise BadSheet([fault(gettext_noop("the file is locked by a password; save it without."))])
    if len(members) > 1000 or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BadSheet([fault(gettext_noop("the file is far too large when unpacked."))])
    for member in members:
        if member.filename.endswith((".xml", ".rels")) and not _is_plain(packed, member):
            raise BadSheet([fault(gettext_noop("the file holds what no workbook holds."))])


def _is_plain(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether nothing is declared before the first element, where entities that grow are declared.

    UTF-16 and long runs of blanks, which could hide a declaration, are what no program writes.
    """
    with packed.open(member) as part:
        head = part.read(65536)
    first = re.search(rb"<[A-Za-z]", head)
    return first is not None and b"<!" not in head[: first.start()] and b"\x00" not in head


def _merged(raw: bytes) -> list[Fault]:
    found = []
    with zipfile.ZipFile(BytesIO(raw)) as packed:
        for member in packed.infolist():
            if member.filename.startswith("xl/worksheets/"):
                for cells, row in MERGED.findall(packed.read(member)):
                    said = gettext_noop("the cells {cells} are merged; take them apart.")
                    found.append(fault(said, row=int(row), cells=cells.decode()))
    return found


def _table(sheet: Any, known: frozenset[str]) -> tuple[Table | None, list[Fault]]:  # noqa: ANN401 - untyped
    if not hasattr(sheet, "reset_dimensions"):
        return None, []  # a sheet of charts
    sheet.reset_dimensions()
    faults: list[Fault] = []
    lines = _lines(sheet, faults)
    head = next(lines, None)
    columns = {at: text.strip() for at, text in head[1].items() if text.strip()} if head else {}
    if not known & {re.sub(r" \(.*\)$", "", name) for name in columns.values()}:
        return None, []
    twice = {name for name in columns.values() if list(columns.values()).count(name) > 1}
    for name in sorted(twice):
        said = gettext_noop("the column {column} stands there twice.")
        faults.append(fault(said, sheet=sheet.title, row=1, column=name))
    body = tuple(
        Line(number, {name: cells.get(at, "") for at, name in columns.items()})
        for number, cells in lines
        if any(text.strip() for text in cells.values())
    )
    return Table(sheet.title, tuple(columns.values()), body), faults


def _lines(sheet: Any, faults: list[Fault]) -> Iterator[tuple[int, dict[int, str]]]:  # noqa: ANN401
    """Row by row what is written; a fault for a cell that is no text."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS + 1:
            said = gettext_noop("the sheet has more than {most} rows; send it in parts.")
            faults.append(fault(said, sheet=sheet.title, row=number, most=f"{MOST_ROWS:,}"))
            return
        cells = {}
        for at, cell in enumerate(row):
            if cell.value is None:
                continue
            text, said = _text(cell)
            cells[at] = text
            if said:
                faults.append(fault(said, sheet=sheet.title, row=number, cell=cell.coordinate))
        yield number, cells


FORMULA = gettext_noop("cell {cell} holds a formula; write the words themselves.")
NO_TEXT = gettext_noop(
    "cell {cell} holds a date or a sign of an error, not words; format it as text."
)


def _text(cell: Any) -> tuple[str, str]:  # noqa: ANN401
    """What is written in a cell, and what is wrong with it."""
    value = cell.value
    if cell.data_type == "f":
        return "", FORMULA
    if cell.data_type == "s" or isinstance(value, str):
        return (value, NO_TEXT) if cell.data_type == "e" else (_unescaped(str(value)), "")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.10g}", ""
    return str(value), NO_TEXT


def _unescaped(text: str) -> str:
    return HEX.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
