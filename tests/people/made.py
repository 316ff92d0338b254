"""People made for tests: invented numbers only."""

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from people import consent, identity
from people.consent import Ground
from people.models import Person
from tests.journal import lines as journal

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def number(index: int = 1, calling: str = "254") -> str:
    """+25471100xxxx, one per index."""
    return f"+{calling}71100{index:04d}"


def person(index: int = 1, **changes: object) -> Person:
    """Somebody who asked for messages by SMS."""
    made = consent.begin(number(index), Ground("sms-optin", "START, then YES", NOON, language="sw"))
    if changes:
        Person.objects.filter(pk=made.pk).update(**changes)
        made.refresh_from_db()
    return made


def stop_token(index: int = 1) -> str:
    return identity.suppression_token(f"tel:{number(index)}")


def journal_stop(**body: object) -> None:
    """One opt-out as a door leaves it in the table."""
    line: dict[str, object] = {
        "at": NOON.timestamp(),
        "g": "sim",
        "st": stop_token(),
        "sender": "NJIA",
        "how": "word",
        "c": "KE",
    } | body
    journal.write("opt-out", line)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """A list as a spreadsheet would leave it."""
    file = folder / "list.csv"
    file.write_bytes(text.encode(encoding))
    return file


def workbook(folder, *sheets):
    """A workbook of sheets of rows, each cell as its Python value."""
    file = folder / "list.xlsx"
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in rows.items() if isinstance(rows, dict) else enumerate(rows):
                sheet.write_row(at, 0, row)
    return file


def lines(first: int, last: int) -> str:
    """A list of these numbers."""
    return "phone\n" + "".join(f"{number(index)}\n" for index in range(first, last))
