"""Languages of the people we speak with: names any phone can show, order per country, direction, memory.

Staff add languages and set the orders (people.offering); `seed/` holds those every installation begins with:
names and scripts of CLDR 48.2 and ISO 639-3, orders by CLDR's shares, literacy and what people on the move
speak (so Oromo and Amharic also in Djibouti, Kenya and Somalia). In `seed/menus.csv` a language that has no
menus yet stands behind those that have: the digits people learnt do not move when it comes.
Names on the first screen are ASCII because one Ethiopic or Arabic letter halves everybody's screen and old
phones lack the letters.
"""

import csv
import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from django.db import Error, connection
from numpy.typing import NDArray

from people.models import CountryMenu, Subject
from people.models import Language as Row

log = logging.getLogger(__name__)

SEED = Path(__file__).parent / "seed"
NOWHERE = ("en",)  # what a country outside the programme is offered
Direction = Literal["ltr", "rtl"]
# ISO 15924 codes of scripts that run from right to left, as Unicode 16 gives their letters
RIGHT_TO_LEFT = frozenset(
    [
        "Adlm",
        "Arab",
        "Aran",
        "Chrs",
        "Elym",
        "Hatr",
        "Hebr",
        "Mand",
        "Mend",
        "Nkoo",
        "Ougr",
        "Rohg",
        "Samr",
        "Sogd",
        "Sogo",
        "Syrc",
        "Thaa",
        "Yezi",
    ]
)


@dataclass(frozen=True, slots=True)
class Language:
    """`plain`: the name in ASCII letters, for first screens; `latin`: code of its Latin variant, or ""."""

    code: str
    iso639_3: str
    name: str
    autonym: str
    plain: str
    script: str  # ISO 15924
    direction: Direction
    latin: str = ""
    other_names: tuple[str, ...] = ()


COLUMNS = tuple(field.name for field in fields(Language))


# --- which there are -------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def seeded() -> Mapping[str, Language]:
    """The languages that every installation begins with, by code."""
    return MappingProxyType({one.code: one for one in read(SEED)})


@lru_cache(maxsize=1)
def seeded_orders() -> Mapping[str, tuple[str, ...]]:
    """Country -> languages of its menu that every installation begins with; the first is the default."""
    return MappingProxyType(read_orders(SEED))


def read(folder: Path) -> list[Language]:
    """The languages of `folder`/languages.csv. Raises OSError, KeyError for a missing column."""
    rows: Iterator[dict[str, Any]] = _rows(folder / "languages.csv", COLUMNS)
    return [_language({**row, "other_names": row["other_names"].split("|")}) for row in rows]


def read_orders(folder: Path) -> dict[str, tuple[str, ...]]:
    """Country -> languages of `folder`/menus.csv. Raises as `read`."""
    rows = _rows(folder / "menus.csv", ("country", "languages"))
    return {row["country"]: tuple(row["languages"].split()) for row in rows}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            yield {name: row[name] for name in columns}


def _language(row: Mapping[str, Any]) -> Language:
    return Language(**{**row, "other_names": tuple(filter(None, row["other_names"]))})


def known() -> dict[str, Language]:
    """All languages by code: those of the tables, and of the seed what a table does not have (one query)."""
    rows = Row.objects.order_by("code").values(*COLUMNS)
    return {**seeded(), **{one.code: one for one in map(_language, rows)}}


def orders() -> dict[str, tuple[str, ...]]:
    """Country -> languages of its menu, the default first (one query)."""
    kept = CountryMenu.objects.values_list("country", "languages")
    return {**seeded_orders(), **{country: tuple(codes) for country, codes in kept}}


def order(country: str) -> tuple[str, ...]:
    """Languages of the country's menu, the default first; English alone for a country outside."""
    return orders().get(country, NOWHERE)


# --- what a code says ------------------------------------------------------------------------------------


def base(code: str) -> str:
    """`am` for `am-Latn`."""
    return code.split("-", maxsplit=1)[0]


def direction(script: str) -> Direction:
    """How text in the script runs; unknown ones left to right."""
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


def variant(code: str, among: Mapping[str, Language], *, letters: bool) -> str:
    """The code to show: the Latin variant where the operator cannot show the script's own `letters`."""
    one = among.get(code)
    return one.latin if one and one.latin and not letters else code


# --- what people call them -------------------------------------------------------------------------------


def folded(text: str) -> str:
    """A name or code as names are compared: small letters, single spaces, `-` in codes."""
    return " ".join(text.replace("_", "-").casefold().split())


def names(among: Iterable[Language]) -> dict[str, str]:
    """Every folded name and code -> the language it means; codes win, then plain names, then own ones."""
    among = tuple(among)
    found: dict[str, str] = {}
    for one in among:
        found |= dict.fromkeys(map(folded, (one.iso639_3, *one.other_names)), base(one.code))
    for one in among:
        found |= dict.fromkeys(map(folded, (one.name, one.autonym)), one.code)
    found |= {folded(one.plain): base(one.code) for one in among}
    return found | {folded(one.code): one.code for one in among}


