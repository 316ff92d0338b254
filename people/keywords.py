"""The words that end messages and begin them again, in every language and script (S9).

Tables: `words/<language>.toml`, each marked whether a native reader has seen it. A text counts only when
nothing stands in it but such a word and politeness, in one language or with an English word in it:
"tafadhali stop" ends messages, "don't stop" and "how do I stop them" do not.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from understanding.normalise import plain

FOLDER = Path(__file__).parent / "words"
LONGEST = 80  # characters: nobody needs more to say stop
DOUBLE = re.compile(r"(\w)\1+")

Word = Literal["stop", "start"]


@dataclass(frozen=True, slots=True)
class Table:
    """One language's words in their normal form, with the English ones that everybody also uses."""

    phrases: Mapping[str, Word]
    polite: frozenset[str]


def word(text: str) -> Word | None:
    """What the text asks for, or None for everything else. Never raises."""
    if len(text) > LONGEST:
        return None
    words = _words(text)
    for table in tables().values():
        if found := table.phrases.get(_core(words, table.polite)):
            return found
    return None


def _words(text: str) -> tuple[str, ...]:
    """One spelling of each word: case, marks, letters of one sound and doubled letters do not count."""
    return tuple(DOUBLE.sub(r"\1", plain(text)).split())


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
    return Table({phrase: kind for phrase, kind in phrases.items() if phrase}, polite)
