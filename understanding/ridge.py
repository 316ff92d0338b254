"""Ridge regression with its leave-one-out scores: in the dual, in half the time of a plain inverse, and in the primal.

K = X X' + lambda I is symmetric and positive, so its Cholesky factor L does: K^-1 = L'^-1 L^-1, and of K^-1 only the
diagonal and the product with the targets are needed.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SMALL = 192  # rows below which a general inverse is as fast


def solved(kernel: Floats, target: Floats) -> tuple[Floats, Floats]:
    """(weights, scores of each row as if it had been left out), both row x target. `kernel` includes lambda.

    Closed form: y - a / diag(K^-1), a = K^-1 y (see Rifkin and Lippert, Notes on Regularized Least Squares, 2007).
    """
    root = lower_inverse(np.linalg.cholesky(kernel))
    weights = root.T @ (root @ target)
    return weights, target - weights / np.einsum("ij,ij->j", root, root)[:, None]


def in_primal(
    rows: NDArray[Any], target: NDArray[Any], counts: NDArray[Any], strength: float, *, own: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """(weights, dimension x target; scores of the first `own` rows as if each had been left out).

    For fewer dimensions than rows; all of one precision. counts: how much each row counts; of the own ones all 1. Closed form:
    (p - h y) / (1 - h), h = x (X' C X + lambda I)^-1 x'.
    """
    weighed = rows * counts[:, None]
    inverse = np.linalg.inv(weighed.T @ rows + strength * np.eye(rows.shape[1], dtype=rows.dtype))
    weights = inverse @ (weighed.T @ target)
    told = np.einsum("ij,jk,ik->i", rows[:own], inverse, rows[:own], optimize=True)[:, None]
    return weights, (rows[:own] @ weights - told * target[:own]) / (1 - told)


def lower_inverse(lower: Floats) -> Floats:
    """The inverse of a lower triangular matrix, by halves: nearly all of it are products of blocks."""
    size = len(lower)
    if size <= SMALL:
        return np.tril(np.linalg.inv(lower))
    half = size // 2
    inverse = np.zeros_like(lower)
    inverse[:half, :half] = lower_inverse(lower[:half, :half])
    inverse[half:, half:] = lower_inverse(lower[half:, half:])
    inverse[half:, :half] = -inverse[half:, half:] @ (lower[half:, :half] @ inverse[:half, :half])
    return inverse
