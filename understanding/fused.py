"""A matcher by spelling and by meaning together, as each language gains from it.

Scores of both are of one kind, about 1 for an answer's own phrasings, so they are added by shares. The share of meaning is
chosen on phrasings left out: much in English and French, less in Oromo and Somali, which the encoder hardly read.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from understanding import calibration, matcher, meaning, normalise
from understanding.encoder import Encoder
from understanding.matcher import Matcher
from understanding.meaning import Meaning, Taught
from understanding.roomy import apart

Floats = NDArray[np.float32]
Real = TypeVar("Real", NDArray[np.float32], NDArray[np.float64])
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Learnt:
    """What meaning adds to one language's matcher; kept in a file of its own, which the matcher's answers fit."""

    encoder: str
    ids: tuple[str, ...]
    meaning: Meaning
    share: float
    curve: calibration.Curve

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        np.savez_compressed(
            out,
            allow_pickle=False,
            words=matcher.packed([str(FORMAT), self.encoder]),
            ids=matcher.packed(self.ids),
            centre=self.meaning.centre.astype(np.float16),
            weights=self.meaning.weights.astype(np.float16),
            share=np.array([self.share, *self.curve.weights], np.float64),
        )
        return out.getvalue()


@dataclass(frozen=True, slots=True)
class Fused:
    """The interface of a `Matcher`; a text costs one turn of the encoder more."""

    spelled: Matcher
    learnt: Learnt
    encoder: Encoder

    def rank(self, text: str) -> list[tuple[str, float]]:
        """As `Matcher.rank`."""
        return self.spelled.ranked(text, self.scores(text), self.learnt.curve)

    def scores(self, text: str) -> NDArray[np.float64]:
        spelled = self.spelled.scores(text)
        if not (self.learnt.share and normalise.plain(text)):
            return spelled
        meant = self.learnt.meaning.scores(self.encoder.vector(text))
        return _mixed(spelled, meant, self.learnt.share)


def join(spelled: Matcher, learnt: Learnt, encoder: Encoder) -> Fused:
    """Raises ValueError where they were not fitted on the same answers, or by another encoder."""
    if spelled.ids != learnt.ids or learnt.encoder != encoder.name:
        raise ValueError("These were learnt of other answers, or by another encoder.")
    return Fused(spelled, learnt, encoder)


def learn(
    examples: Mapping[str, Sequence[str]],
    language: str,
    vectors: Mapping[str, Floats],
    others: Sequence[Taught] = (),
    *,
    encoder: str,
) -> Learnt:
    """What meaning adds. `vectors`: of every phrasing, by its text; `others`: the phrasings of other languages."""
    return apart(lambda: _learnt(matcher.solve(examples, language), vectors, others, encoder))


def _learnt(
    solved: matcher.Solved, vectors: Mapping[str, Floats], others: Sequence[Taught], encoder: str
) -> Learnt:
    answers = tuple(solved.ids[at] for at in solved.target.argmax(axis=1)) if solved.texts else ()
    own = Taught(np.array([vectors[text] for text in solved.texts], np.float32), answers)
    meant, unseen = meaning.fit(own, others, solved.ids)
    scale = _scale(solved, unseen)
    meant, unseen = meant.scaled(scale), unseen * scale
    share = _best_share(solved, unseen)
    mixed = _mixed(solved.unseen, unseen, share)
    curve = calibration.learn(mixed, solved.target, np.array(solved.counts))
    return Learnt(encoder, solved.ids, meant, share, curve)


def _scale(solved: matcher.Solved, meant: Floats) -> np.float32:
    """What makes the answers meant score as much by meaning as by spelling, so that a curve fits both."""
    own = solved.target > 0
    known = float(meant[own].mean()) if own.any() else 0.0
    return np.float32(solved.unseen[own].mean() / known if known > 0 else 1.0)


def _best_share(solved: matcher.Solved, meant: Floats) -> float:
    """By how many phrasings left out come first; of shares that do as well, the smallest."""
    place = solved.target.argmax(axis=1)
    many = np.array(solved.counts)[place] > 1

    def right(share: float) -> int:
        mixed = _mixed(solved.unseen, meant, share)
        return int((mixed.argmax(axis=1) == place)[many].sum())

    return max(SHARES, key=right)


def _mixed(spelled: Real, meant: Real, share: float) -> Real:
    return (1 - share) * spelled + share * meant


def from_bytes(data: bytes) -> Learnt:
    """What `to_bytes` packed; ValueError for another format, BadZipFile for a damaged file."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        version, encoder = matcher.unpacked(arrays["words"])
        if version != str(FORMAT):
            raise ValueError(f"This was learnt in format {version}, not {FORMAT}: learn it again.")
        share, *curve = arrays["share"].tolist()
        return Learnt(
            encoder=encoder,
            ids=matcher.unpacked(arrays["ids"]),
            meaning=Meaning(
                arrays["centre"].astype(np.float32), arrays["weights"].astype(np.float32)
            ),
            share=share,
            curve=calibration.Curve(tuple(curve)),
        )
