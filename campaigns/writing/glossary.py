"""The glossary: words that should be said the same everywhere, found in an English text.

`seed/glossary.csv` says for each language where a word was read; most rest on knowledge alone, and all
wait for a native reader.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from campaigns.writing.seeding import SEED
from people import languages

SOURCES: Mapping[str, object] = {
    "C": _("CLDR"),
    "M": _("MediaWiki translators"),
    "P": _("Primero"),
    "U": _("UNHCR help pages"),
    "B": _("Bosla"),
    "N": _("news or official page"),
    "O": _("own knowledge"),
}
OWN = "O"
ABOUT = re.compile(r"\b([a-z]{2}(?:/[a-z]{2})*): ")  # "am/ti: " before what a note says of them
# Words of buttons: in a longer text "no" and "more" are just words.
BUTTONS = frozenset(
    ["back", "more", "next", "stop", "exit", "yes", "no", "choose", "main menu", "language"]
)
LABEL = 60  # characters; what is longer is no button


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary in one language. `sources`: codes of SOURCES; `note` is written in English."""

    english: str
    said: str
    sources: tuple[str, ...]
    note: str
    unverified: bool

    @property
    def read_at(self) -> list[object]:
        """Where the word was read."""
        return [SOURCES.get(code, code) for code in self.sources]


@dataclass(frozen=True, slots=True)
class _Line:
    english: str
    pattern: re.Pattern[str]
    cells: Mapping[str, str]

    @property
    def button(self) -> bool:
        return re.split(r"[,(]", self.english)[0].strip() in BUTTONS


def hints(english: str, language: str) -> list[Term]:
    """The terms that occur in the English text and have a word in the language, longest first.

    A Latin variant shows the words of its base: a hint, to be spelled as people type. A term inside a
    longer one that was found, "migration" in "irregular migration", is told only where it stands alone.
    """
    base = languages.base(language)
    rest, found = english, []
    for line in _lines():
        said = line.cells.get(base, "") if f"{base}_src" in line.cells else ""
        if line.button and len(english) > LABEL:
            continue
        if said and line.pattern.search(rest):
            rest = line.pattern.sub("\x1f", rest)
            found.append(_term(line, base, said))
    return found


def _term(line: _Line, base: str, said: str) -> Term:
    cells = line.cells
    sources = tuple(filter(None, (code.strip() for code in cells[f"{base}_src"].split(","))))
    unverified = cells["review"] == "needs native review" or set(sources) <= {OWN}
    return Term(line.english, said, sources, _note(cells["note"], base), unverified)


def _note(note: str, base: str) -> str:
    """The note, unless it is about other languages only: "am/ti: it also means refugee"."""
    about = {code for codes in ABOUT.findall(note) for code in codes.split("/")}
    return note if not about or base in about else ""


@lru_cache(maxsize=1)
def _lines() -> tuple[_Line, ...]:
    with (SEED / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [_Line(row["en"], _pattern(row["en"]), row) for row in rows]
    return tuple(sorted(lines, key=lambda line: -len(line.english)))


def _pattern(term: str) -> re.Pattern[str]:
    """Any of the term's words, "fee, payment", as whole words in the singular or the plural."""
    names = [name.split("(")[0].strip() for name in re.split(r"[,/]", term)]
    either = "|".join(_plural(name) for name in names if name)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _plural(name: str) -> str:
    words = r"[\s-]+".join(map(re.escape, name.split()))
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return words[:-1] + "(?:y|ies)"
    return words + "(?:s|es|ren)?"
