"""From scores to the probability of being right, and from that to what may be said.

Learned mostly without a set of questions: the ridge gives each phrasing's score as if it had been left out. Phrasings
whose own answer is masked stand for questions we have no answer to. A logistic curve over the best score
and its lead over the second gives p(the first answer is right). (The lead over the mean of the second to
fourth was tried as well: it changed nothing and took a weight of the wrong sign.) That curve is met halfway
by one of questions that other people wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE, UNSURE = 0.9, 0.25
CHOICES = 3
HIDDEN = -9.0  # a score no answer can have: masks one
# Curve of four development sets (ten phrasings an answer) and how hard it pulls: what few phrasings
# cannot teach, it fills in; against hundreds it no longer counts.
PRIOR = np.array([-4.8, 15.0, 1.0])
PRIOR_WEIGHT = 0.3
# Curve of questions that other people wrote (`tests/bench/questions/dev`, eight languages; each language's
# own differed from the other seven's by less than two points of what is sure). Phrasings are chosen to
# differ, so that one left out is stranger to the rest than what people ask: their curve alone is too shy.
ASKED = np.array([-3.4, 12.5, 2.9])
ASKED_SHARE = 0.5  # higher: more is sure, but below 95 % of it right on other sets of questions


@dataclass(frozen=True, slots=True)
class Curve:
    """Logistic weights: constant, best score, lead over the second."""

    weights: tuple[float, ...]

    def probability(self, scores: NDArray[np.float64]) -> float:
        """Of the first answer being right; scores in descending order."""
        return float(_logistic(_features(scores[None, :2]) @ np.array(self.weights))[0])


@dataclass(frozen=True, slots=True)
class Decision:
    """`sure`: the one choice is the answer. `unsure`: up to three to ask about. `unknown`: none."""

    kind: str
    choices: tuple[str, ...]


def decide(
    ranked: Sequence[tuple[str, float]], *, sure: float = SURE, unsure: float = UNSURE
) -> Decision:
    """What may be said about a ranking (best first); thresholds are probabilities."""
    if not ranked or ranked[0][1] < unsure:
        return Decision("unknown", ())
    if ranked[0][1] >= sure:
        return Decision("sure", (ranked[0][0],))
    return Decision("unsure", tuple(name for name, p in ranked[:CHOICES] if p > 0))


def learn(
    unseen: NDArray[np.float32], target: NDArray[np.float32], counts: NDArray[np.int64]
) -> Curve:
    """The curve of leave-one-out scores (phrasing x answer) against the answers meant.

    A phrasing that is its answer's only one says nothing about being right: without it nothing was
    known of the answer. It still serves as a question without an answer.
    """
    own = target > 0
    masked = np.where(own, HIDDEN, unseen)
    taught = unseen[(target @ counts) > 1]
    right = (
        own[(target @ counts) > 1][np.arange(len(taught)), taught.argmax(axis=1)]
        if len(taught)
        else []
    )
    features = np.concatenate([_features(_top(taught)), _features(_top(masked))])
    labels = np.concatenate([np.asarray(right, np.float64), np.zeros(len(masked))])
    if not len(taught):
        return Curve(tuple(PRIOR.tolist()))
    own_curve = _logistic_fit(features, labels)
    return Curve(tuple(((1 - ASKED_SHARE) * own_curve + ASKED_SHARE * ASKED).tolist()))


def shares(scores: NDArray[np.float64], *, at_most: float, together: float) -> list[float]:
    """Probabilities of the answers after the first: a softmax of their scores, none above `at_most`."""
    if not len(scores):
        return []
    raised = np.exp((scores - scores[0]) / 0.1)
    return [float(p) for p in np.minimum(together * raised / raised.sum(), at_most)]


def _top(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    return -np.sort(-scores.astype(np.float64), axis=1)[:, :2]


def _features(top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows of (1, best, lead over the second); with one answer only, the second is 0."""
    wide = np.zeros((len(top), 2))
    wide[:, : top.shape[1]] = np.maximum(top, 0)
    return np.stack([np.ones(len(top)), wide[:, 0], wide[:, 0] - wide[:, 1]], 1)


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def _logistic_fit(
    features: NDArray[np.float64], labels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Newton steps to the most probable weights, drawn towards `PRIOR`."""
    weights = PRIOR.copy()
    for _ in range(25):
        p = _logistic(features @ weights)
        slope = features.T @ (p - labels) + PRIOR_WEIGHT * (weights - PRIOR)
        bend = (features * (p * (1 - p))[:, None]).T @ features + PRIOR_WEIGHT * np.eye(len(PRIOR))
        step = np.linalg.solve(bend, slope)
        weights = weights - np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-6:
            break
    return weights