def find(text: str, called: Mapping[str, str]) -> str:
    """The code that a cell or a person means by a name or a code, or "". `called`: see `names`."""
    return called.get(folded(text), "")


# --- what we remember of a person: the language, nothing else (S4) --------------------------------------

REMEMBER = """
UPDATE people_subject AS s SET language = told.language, language_at = now()
FROM unnest(%s::text[], %s::text[]) AS told(token, language)
WHERE s.token = told.token AND s.language <> told.language
"""
CHANGED = "SELECT token, language FROM people_subject WHERE language_at >= %s AND language <> ''"
OVERLAP = timedelta(minutes=1)  # a fold commits later than its now(), never by this much
PORTION = 10_000  # rows read at a time: memory stays flat while the table grows


def remember(pairs: Iterable[tuple[str, str]]) -> int:
    """Note token -> language for subjects that exist (the last of several wins). How many changed."""
    told = dict(pairs)
    if not told:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [list(told), list(told.values())])
        return int(cursor.rowcount)


def _mark(token: str) -> int:
    """64 bits for a token: among a million people one wrong hit in ten million questions is not reached."""
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class Memory:
    """Marks in ascending order, and for each the place of its language in `names`: ten bytes a person."""

    marks: NDArray[np.uint64]
    places: NDArray[np.uint16]
    names: tuple[str, ...]

    def get(self, mark: int) -> str | None:
        at = int(self.marks.searchsorted(np.uint64(mark)))
        found = at < len(self.marks) and int(self.marks[at]) == mark
        return self.names[self.places[at]] if found else None


def _read() -> Memory:
    """The whole table as it stands. Raises django.db.Error."""
    names: dict[str, int] = {}
    marks, places = [np.empty(0, np.uint64)], [np.empty(0, np.uint16)]
    told = Subject.objects.exclude(language="").values_list("token", "language")
    rows = told.iterator(chunk_size=PORTION)
    while portion := list(islice(rows, PORTION)):
        marks.append(np.array([_mark(token) for token, _ in portion], np.uint64))
        found = [names.setdefault(language, len(names)) for _, language in portion]
        places.append(np.array(found, np.uint16))
    whole = np.concatenate(marks)
    rank = whole.argsort(kind="stable")
    return Memory(whole[rank], np.concatenate(places)[rank], tuple(names))


class Remembered:
    """Token -> language in the memory of one process: no trip on the hot path.

    A door asks `get` (a few microseconds, once a session) and calls `note` when somebody chooses. A thread
    reads what other processes learnt every few seconds and the whole table now and then, so that erasure
    takes effect here too. Without a database it goes on with what it has.
    """

    WHOLE = 120  # passes between two readings of the whole table
    KEPT = 12  # passes after which what was noted here must have reached the table

    def __init__(self) -> None:
        self._memory = Memory(np.empty(0, np.uint64), np.empty(0, np.uint16), ())
        self._fresh: dict[int, tuple[str, int]] = {}  # mark -> language ("": forgotten), pass
        self._since: datetime | None = None
        self._passes = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def get(self, token: str) -> str | None:
        """The language this person chose last, or None."""
        mark = _mark(token)
        if fresh := self._fresh.get(mark):
            return fresh[0] or None
        return self._memory.get(mark)

    def note(self, token: str, language: str) -> None:
        """A choice made in this very process: the next dial knows it, before any fold."""
        self._fresh[_mark(token)] = (language, self._passes)

    def drop(self, token: str) -> None:
        """Forget one person here and now; other processes follow with their next whole reading."""
        self.note(token, "")

    def refresh(self) -> None:
        """One pass. Raises django.db.Error where the database is away."""
        now = self._clock()
        if self._since is None or self._passes % self.WHOLE == 0:
            self._memory = _read()
            self._forget_old_notes()
        else:
            self._learn(self._since)
        self._since = now
        self._passes += 1

    @staticmethod
    def _clock() -> datetime:
        """The database's own time: `language_at` is written by it too."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            now: datetime = cursor.fetchone()[0]
        return now

    def _forget_old_notes(self) -> None:
        for mark, (_, noted) in list(self._fresh.items()):
            if self._passes - noted > self.KEPT:
                del self._fresh[mark]

    def _learn(self, since: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CHANGED, [since - OVERLAP])
            for token, language in cursor.fetchall():
                self.note(token, language)

    def start(self, every: float = 5.0) -> None:
        """Read now and then every `every` seconds in a thread of its own; calling twice does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(every,), name="languages", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self, every: float) -> None:
        while not self._stop.is_set():
            try:
                self.refresh()
            except Error as error:
                log.warning("Remembered languages were not read: %s.", type(error).__name__)
            finally:
                connection.close()
            self._stop.wait(every)


@lru_cache(maxsize=1)
def remembered() -> Remembered:
    """This process's memory; empty until `.start()` or `.refresh()`."""
    return Remembered()
