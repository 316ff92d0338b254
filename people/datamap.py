"""The data map: every place of the product that can hold something of a person, one line a place.

It lies in `seed/data_map.csv`, tables of rooms above as words, because nothing may import upward. A test walks
all tables of the product and fails when a column is not named there; a table that holds nothing of anybody says
so in one line. `docs/privacy.md` shows the map (`as_table`).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.utils.translation import override

from people.keeping import KINDS

FILE = Path(__file__).parent / "seed" / "data_map.csv"
ALL = "*"  # in the place of columns: a table that holds nothing of anybody


class What(StrEnum):
    """What a column holds; the value is its word in the file."""

    TOKEN = "token"  # noqa: S105 - a word
    STOP_TOKEN = "stop token"  # noqa: S105 - of the suppression key
    NUMBER = "number"
    TEXT = "text"  # words of a person
    LINE = "line"  # of the journal: token, sealed number, sealed words
    PROFILE = "profile"
    SUBJECT = "subject"
    REFERENCE = "reference"  # of a provider, who knows whose it is
    NOTE = "note"  # words of staff, which may tell of a person
    STAFF = "staff"
    BROWSER = "browser"  # its network address
    NOTHING = "nothing"


class Fate(StrEnum):
    """What becomes of it when the person asks to be forgotten; the value is its word in the file."""

    DELETED = "deleted"
    TOMBSTONE = "tombstone"
    EMPTIED = "emptied"
    SCRUBBED = "scrubbed"
    PASSES = "passes"
    STAYS = "stays"
    NOBODY = "nobody"
    NONE = "none"


FATES = {
    Fate.DELETED: "deleted at once",
    Fate.TOMBSTONE: "emptied at once, a random tombstone in the token's place",
    Fate.EMPTIED: "emptied within five minutes",
    Fate.SCRUBBED: "the line is removed within an hour",
    Fate.PASSES: "goes by itself when its time is over",
    Fate.STAYS: "stays",
    Fate.NOBODY: "stays and leads to nobody",
    Fate.NONE: "does not concern them",
}


@dataclass(frozen=True, slots=True)
class Held:
    """One place. `place`: a table as `app.Model`, or words for a place outside the database.

    `kept`: a code of people.keeping.KINDS, or words where something else ends it.
    """

    place: str
    columns: tuple[str, ...]
    what: What
    why: str
    kept: str
    forgotten: Fate
    seen_by: str

    @property
    def is_table(self) -> bool:
        return "." in self.place

    @property
    def how_long(self) -> str:
        """In plain English, with this deployment's period."""
        kind = KINDS.get(self.kept)
        if kind is None:
            return self.kept
        hours = kind.age.total_seconds() / 3600
        age = f"{kind.age.days} days" if kind.age.days else f"{hours:g} hours" if hours else ""
        with override("en"):
            return f"{age} {kind.since}".strip()


@lru_cache(maxsize=1)
def rows() -> tuple[Held, ...]:
    """The whole map. Raises ValueError for a word that is none."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return tuple(_held(**row) for row in csv.DictReader(stream))


def _held(place: str, columns: str, what: str, forgotten: str, **words: str) -> Held:
    names = tuple(columns.split()) if "." in place else (columns,)
    return Held(place, names, What(what), forgotten=Fate(forgotten or Fate.NONE), **words)


def held() -> Iterator[Held]:
    """The places that hold something."""
    return (row for row in rows() if row.what is not What.NOTHING)


def columns(*kinds: What) -> Iterator[tuple[str, str]]:
    """(table, column) of each column that holds such a thing."""
    for row in held():
        if row.what in kinds and row.is_table:
            yield from ((row.place, name) for name in row.columns)


def as_table() -> str:
    """The map in Markdown, for docs/privacy.md."""
    head = "| where | what | why | how long | when forgotten | who sees it |\n|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| {row.place}: {', '.join(row.columns)} | {row.what} | {row.why} | {row.how_long} "
        f"| {FATES[row.forgotten]} | {row.seen_by} |\n"
        for row in held()
    )
