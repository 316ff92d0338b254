"""Which answer a text asks for by what it means: ridge regression over the vectors of a sentence encoder.

The vectors of a language are centred on their mean, which is most of what only tells the language; then all languages
teach one another, their own phrasings the most. There are fewer dimensions than phrasings, so the ridge
is solved in the primal (`ridge.in_primal`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from understanding import ridge

Floats = NDArray[np.float32]
RIDGE = 2.0
OTHERS = 0.3  # how much a phrasing of another language counts; 0.3 chosen on phrasings left out


@dataclass(frozen=True, slots=True)
class Taught:
    """Phrasings of one language: a vector each, and the answer that each asks for."""

    vectors: Floats
    answers: tuple[str, ...]

    @property
    def centre(self) -> Floats:
        return np.asarray(self.vectors.mean(axis=0), np.float32)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of one language; immutable."""

    centre: Floats
    weights: Floats  # dimension x answer

    def scores(self, vector: Floats) -> NDArray[np.float64]:
        """One score an answer, about 1 for what its phrasings say and about 0 for strangers."""
        return np.asarray(centred(vector[None, :], self.centre)[0] @ self.weights, np.float64)

    def scaled(self, by: np.float32) -> "Meaning":
        return replace(self, weights=self.weights * by)


def fit(own: Taught, others: Sequence[Taught], ids: Sequence[str]) -> tuple[Meaning, Floats]:
    """The meaning of `ids`, and the scores of `own`'s rows as if each had been left out."""
    every = (own, *others)
    rows = np.concatenate([centred(one.vectors, one.centre) for one in every])
    target = np.concatenate([_target(one.answers, ids) for one in every])
    counts = np.full(len(rows), OTHERS, np.float32)
    counts[: len(own.vectors)] = 1
    weights, unseen = ridge.in_primal(rows, target, counts, RIDGE, own=len(own.vectors))
    return Meaning(own.centre, weights), unseen


def _target(answers: Sequence[str], ids: Sequence[str]) -> Floats:
    """One row a phrasing; one of an answer that this language does not have asks for none."""
    places = {name: place for place, name in enumerate(ids)}
    target = np.zeros((len(answers), len(ids)), np.float32)
    for row, name in enumerate(answers):
        if name in places:
            target[row, places[name]] = 1
    return target


def centred(vectors: Floats, centre: Floats) -> Floats:
    """Each row from the centre, at length one."""
    moved = vectors - centre
    lengths = np.sqrt(np.einsum("ij,ij->i", moved, moved))
    return np.asarray(moved / np.where(lengths > 0, lengths, 1)[:, None], np.float32)
