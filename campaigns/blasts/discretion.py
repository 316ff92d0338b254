"""Words that would give somebody away to whoever holds their phone: never in a sender name, and never in a
blast of protection (S1).

A blast is of protection when its item is sensitive or its campaign is marked so. The lists are files that the
programme's native readers keep (`campaigns/words/`, one a language); a language without one is refused there,
since nobody can tell what its words say.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext

from campaigns.blasts.permits import Refused
from campaigns.models.blasts import Blast, BlastText
from people.languages import base
from understanding.normalise import plain

FOLDER = Path(__file__).parent.parent / "words"
EVERYWHERE = "en"  # its words are used in every language
SHORT = 5  # letters; a shorter word counts in a sender name only where it is all of it
NOT_LETTER = re.compile(r"[^\w]|_")


@dataclass(frozen=True, slots=True)
class Words:
    """One language's list. `reviewed`: by a native reader."""

    language: str
    words: tuple[str, ...]
    reviewed: bool


def check(blast: Blast, texts: Iterable[BlastText]) -> None:
    """Raises Refused where the sender name, or a text of protection, says what it must not."""
    if names := in_sender(blast.sender):
        said = gettext(
            "The sender name %(sender)s says %(names)s: whoever holds the phone reads it."
        )
        raise Refused(said % {"sender": blast.sender, "names": ", ".join(names)})
    if blast.sensitive or blast.campaign.protection:
        for text in texts:
            _check_text(text)


def _check_text(text: BlastText) -> None:
    where = f"{text.language}/{text.country}"
    if base(text.language) not in lists():
        said = gettext(
            "Nobody has listed the words that give people away in %(where)s: "
            "add the list before anything of protection is sent in it."
        )
        raise Refused(said % {"where": where})
    if found := in_text(text.text, text.language):
        said = gettext(
            "The text in %(where)s says %(words)s: a message of protection must not, "
            "whoever holds the phone reads it."
        )
        raise Refused(said % {"where": where, "words": ", ".join(found)})


def in_text(text: str, language: str) -> list[str]:
    """The listed words, as the lists write them, that stand in a text of this language."""
    tongue = base(language)
    said = plain(text, tongue)
    both = [lists()[one] for one in dict.fromkeys((tongue, EVERYWHERE)) if one in lists()]
    return [word for one in both for word in one.words if _pattern(word, tongue).search(said)]


def in_any(text: str) -> list[str]:
    """The listed words that stand in a text whose language nobody knows, of any language."""
    return [word for language in lists() for word in in_text(text, language)]


def in_sender(sender: str) -> list[str]:
    """The listed words that a sender name holds, of any language; names are written together."""
    name = _together(sender)
    return [word for one in lists().values() for word in one.words if _names(word, name)]


def _names(word: str, name: str) -> bool:
    stem = _together(word)
    return stem == name if len(stem) < SHORT else stem in name


def _together(text: str) -> str:
    return NOT_LETTER.sub("", plain(text))


@lru_cache(maxsize=4096)
def _pattern(word: str, language: str) -> re.Pattern[str]:
    """The word in its normal form, at the borders of words but where a star stands."""
    first = "" if word.startswith("*") else r"(?<!\w)"
    last = "" if word.endswith("*") else r"(?!\w)"
    return re.compile(f"{first}{re.escape(plain(word, language))}{last}")


def lists() -> dict[str, Words]:
    """Language -> its list, as the files are now: an edited one holds for the next plan and approval."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = Words(file.stem, tuple(table["words"]), bool(table["reviewed"]))
    return found
