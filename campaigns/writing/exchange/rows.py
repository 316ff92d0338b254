"""The rows of a sheet: one field of one item each, with its English, and a mark that tells what was edited.

Ways of asking have a row each, not a cell together: nobody can work with twenty lines in one cell of a
spreadsheet, a phone shows a row, and whatever is wrong can be told by its row.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from campaigns.editions.content import FAQ
from campaigns.editions.problems import About, Problem, Refused
from campaigns.press.drafts import words
from campaigns.writing.text_fields import (
    BACK,
    ENOUGH,
    LIMITS,
    OPTION,
    PHRASING,
    SMS,
    USSD,
    cells,
    family,
    fields,
    numbered,
)
from campaigns.writing.translating import OPEN, Standing, State

STALE_SIGN = "s"


class Mark(NamedTuple):
    """What a row was made from: digests of the English item and of its own words; whether it was stale."""

    english: str
    own: str
    stale: bool = False

    def __str__(self) -> str:
        return f"{self.english}.{self.own}{'.' + STALE_SIGN if self.stale else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row that goes out."""

    item: str
    kind: str
    field: str
    english: str
    said: str
    note: str
    mark: Mark

    @property
    def name(self) -> str:
        return f"{self.item}.{self.field}"


@dataclass(frozen=True, slots=True)
class Came:
    """One row that came back: `number` as the reader's program counts, `still`: right though stale."""

    sheet: str
    number: int
    item: str
    field: str
    said: str
    mark: Mark | None
    still: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, or with the whole file (row 0)."""

    problem: Problem
    sheet: str = ""
    row: int = 0
    item: str = ""
    field: str = ""

    def sentence(self) -> str:
        return self.problem.sentence()


class BadSheet(Refused):
    """A file that cannot be read as a sheet; `faults` say all that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(fault.problem for fault in self.faults)


def fault(said: str, *, sheet: str = "", row: int = 0, **values: str) -> Fault:
    """A fault of the file or of one row, before it is known what the row is about."""
    return Fault(Problem(said, About.TEXT, values=values), sheet, row)


def normal(text: str) -> str:
    """As two texts are compared: programs change ends of lines and blanks around a text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def own(text: str) -> str:
    """The digest of one cell."""
    return hashlib.sha256(normal(text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_mark(text: str) -> Mark | None:
    """None for what is no mark: somebody cleared the hidden column, or sorted only a part of the sheet."""
    parts = text.strip().split(".")
    if len(parts) not in (2, 3) or len(parts[0]) != 16 or len(parts[1]) != 12:
        return None
    return Mark(parts[0], parts[1], parts[2:] == [STALE_SIGN])


def said_now(row: Standing) -> dict[str, str]:
    """The cells of the newest text; none where there is no text."""
    return cells(words(row.text), row.text.back, row.item.kind) if row.text else {}


def english_now(row: Standing) -> dict[str, str]:
    found = cells(words(row.english), "", row.item.kind)
    return {field: said for field, said in found.items() if field != BACK}


def names(row: Standing) -> list[str]:
    """The fields of the item that a sheet has rows for."""
    english, said = english_now(row), said_now(row)
    found: list[str] = []
    for field in fields(row.item.kind):
        if field in (OPTION, PHRASING):
            found += [numbered(field, n) for n in range(1, _number(row, field) + 1)]
        elif field not in (SMS, USSD) or english.get(field) or said.get(field):
            found.append(field)
    return found


def _number(row: Standing, field: str) -> int:
    """How many rows a numbered field gets: an answer has room for all the ways of asking it needs."""
    several = "options" if field == OPTION else "phrasings"
    texts = [row.english, row.text] if row.text else [row.english]
    most = max(len(getattr(text, several)) for text in texts)
    return max(most, ENOUGH) if field == PHRASING and row.item.kind == FAQ else most


def rows(standings: Iterable[Standing], *, everything: bool = False) -> list[Row]:
    """What goes out: texts that somebody has to write, or all of them."""
    return [
        row
        for standing in standings
        if everything or standing.state in OPEN
        for row in _rows(standing)
    ]


def _rows(standing: Standing) -> Iterator[Row]:
    english, said = english_now(standing), said_now(standing)
    stale = standing.state is State.STALE
    for field in names(standing):
        words_now = said.get(field, "")
        yield Row(
            item=standing.item.code,
            kind=str(standing.item.get_kind_display()),
            field=field,
            english=english.get(field, ""),
            said=words_now,
            note=_note(standing, field),
            mark=Mark(standing.english.digest, own(words_now), stale),
        )


def _note(standing: Standing, field: str) -> str:
    notes = [str(standing.word)]
    if most := LIMITS.get(family(field)):
        notes.append(_("{most} characters at most").format(most=most))
    if field == BACK:
        notes.append(_("say in English what your text says"))
    if standing.text and standing.text.remark:
        notes.append(standing.text.remark)
    return "; ".join(notes)


def is_phrasing(row: Row) -> bool:
    return family(row.field) == PHRASING


def by_item(came: Iterable[Came]) -> Mapping[str, list[Came]]:
    found: dict[str, list[Came]] = {}
    for row in came:
        found.setdefault(row.item, []).append(row)
    return found
