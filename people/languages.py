"""Languages of the people we speak with: order per country, names any phone can show, direction, memory.

Facts: CLDR 48.2 (autonyms, scripts); names on the first screen are ASCII because one Ethiopic or Arabic
letter halves everybody's screen and old phones lack the letters.
"""

import hashlib
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Literal

import numpy as np
from django.db import Error, connection
from numpy.typing import NDArray

from people.countries import COUNTRIES
from people.models import Subject

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Language:
    """`plain`: the name in ASCII Latin letters; `latin`: code of the hand-written Latin variant, or ""."""

    code: str
    name: str
    autonym: str
    plain: str
    direction: Literal["ltr", "rtl"] = "ltr"
    latin: str = ""


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            Language("en", "English", "English", "English"),
            Language("fr", "French", "français", "Francais"),
            Language("ar", "Arabic", "العربية", "Arabi", "rtl", "ar-Latn"),
            Language("sw", "Swahili", "Kiswahili", "Kiswahili"),
            Language("am", "Amharic", "አማርኛ", "Amarinya", "ltr", "am-Latn"),
            Language("om", "Oromo", "Afaan Oromoo", "Afaan Oromo"),
            Language("ti", "Tigrinya", "ትግርኛ", "Tigrinya", "ltr", "ti-Latn"),
            Language("so", "Somali", "Soomaali", "Soomaali"),
            Language("aa", "Afar", "Qafar", "Qafar"),
            Language("lg", "Luganda", "Luganda", "Luganda"),
            Language("ach", "Acholi", "Leb Acoli", "Leb Acoli"),
            Language("pga", "Juba Arabic", "Arabi Juba", "Arabi Juba"),
            Language("am-Latn", "Amharic in Latin letters", "Amarinya", "Amarinya"),
            Language("ti-Latn", "Tigrinya in Latin letters", "Tigrinya", "Tigrinya"),
            Language("ar-Latn", "Arabic in Latin letters", "Arabi", "Arabi"),
        )
    }
)
OTHER_NAMES = {  # what lists and people call them, beside code, name and autonym
    "oromiffa": "om", "oromifa": "om", "oromoo": "om", "afan oromo": "om", "orm": "om", "amarigna": "am", "amh": "am",
    "tigrigna": "ti", "tir": "ti", "af soomaali": "so", "som": "so", "swa": "sw", "eng": "en", "fra": "fr", "ara": "ar",
    "ganda": "lg", "lug": "lg", "aar": "aa", "arabe": "ar", "anglais": "en", "somalien": "so",
}  # fmt: skip


def order(country: str) -> tuple[str, ...]:
    """Languages of the country's menu, the default first; English alone for a country outside."""
    return COUNTRIES[country].languages if country in COUNTRIES else ("en",)


def base(code: str) -> str:
    """`am` for `am-Latn`."""
    return code.split("-", maxsplit=1)[0]


def direction(code: str) -> Literal["ltr", "rtl"]:
    """How text of the language runs; unknown ones left to right."""
    return LANGUAGES[code].direction if code in LANGUAGES else "ltr"


def plain_name(code: str) -> str:
    """The name on a first screen: own language, ASCII Latin letters."""
    return LANGUAGES[code].plain if code in LANGUAGES else code


def variant(code: str, *, letters: bool) -> str:
    """The code to show: the Latin variant where the operator cannot show the script's own `letters`."""
    known = LANGUAGES.get(code)
    return known.latin if known and known.latin and not letters else code


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    own = {
        name.casefold(): one.code for one in LANGUAGES.values() for name in (one.name, one.autonym)
    }
    codes = {code.casefold(): code for code in LANGUAGES}
    return (
        OTHER_NAMES
        | own
        | {one.plain.casefold(): base(one.code) for one in LANGUAGES.values()}
        | codes
    )


def find(text: str) -> str:
    """The code that a cell or a person means by a name or a code, or "" when nobody knows."""
    return _names().get(" ".join(text.replace("_", "-").casefold().split()), "")


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
