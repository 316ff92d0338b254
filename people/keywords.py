"""The words that end messages and begin them again, in every language and script (S9).

Tables: `words/<language>.toml`, each marked whether a native reader has seen it. A text counts only when
nothing stands in it but such words, politeness and digits, in one language or with an English word in it:
"tafadhali stop" and "stop 1" end messages, "don't stop" and "how do I stop them" do not. Of STOP and START in
one text STOP is heard: to be asked once more costs less than to be sent to. Requests whose words mean nothing
apart ("don't text me") stand as `whole` and count word for word, politeness beside them and words of `around` anywhere.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from understanding.normalise import plain

FOLDER = Path(__file__).parent / "words"
PHRASE = 5  # words of the longest phrase that is looked for among others
LONGEST = 80  # characters: nobody needs more to say stop
DOUBLE = re.compile(r"(\w)\1+")
SIGNS = re.compile("[🛑⛔🚫]")  # said with one sign

Word = Literal["stop", "start"]


@dataclass(frozen=True, slots=True)
class Table:
    """One language's words in their normal form, with the English ones that everybody also uses."""

    phrases: Mapping[str, Word]
    polite: frozenset[str]
    whole: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()


def word(text: str) -> Word | None:
    """What the text asks for, or None for everything else. Never raises."""
    if len(text) > LONGEST:
        return None
    words = _words(text)
    for table in tables().values():
        if found := _asked(words, table):
            return found
    return None


def _asked(words: tuple[str, ...], table: Table) -> Word | None:
    core = _core(words, table.polite)
    if found := table.phrases.get(core):
        return found
    rest = [one for one in core.split() if not one.isdecimal()]
    kinds = {table.phrases.get(_core(rest, frozenset()))} - {None} or _several(rest, table.phrases)
    if "stop" in kinds or _wholly(words, table):
        return "stop"
    return "start" if "start" in kinds else None


def _several(words: Sequence[str], phrases: Mapping[str, Word]) -> set[Word | None]:
    """What each phrase asks for where the text is nothing but phrases one after the other; else nothing."""
    kinds: set[Word | None] = set()
    while words:
        sizes = range(min(len(words), PHRASE), 0, -1)
        size = next((size for size in sizes if " ".join(words[:size]) in phrases), 0)
        if not size:
            return set()
        kinds.add(phrases[" ".join(words[:size])])
        words = words[size:]
    return kinds


def _wholly(words: tuple[str, ...], table: Table) -> bool:
    """Whether a whole request stands in the text and nothing of weight beside it."""
    text = f" {_without(words, table.around)} "
    return any(
        f" {phrase} " in text
        and table.polite.issuperset(text.replace(f" {phrase} ", "  ", 1).split())
        for phrase in table.whole
    )


def _without(words: Iterable[str], others: Collection[str]) -> str:
    return " ".join(one for one in words if one not in others)


def _words(text: str) -> tuple[str, ...]:
    """One spelling of each word: case, marks, letters of one sound and doubled letters do not count."""
    found = DOUBLE.sub(r"\1", plain(SIGNS.sub(" stop ", text))).split()
    return tuple(filter(None, (one.strip("'") for one in found)))  # 'stop'


def _core(words: Iterable[str], polite: frozenset[str]) -> str:
    """What remains without politeness; a word said three times is said once."""
    rest = [one for one in words if one not in polite]
    return rest[0] if rest and len(set(rest)) == 1 else " ".join(rest)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Table]:
    """Every language's table, English first because most people write it whatever they speak."""
    files = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.toml")
    }
    english = files["en"]
    return {
        code: _table(english, files[code])
        for code in sorted(files, key=lambda code: (code != "en", code))
    }


def _table(*languages: Mapping[str, list[str]]) -> Table:
    polite = frozenset(form for one in languages for text in one["polite"] for form in _words(text))
    kinds: tuple[Word, Word] = ("stop", "start")
    phrases = {
        _core(_words(text), polite): kind
        for one in languages
        for kind in kinds
        for text in one[kind]
    }
    around = frozenset(
        form for one in languages for text in one.get("around", ()) for form in _words(text)
    )
    whole = frozenset(
        _without(_words(text), around) for one in languages for text in one.get("whole", ())
    )
    return Table(
        {phrase: kind for phrase, kind in phrases.items() if phrase}, polite, whole, around
    )
