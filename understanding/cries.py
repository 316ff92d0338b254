"""Hears cries for help that no rule has words for, and reads as calm what only shares a rule's words.

One linear score a language over the pieces of `features`, learnt by ridge regression from the project's own example
messages (`danger/examples`, drafts without native review; `cry_table` builds the table). Above `alarm` a text is
a cry. A rule that is met speaks for one, but does not decide alone: words of danger are also met in a film, a
joke, what is over. `alarm` was set on scores of examples as if each had been left out.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from understanding import features, language_id, normalise, probe
from understanding.encoder import Encoder

TABLE = Path(__file__).parent / "tables" / "cries.npz"
WORDS = 4  # fewest of a text that is compared: shorter ones resemble anything, and what they mean the rules know
LIKELY = (
    0.02  # probability of a language from which its table is asked; a wrong guess must hide no cry
)


@dataclass(frozen=True, slots=True)
class Table:
    """Pieces by their CRC-32 in ascending order, with inverse document frequency and learnt weight."""

    names: NDArray[np.uint32]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    strange: float  # idf of a piece never seen
    alarm: float

    def score(self, bags: Sequence[Counter[str]]) -> float:
        """About 1 for a cry like those it learnt from, about -1 for its opposite, 0 for what it does not know."""
        filled = [bag for bag in bags if bag]
        return sum(map(self._part, filled)) / len(filled) ** 0.5 if filled else 0.0

    def _part(self, bag: Counter[str]) -> float:
        names = np.array([named(piece) for piece in bag], np.uint32)
        places = np.minimum(np.searchsorted(self.names, names), len(self.names) - 1)
        known = self.names[places] == names
        times = 1 + np.log(np.fromiter(bag.values(), np.float32, len(bag)))
        weight = times * np.where(known, self.idf[places], self.strange)
        return float((weight * known) @ self.weights[places] / np.sqrt(weight @ weight))


def read(text: str, by: Encoder | None = None) -> dict[str, float]:
    """How far above `alarm` the text is, in every language that it may be in; {} of one too short to compare.

    With an encoder also by what it means, where a probe was learnt from its vectors (`probe`).
    """
    if len(normalise.plain(text).split()) < WORDS:
        return {}
    scores = {name: tables()[name].score(features.pieces(text, name)) for name in likely(text)}
    if by is not None and by.name == probe.ENCODER:
        return {name: probe.probes()[name].above(by.vector(text), s) for name, s in scores.items()}
    return {name: score - tables()[name].alarm for name, score in scores.items()}


def likely(text: str) -> list[str]:
    """Base languages that the text may be in, the likeliest first."""
    found: dict[str, float] = {}
    for name, probability in language_id.posterior(text).items():
        base = name.partition("-")[0]
        found[base] = found.get(base, 0.0) + probability
    likeliest = sorted(found, key=found.__getitem__, reverse=True)
    return [name for name in likeliest if found[name] > LIKELY and name in tables()]


def named(piece: str) -> int:
    return zlib.crc32(piece.encode())


@cache
def tables() -> dict[str, Table]:
    """By base language. Read once; the file is part of the product."""
    with np.load(TABLE, allow_pickle=False) as arrays:
        languages = arrays["languages"].tobytes().decode().split()
        return {name: _table(arrays[f"{part}_{name}"] for part in PARTS) for name in languages}


PARTS = ("names", "idf", "weights", "marks")


def _table(parts: Iterable[NDArray[np.generic]]) -> Table:
    names, idf, weights, marks = parts
    strange, alarm = marks.astype(np.float64).tolist()
    return Table(
        names=names.astype(np.uint32),
        idf=idf.astype(np.float32),
        weights=weights.astype(np.float32),
        strange=strange,
        alarm=alarm,
    )
