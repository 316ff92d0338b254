"""The translator's workbook: rules in plain words, texts, ways of asking. Cells of text alone, never formulas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.exports.xlsx import PLAIN_TEXT
from campaigns.editions.content import SHORT
from campaigns.writing.exchange.rows import Came, Fault, Row, fault, is_phrasing, read_mark
from campaigns.writing.exchange.tables import Table
from campaigns.writing.text_fields import SHORT_LABEL
from people.languages import Language

RULES, TEXTS, PHRASINGS = "Read me", "Texts", "Ways of asking"
ITEM, KIND, FIELD, ENGLISH, SAID, NOTE, STILL, MARK = (
    "item", "kind", "field", "English", "translation", "note", "still right", "mark",
)  # fmt: skip
NEEDED = (ITEM, FIELD, SAID, MARK)
COLUMNS = (ITEM, KIND, FIELD, ENGLISH, SAID, NOTE, STILL, MARK)
WIDTHS = (14, 14, 11, 60, 60, 30, 9, 2)
Untyped = Any  # xlsxwriter tells no types
NO_COLUMNS = gettext_noop("no sheet has the columns {columns}.")


def rules(language: Language) -> list[str]:
    """What a translator must know, in the language of the page that made the sheet."""
    name = f"{language.autonym} ({language.code})"
    return [
        _("Texts of Njia Salama in {language}").format(language=name),
        _("Write into the column “translation” only. All other cells are locked."),
        _("Words in braces such as {hotline} are filled by the programme: keep every one exactly as it is."),
        _("Never type a phone number, a figure or a key to press."),
        _("Short, plain, friendly. Sentences under 15 words. “You”. No blame, no fear."),
        _("A label (field short) has 20 characters at most."),
        _("A text should fit two SMS in Latin letters, four in Ethiopic or Arabic ones. What is too long is told when you bring the sheet back."),
        _("Field back: say in English what your text says, for an approver who does not read the language."),
        _("Sheet “Ways of asking”: not translations. Write short words people really type, slips and mixed words welcome, 20 or more for each answer."),
        _("The note says “English changed since” where an older translation stands. Change it, or write x into “still right” if it still says the same."),
        _("Do not add columns, do not merge cells, do not delete the hidden last column: it tells which English your text was made from."),
        _("What you leave empty stays missing. An item with only some of its fields filled is refused."),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns with their widths in letters; those that are written into; how many stay in sight."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    free: tuple[str, ...]
    fixed: int


LAYOUT = Layout(COLUMNS, WIDTHS, (SAID, STILL), fixed=3)


def write(rows: Sequence[Row], language: Language) -> bytes:
    """The workbook; raises nothing. Text is written as text: a cell that begins with = is no formula."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, **PLAIN_TEXT}) as book:
        for sheet, phrasings in zip(begin(book, rules(language)), (False, True), strict=True):
            own = [row for row in rows if is_phrasing(row) == phrasings]
            lines = [
                (row.item, row.kind, row.field, row.english, row.said, row.note, "", str(row.mark))
                for row in own
            ]
            fill(book, sheet, LAYOUT, lines, language)
            _warn(sheet, own)
    return packed.getvalue()


def begin(book: Untyped, rules: Iterable[str]) -> tuple[Untyped, Untyped]:
    """The sheets of texts and of ways of asking, and behind them what a reader must know."""
    texts, asking = book.add_worksheet(TEXTS), book.add_worksheet(PHRASINGS)
    readme = book.add_worksheet(RULES)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    readme.set_column(0, 0, 100, wrapped)
    for number, rule in enumerate(rules):
        readme.write_string(number, 0, rule, wrapped)
    return texts, asking


