"""Which answer a question asks for: ridge regression over pieces of words, one target an answer.

Per language. Features are the views of `features.pieces`, weighted by sublinear TF-IDF, each view scaled to
length one. The ridge is solved in the dual, K = X X' + lambda I, so its leave-one-out scores, from which
`calibration` learns, come free. What is kept is X by columns and one weight per (phrasing, answer).
"""

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from understanding import calibration, features, normalise, ridge
from understanding.columns import Columns, gram
from understanding.roomy import apart

Floats = NDArray[np.float32]
RIDGE = 0.5  # flat optimum: 0.1 to 1.0 are within two points
FEW = 3  # an answer with fewer phrasings is never more than a suggestion, unless met word for word
EXACT = 0.99  # probability of an answer one of whose phrasings has the question's key
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Matcher:
    """Fitted on one language of one edition; immutable, safe to share between threads."""

    language: str
    ids: tuple[str, ...]
    counts: tuple[int, ...]  # phrasings of each answer
    columns: Columns
    weights: Floats  # phrasing x answer
    curve: calibration.Curve
    exact: Mapping[str, str]  # key of a phrasing -> its answer, where only one answer has it

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Answers with the probability that each is the one asked for, best first; [] when there is none.

        The first probability is calibrated; the others share what is left in the order of their scores.
        A text without letters or digits knows nothing: every answer gets 0.
        """
        return self.ranked(text, self.scores(text), self.curve)

    def ranked(
        self, text: str, scores: NDArray[np.float64], curve: calibration.Curve
    ) -> list[tuple[str, float]]:
        """The ranking of a text by scores, one an answer, whose curve this is."""
        order = np.argsort(-scores, kind="stable")
        ranked = self._spread(scores[order], [self.ids[at] for at in order], curve)
        met = self.exact.get(normalise.key(text, self.language))
        return ranked if met is None else [(met, EXACT), *_halved(ranked, met)]

    def scores(self, text: str) -> NDArray[np.float64]:
        """One ridge score an answer, about 1 for its own phrasings and about 0 for strangers."""
        return self.columns.product(features.pieces(text, self.language)) @ self.weights

    def _spread(
        self, scores: NDArray[np.float64], ids: list[str], curve: calibration.Curve
    ) -> list[tuple[str, float]]:
        if not len(scores) or not scores.any():
            return [(name, 0.0) for name in sorted(self.ids)]
        first = curve.probability(scores)
        if self.counts[self.ids.index(ids[0])] < FEW:
            first = min(first, calibration.SURE - 0.01)
        others = calibration.shares(scores[1:], at_most=first, together=1 - first)
        return list(zip(ids, [first, *others], strict=True))

    def to_bytes(self) -> bytes:
        """The matcher as an npz without pickle, to be stored beside the edition it was fitted on."""
        arrays: dict[str, NDArray[Any]] = {
            "words": packed([str(FORMAT), self.language]),
            "ids": packed(self.ids),
            "counts": np.array(self.counts, np.int32),
            "weights": self.weights.astype(np.float16),
            "curve": np.array(self.curve.weights, np.float64),
            "exact": packed(self.exact),
            "exact_ids": packed(self.exact.values()),
        }
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, **arrays, **self.columns.arrays())
        return out.getvalue()


def fit(examples: Mapping[str, Sequence[str]], language: str) -> Matcher:
    """A matcher of answers by their phrasings; phrasings without letters are left out."""
    solved = apart(lambda: solve(examples, language))
    return Matcher(
        language=language,
        ids=solved.ids,
        counts=solved.counts,
        columns=solved.columns,
        weights=solved.weights,
        curve=solved.curve,
        exact=_unambiguous(examples, language),
    )


@dataclass(frozen=True, slots=True)
class Unseen:
    """What becomes of each phrasing when all others are taught: closed form, nothing fitted again."""

    meant: str
    ranked: tuple[str, ...]  # best first
    probability: float  # of the first being right


def left_out(examples: Mapping[str, Sequence[str]], language: str) -> list[Unseen]:
    """The phrasings one by one, as if each had been left out; a phrasing met word for word counts as any.

    Those that are their answer's only one are left out wholly: without them nothing is known of it.
    """
    solved = apart(lambda: solve(examples, language))
    many = np.array(solved.counts)
    found = []
    for scores, row in zip(solved.unseen, solved.target, strict=True):
        if many[row.argmax()] > 1:
            order = np.argsort(-scores, kind="stable")
            first = solved.curve.probability(scores[order].astype(np.float64))
            ranked = tuple(solved.ids[at] for at in order)
            found.append(Unseen(solved.ids[row.argmax()], ranked, first))
    return found


@dataclass(frozen=True, slots=True)
class Solved:
    """What fitting found; rows are the phrasings with letters, in the order of the examples."""

    texts: tuple[str, ...]
    ids: tuple[str, ...]
    counts: tuple[int, ...]
    columns: Columns
    target: Floats
    weights: Floats
    unseen: Floats  # leave-one-out scores, phrasing x answer

    @property
    def curve(self) -> calibration.Curve:
        return calibration.learn(self.unseen, self.target, np.array(self.counts))


def solve(examples: Mapping[str, Sequence[str]], language: str) -> Solved:
    """The ridge of the phrasings, solved. Takes more stack than a web server's threads have: see `roomy`."""
    rows = [
        (name, text, bags)
        for name, texts in examples.items()
        for text, bags in ((text, features.pieces(text, language)) for text in texts)
        if any(bags)
    ]
    counts = Counter(name for name, *_ in rows)
    places = {name: place for place, name in enumerate(counts)}
    columns = Columns.of([bags for *_, bags in rows])
    target = np.zeros((len(rows), len(counts)), np.float32)
    target[np.arange(len(rows)), [places[name] for name, *_ in rows]] = 1
    kernel = gram(columns)
    kernel[np.diag_indices(len(rows))] += RIDGE
    weights, unseen = ridge.solved(kernel, target)
    texts = tuple(text for _, text, _ in rows)
    return Solved(texts, tuple(counts), tuple(counts.values()), columns, target, weights, unseen)


def from_bytes(data: bytes) -> Matcher:
    """The matcher `to_bytes` packed; ValueError for another format or a damaged file."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        version, language = unpacked(arrays["words"])
        if version != str(FORMAT):
            raise ValueError(f"This matcher has format {version}, not {FORMAT}: fit it again.")
        return Matcher(
            language=language,
            ids=unpacked(arrays["ids"]),
            counts=tuple(arrays["counts"].tolist()),
            columns=Columns.from_arrays(arrays),
            weights=arrays["weights"].astype(np.float32),
            curve=calibration.Curve(tuple(arrays["curve"].tolist())),
            exact=dict(zip(unpacked(arrays["exact"]), unpacked(arrays["exact_ids"]), strict=True)),
        )


def _unambiguous(examples: Mapping[str, Sequence[str]], language: str) -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for name, texts in examples.items():
        for text in texts:
            owners.setdefault(normalise.key(text, language), set()).add(name)
    return {key: min(names) for key, names in owners.items() if key and len(names) == 1}


def _halved(ranked: Sequence[tuple[str, float]], met: str) -> list[tuple[str, float]]:
    """The other answers, below one met word for word."""
    return [(name, min(p, 1 - EXACT)) for name, p in ranked if name != met]


def packed(texts: Iterable[str]) -> NDArray[np.uint8]:
    """Texts without line ends as an array, for a file without pickle."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def unpacked(array: NDArray[np.uint8]) -> tuple[str, ...]:
    text = array.tobytes().decode()
    return tuple(text.split("\n")) if text else ()
