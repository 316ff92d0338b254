"""Two wordings side by side, word by word: what went and what came."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from campaigns.editions.tokens import fill
from campaigns.editions.wording import TOKEN

WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stay, or that only one of the two texts has."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A field before and after, in pieces."""

    field: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def pair(field: str, before: str, after: str) -> Pair:
    old, new = WORDS.findall(before), WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        left += _piece(old[a:b], changed=tag != "equal")
        right += _piece(new[c:d], changed=tag != "equal")
    return Pair(field, tuple(left), tuple(right))


def _piece(words: Iterable[str], *, changed: bool) -> list[Piece]:
    text = "".join(words)
    return [Piece(text, changed)] if text else []


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Pair]:
    """The fields that are not the same, in the order of `after`; a field of one side only counts as empty."""
    names = dict.fromkeys([*after, *before])
    return [
        pair(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch of a text; a `token` with what it becomes, "" where nobody knows it."""

    text: str
    token: bool = False
    becomes: str = ""


def marked(text: str, tokens: Mapping[str, str]) -> list[Marked]:
    """The text with its tokens apart, so that a page can show what each becomes."""
    found, at = [], 0
    for token in TOKEN.finditer(text):
        found += [Marked(text[at : token.start()])] if token.start() > at else []
        found.append(Marked(token[0], token=True, becomes=_filled(token[0], tokens)))
        at = token.end()
    return [*found, *([Marked(text[at:])] if at < len(text) else [])]


def _filled(token: str, tokens: Mapping[str, str]) -> str:
    try:
        return fill(token, tokens)
    except KeyError:
        return ""