def fill(
    book: Untyped,
    sheet: Untyped,
    layout: Layout,
    lines: Iterable[Sequence[str]],
    language: Language,
) -> None:
    """Heads and lines; locked but for the columns that are written into."""
    plain = {"text_wrap": True, "valign": "top", "num_format": "@"}  # what is typed stays text
    order = 2 if language.direction == "rtl" else 1
    shown = book.add_format(plain)
    free = book.add_format(
        {**plain, "locked": False, "bg_color": "#fff6e3", "reading_order": order}
    )
    head = book.add_format({"bold": True, "bg_color": "#dcebe9", "text_wrap": True})
    for at, (name, width) in enumerate(zip(layout.columns, layout.widths, strict=True)):
        sheet.set_column(at, at, width, None, {"hidden": True} if name == MARK else {})
        sheet.write_string(0, at, f"{SAID} ({language.code})" if name == SAID else name, head)
    for number, line in enumerate(lines, 1):
        for at, value in enumerate(line):
            sheet.write_string(
                number, at, value, free if layout.columns[at] in layout.free else shown
            )
    sheet.freeze_panes(1, layout.fixed)
    sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})


def _warn(sheet: Untyped, rows: Sequence[Row]) -> None:
    """A warning where a label grows too long."""
    title = _("Too long")
    told = _("A label has {most} characters at most.").format(most=SHORT)
    for number, row in enumerate(rows, 1):
        if row.field == SHORT_LABEL:
            at = COLUMNS.index(SAID)
            sheet.data_validation(number, at, number, at, {
                "validate": "length", "criteria": "<=", "value": SHORT, "error_type": "warning",
                "error_title": title[:32], "error_message": told[:255],
            })  # fmt: skip


def read(
    found: Iterable[Table], faults: Sequence[Fault], language: str
) -> tuple[list[Came], list[Fault]]:
    """The rows that came back, and what is wrong with columns and cells; `faults`: of cells, found before.

    An item with a cell that cannot be read is left alone: its other rows would only seem wrong too.
    """
    came: list[Came] = []
    wrong = list(faults)
    for table in found:
        columns = columns_wrong(table, NEEDED, COLUMNS, language)
        wrong += columns
        if not columns:
            came += _rows(table, language)
    return without_broken(came, wrong)


def without_broken(came: Sequence[Came], faults: Iterable[Fault]) -> tuple[list[Came], list[Fault]]:
    """The rows of items all of whose cells can be read; and the faults with item and field of their rows."""
    rows = {(row.sheet, row.number): row for row in came}
    placed = [
        replace(one, item=row.item, field=row.field)
        if (row := rows.get((one.sheet, one.row)))
        else one
        for one in faults
    ]
    broken = {one.item for one in placed if one.item}
    return [row for row in came if row.item not in broken], placed


def columns_wrong(
    table: Table, needed: Sequence[str], allowed: Sequence[str], language: str
) -> list[Fault]:
    """Columns that lack, columns nobody knows, a translation into another language."""
    names = {name.partition(" (")[0]: name for name in table.columns if name.startswith(SAID)}
    plain = [SAID if name in names.values() else name for name in table.columns]
    found = []
    for name in needed:
        if name not in plain:
            said = gettext_noop("the column {column} is missing.")
            found.append(fault(said, sheet=table.sheet, row=1, column=name))
    for name in plain:
        if name not in allowed:
            said = gettext_noop("nobody knows the column {column}; take it out.")
            found.append(fault(said, sheet=table.sheet, row=1, column=name))
    if SAID in names and names[SAID] != f"{SAID} ({language})":
        said = gettext_noop("the sheet is of another language: {column} instead of {language}.")
        found.append(fault(said, sheet=table.sheet, row=1, column=names[SAID], language=language))
    return found


def _rows(table: Table, language: str) -> list[Came]:
    said = f"{SAID} ({language})"
    return [
        Came(
            sheet=table.sheet,
            number=line.number,
            item=line.cells[ITEM].strip(),
            field=line.cells[FIELD].strip(),
            said=line.cells[said],
            mark=read_mark(line.cells[MARK]),
            still=bool(line.cells.get(STILL, "").strip()),
        )
        for line in table.lines
    ]
