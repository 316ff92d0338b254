"""A translator at a desk: takes a sheet of the small house, writes into it, brings it back."""

from io import BytesIO
from typing import Any

import openpyxl
import polib

from campaigns.writing import translating
from campaigns.writing.exchange import intake, po, review, rows, xlsx
from campaigns.writing.exchange.intake import Looked
from people import languages
from people.models import Staff
from tests.campaigns.house import AT, House

SAID, STILL = xlsx.COLUMNS.index(xlsx.SAID) + 1, xlsx.COLUMNS.index(xlsx.STILL) + 1
MARK = len(xlsx.COLUMNS)


class Desk:
    """One language of the house."""

    def __init__(self, house: House, language: str = "sw") -> None:
        self.house, self.language = house, language
        self.tongue = languages.known()[language]

    def there(self) -> list[translating.Standing]:
        return translating.standings(self.language, ["KE"])

    def workbook(self, *, everything: bool = True) -> bytes:
        return xlsx.write(rows.rows(self.there(), everything=everything), self.tongue)

    def catalogue(self, *, everything: bool = True) -> bytes:
        return po.write(rows.rows(self.there(), everything=everything), self.tongue)

    def review(self) -> bytes:
        return review.write(self.there(), self.tongue)

    def look(self, raw: bytes) -> Looked:
        return intake.look(raw, self.there(), self.house.bench(), self.language)

    def bring(self, raw: bytes, *, by: Staff | None = None, reader: str = "") -> tuple[int, int]:
        by = by or self.house.translator
        packed = intake.pack(self.look(raw), reader, language=self.language, by=by)
        parcel = intake.unpack(packed, language=self.language, by=by)
        return intake.bring_in(parcel, self.language, bench=self.house.bench(), by=by, at=AT)


class Book:
    """A workbook in the hands of somebody who edits it."""

    def __init__(self, raw: bytes) -> None:
        self.book = openpyxl.load_workbook(BytesIO(raw))

    def place(self, item: str, field: str) -> tuple[Any, int]:
        """The sheet and the row of a field."""
        for sheet in self.book.worksheets:
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                values = list(row)
                if item in values[:1] and field in values[1:3]:
                    return sheet, number
        raise LookupError(item, field)

    def put(self, item: str, field: str, value: Any, column: int = SAID) -> int:
        """Write into the row of a field; its number."""
        sheet, number = self.place(item, field)
        cell = sheet.cell(number, column)
        cell.value = value
        if isinstance(value, str) and value.startswith("=") and column == SAID:
            cell.data_type = "s"  # typed into a cell that is formatted as text
        return number

    def raw(self) -> bytes:
        packed = BytesIO()
        self.book.save(packed)
        return packed.getvalue()


def edited(raw: bytes, **fields: Any) -> bytes:
    """The workbook with the fields of faq-001 changed."""
    book = Book(raw)
    for field, value in fields.items():
        book.put("faq-001", field.replace("_", " "), value)
    return book.raw()


def po_edited(raw: bytes, *, unfuzzy: bool = False, **fields: str) -> bytes:
    file = polib.pofile(raw.decode())
    for entry in file:
        name = str(entry.msgctxt).removeprefix("faq-001.").replace(" ", "_")
        if name in fields:
            entry.msgstr = fields[name]
        if unfuzzy:
            entry.flags = []
    return str(file).encode()


def told(looked: Looked) -> list[tuple[int, str, str, str]]:
    """(row, item, field, sentence) of everything that is wrong."""
    return [(one.row, one.item, one.field, one.sentence()) for one in looked.preview.faults]


def sentences(looked):
    return [sentence for _row, _item, _field, sentence in told(looked)]
