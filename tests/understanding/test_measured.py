"""The figures the bench prints must not fall."""

import pytest

from tests.bench.understanding import bench


@pytest.mark.parametrize(
    ("language", "accuracy", "top3"),
    [("am", 0.80, 0.92), ("om", 0.79, 0.92), ("sw", 0.90, 0.96), ("en", 0.71, 0.89)],
)
def test_few_phrasings_match_unseen_questions(language, accuracy, top3):
    found = bench(language, 10)
    assert found["accuracy"] >= accuracy
    assert found["top3"] >= top3
    assert found["sure_precision"] >= 0.93
