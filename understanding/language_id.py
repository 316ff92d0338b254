"""Which language a text is in, from its script and from pieces of one to four letters.

A guess only ever *suggests*: one word is not enough to leave the language a person chose, and more words
must be clear. Arabic script is `ar`; Ethiopic is `am` or `ti`; Latin letters may be any of the others, or
Amharic, Tigrinya or Arabic as typed on a phone (`am-Latn`, `ti-Latn`, `ar-Latn`). The table and where it
comes from: `tables/languages.npz`, `tables/NOTICE`, `language_table.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from understanding import normalise

TABLE = Path(__file__).parent / "tables" / "languages.npz"
SCRIPTS = {"Arabic": ("ar",), "Ethiopic": ("am", "ti")}  # any other: the Latin ones
STAY = 20.0  # how much likelier the known language is before anything is read
CLEAR = 0.95
OVERLAP = 0.45  # pieces of one word repeat one another: each counts this much


@dataclass(frozen=True, slots=True)
class Table:
    """Log probability of every piece in every language, the last row for pieces unknown to all."""

    languages: tuple[str, ...]
    places: dict[str, int]
    logs: NDArray[np.float32]


def guess(text: str, *, stay: str, offered: Collection[str] = ()) -> str:
    """The language to answer in: `stay` unless two or more words are clearly in another one offered.

    An answer in another script than `stay`'s own is taken on one word, where the script leaves one choice.
    """
    found = posterior(text, stay=stay)
    best = max(found, key=lambda name: found[name], default=stay)
    if offered and best not in offered:
        best = best.split("-")[0] if best.split("-")[0] in offered else stay
    words = len(normalise.plain(text).split())
    alone = len(found) == 1 and best != stay
    return best if alone or (words >= 2 and max(found.values(), default=0) > CLEAR) else stay


def posterior(text: str, *, stay: str = "") -> dict[str, float]:
    """Probability of each language the script leaves possible; {} for a text without letters."""
    written = normalise.runs(text)
    if not written:
        return {}
    table = _table()
    names = SCRIPTS.get(written[0]) or tuple(
        name for name in table.languages if name not in ("ar", "am", "ti")
    )
    columns = [table.languages.index(name) for name in names]
    prior = np.array([np.log(STAY) if name == stay else 0.0 for name in names])
    logs = _likelihood(text)[columns] * OVERLAP + prior
    raised = np.exp(logs - logs.max())
    return dict(zip(names, (raised / raised.sum()).tolist(), strict=True))


def pieces(text: str) -> list[str]:
    """Pieces of one to four letters, words marked by blanks; numbers say nothing and are left out."""
    words = [f" {word} " for word in normalise.folded(text).split() if not word.isdecimal()]
    return [
        word[at : at + size]
        for word in words
        for size in range(1, 5)
        for at in range(len(word) - size + 1)
        if word[at : at + size] != " "
    ]


@lru_cache(maxsize=256)
def _likelihood(text: str) -> NDArray[np.float64]:
    table = _table()
    found = [place for piece in pieces(text) if (place := table.places.get(piece)) is not None]
    return np.asarray(table.logs[found].sum(axis=0), np.float64)


@cache
def _table() -> Table:
    """Read once, 0.1 s; the file is part of the product."""
    with np.load(TABLE, allow_pickle=False) as arrays:
        names = arrays["pieces"].tobytes().decode().split("\n")
        languages = tuple(arrays["languages"].tobytes().decode().split())
        logs = arrays["steps"].astype(np.float32) / 16
    return Table(languages, {piece: place for place, piece in enumerate(names)}, logs)
