"""What a ranking allows to be said."""

import numpy as np
import pytest

from understanding.calibration import Curve, Decision, decide, learn, shares


@pytest.mark.parametrize(
    ("ranked", "decision"),
    [
        ([("a", 0.95), ("b", 0.02)], Decision("sure", ("a",))),
        ([("a", 0.9), ("b", 0.05)], Decision("sure", ("a",))),
        ([("a", 0.6), ("b", 0.2), ("c", 0.1), ("d", 0.05)], Decision("unsure", ("a", "b", "c"))),
        ([("a", 0.5), ("b", 0.0)], Decision("unsure", ("a",))),
        ([("a", 0.24), ("b", 0.2)], Decision("unknown", ())),
        ([], Decision("unknown", ())),
    ],
)
def test_decide_by_the_probability_of_the_first(ranked, decision):
    assert decide(ranked) == decision


def test_thresholds_can_be_moved():
    assert decide([("a", 0.8)], sure=0.7).kind == "sure"


def test_the_curve_rises_with_the_score():
    unseen = np.array([[0.8, 0.1], [0.7, 0.2], [0.2, 0.3], [0.1, 0.6]] * 10, np.float32)
    target = np.array([[1, 0], [1, 0], [1, 0], [0, 1]] * 10, np.float32)
    curve = learn(unseen, target, np.array([30, 10]))
    low, high = (curve.probability(np.array(scores)) for scores in ([0.2, 0.1], [0.8, 0.1]))
    assert low < 0.5 < high


def test_without_any_example_the_curve_is_the_default_one():
    curve = learn(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), np.zeros(0, np.int64))
    assert curve == Curve((-4.8, 15.0, 1.0))


def test_shares_give_no_other_answer_more_than_the_first():
    assert max(shares(np.array([0.5, 0.4]), at_most=0.3, together=0.7)) <= 0.3
