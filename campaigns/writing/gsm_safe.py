"""Make a text GSM-7 safe: a proposal, character by character, that somebody reads before it is taken.

One curly quote halves what fits into an SMS. Signs have a plain twin; a letter without its accent is
another spelling, so it is said so; a letter that nothing stands for is only named.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gateways.segments import GSM

UNSEEN_SIGNS = "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\u2061\u2062\u2063\u2064\ufeff"
TWINS: Mapping[str, str] = {
    **dict.fromkeys(
        "\u2018\u2019\u201a\u201b\u02bc\u02bb\u02b9\u2032\u2039\u203a`\u00b4\uff07", "'"
    ),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u25aa\u00b7", "-"),
    **dict.fromkeys("\t\u00a0\u202f\u205f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u2026": "...",
    "\u00d7": "x",
}
SPELLED: Mapping[str, str] = {
    "\u0153": "oe",
    "\u0152": "OE",
    "\u014b": "ng'",
    "\u014a": "Ng'",
    "\u0142": "l",
    "\u0141": "L",
    "\u0131": "i",
}


class Note(StrEnum):
    """What a replacement means for whoever reads the text."""

    SAME = "same"  # means and looks the same
    SPELLING = "spelling"  # another spelling: ask somebody who reads the language
    UNSEEN = "unseen"  # was never seen on a phone
    NONE = "none"  # no character of GSM-7 stands for it


@dataclass(frozen=True, slots=True)
class Replacement:
    """One character (with its marks), what would stand for it (None: nothing does), and where it stands."""

    character: str
    becomes: str | None
    note: Note
    places: tuple[int, ...]

    @property
    def name(self) -> str:
        return name(self.character)

    @property
    def code(self) -> str:
        """The Unicode numbers: two letters may look the same."""
        return " ".join(f"U+{ord(one):04X}" for one in self.character)


def name(character: str) -> str:
    """What Unicode calls it, marks and all."""
    return " + ".join(unicodedata.name(one, f"U+{ord(one):04X}") for one in character)


def suggest(text: str) -> list[Replacement]:
    """Every character that forces UCS-2, in the order in which they come."""
    places: dict[str, list[int]] = {}
    for at, cluster in _clusters(text):
        if not GSM.issuperset(cluster):
            places.setdefault(cluster, []).append(at)
    return [
        Replacement(cluster, *_instead(cluster), tuple(found)) for cluster, found in places.items()
    ]


def suggest_all(texts: Iterable[str]) -> list[Replacement]:
    """The same over several texts; places count on from text to text."""
    return suggest("\n".join(texts))


def apply(text: str, taken: Collection[str]) -> str:
    """The text with those characters replaced that were taken; the others stay as they are."""
    return "".join(_applied(cluster, taken) for _, cluster in _clusters(text))


def _applied(cluster: str, taken: Collection[str]) -> str:
    if cluster not in taken or GSM.issuperset(cluster):
        return cluster
    becomes, _ = _instead(cluster)
    return cluster if becomes is None else becomes


def _clusters(text: str) -> Iterable[tuple[int, str]]:
    """(place, character with its marks)."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _is_mark(text[at]):
            yield start, text[start:at]
            start = at


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _instead(cluster: str) -> tuple[str | None, Note]:
    """What would stand in its place, and what that means."""
    composed = unicodedata.normalize("NFC", cluster)
    if GSM.issuperset(composed):
        return composed, Note.SAME
    bare = "".join(one for one in cluster if not _is_mark(one))
    if not bare:
        return "", Note.UNSEEN
    becomes, note = _of_letter(bare)
    changed = bare != cluster and note is not Note.NONE
    return becomes, Note.SPELLING if changed else note


def _of_letter(letter: str) -> tuple[str | None, Note]:
    if letter in GSM:
        return letter, Note.SAME
    if letter in TWINS:
        return TWINS[letter], Note.SAME
    if letter in SPELLED:
        return SPELLED[letter], Note.SPELLING
    if letter in UNSEEN_SIGNS or unicodedata.category(letter) == "Cc":
        return "", Note.UNSEEN
    return _folded(letter)


def _folded(letter: str) -> tuple[str | None, Note]:
    """The letter without its accent, or in its plain form."""
    plain = unicodedata.normalize("NFKC", letter)
    if plain != letter and GSM.issuperset(plain):
        raised = unicodedata.category(letter) == "No"  # a square metre is not "m2" to everybody
        return plain, Note.SPELLING if raised else Note.SAME
    base = "".join(one for one in unicodedata.normalize("NFKD", letter) if not _is_mark(one))
    if base and GSM.issuperset(base):
        return base, Note.SPELLING
    return None, Note.NONE
