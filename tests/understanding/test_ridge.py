"""The ridge's closed forms are what a plain inverse, and fitting again without a row, give."""

import numpy as np
import pytest

from understanding import ridge


def problem(rows: int) -> tuple[ridge.Floats, ridge.Floats]:
    chance = np.random.default_rng(rows)
    features = chance.normal(size=(rows, 30)).astype(np.float32)
    target = chance.integers(0, 2, (rows, 3)).astype(np.float32)
    return features @ features.T + 0.5 * np.eye(rows, dtype=np.float32), target


@pytest.mark.parametrize("rows", [1, 5, 192, 193, 500])
def test_weights_are_those_of_the_inverse(rows):
    kernel, target = problem(rows)

    weights, _ = ridge.solved(kernel, target)

    assert np.allclose(weights, np.linalg.inv(kernel.astype(np.float64)) @ target, atol=2e-3)


def test_row_left_out_scores_as_if_fitted_without_it():
    kernel, target = problem(40)
    kept = np.arange(40) != 7

    _, unseen = ridge.solved(kernel, target)
    again = np.linalg.solve(kernel[np.ix_(kept, kept)], target[kept])

    assert np.allclose(unseen[7], kernel[7, kept] @ again, atol=2e-3)


def test_lower_inverse_is_lower():
    lower = np.linalg.cholesky(problem(400)[0])

    inverse = ridge.lower_inverse(lower)

    assert np.allclose(inverse @ lower, np.eye(400), atol=1e-3)
    assert np.array_equal(inverse, np.tril(inverse))
