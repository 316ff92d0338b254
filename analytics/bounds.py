"""How far a number can lie from where it is, when only some sums are known: linear programming, small and dense.

A question is put about the *change* of unknown numbers from their true values, at which every relation holds.
So nothing has to be searched to begin with: "no change" is allowed, and one simplex run from there says how far
a number can be moved. Method: the tableau of Dantzig, with Bland's rule against circles (any textbook).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tableau = NDArray[np.float64]
TINY = 1e-7
PATIENCE = 1_500  # pivots after which a question counts as not answered
STALLED = 40  # pivots without gain after which Bland's rule takes over


@dataclass(frozen=True, slots=True)
class Row:
    """The changes of these unknowns, each times its factor, sum to at most `slack` (to 0 when `equal`)."""

    factors: Mapping[int, int]
    slack: float
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Every change of `size` unknowns that the rows allow; `down`: how far each may fall."""

    matrix: Tableau
    limits: NDArray[np.float64]
    size: int

    @classmethod
    def of(cls, rows: Sequence[Row], down: Sequence[float]) -> "Space":
        """Each change is written as rise minus fall, both of them not negative."""
        size = len(down)
        lines: list[NDArray[np.float64]] = []
        limits: list[float] = []
        for row in rows:
            line = np.zeros(size)
            line[list(row.factors)] = list(row.factors.values())
            lines.append(line)
            limits.append(row.slack)
            if row.equal:
                lines.append(-line)
                limits.append(row.slack)
        held = np.array(lines).reshape(-1, size)
        falls = np.eye(size)
        matrix = np.vstack([np.hstack([held, -held]), np.hstack([-falls, falls])])
        return cls(matrix, np.array([*limits, *down], dtype=float), size)

    def moves(self, unknown: int, by: float) -> bool:
        """Whether this unknown can change by so much (negative: fall). False too when it took too long."""
        if abs(by) < TINY:
            return True
        wish = np.zeros(2 * self.size)
        wish[unknown], wish[self.size + unknown] = (1, -1) if by > 0 else (-1, 1)
        enough = np.vstack([self.matrix, wish])
        return _farthest(enough, np.append(self.limits, abs(by)), wish) >= abs(by) - TINY


def _farthest(matrix: Tableau, limits: NDArray[np.float64], wish: NDArray[np.float64]) -> float:
    """The largest wish * y for matrix * y <= limits, y >= 0, limits >= 0; a lower one when it took too long."""
    rows, columns = matrix.shape
    table = np.zeros((rows + 1, columns + rows + 1))
    table[:rows, :columns] = matrix
    table[:rows, columns:-1] = np.eye(rows)
    table[:rows, -1] = limits
    table[-1, :columns] = -wish
    basis = np.arange(columns, columns + rows)
    stalled = 0
    for _ in range(PATIENCE):
        before = table[-1, -1]
        if not _step(table, basis, cautious=stalled > STALLED):
            break
        stalled = stalled + 1 if table[-1, -1] <= before + TINY else 0
    return float(table[-1, -1])


def _step(table: Tableau, basis: NDArray[np.int64], *, cautious: bool) -> bool:
    """One pivot; False when nothing can be gained any more."""
    costs = table[-1, :-1]
    wanted = np.flatnonzero(costs < -TINY)
    if not wanted.size:
        return False
    column = int(wanted[0] if cautious else wanted[np.argmin(costs[wanted])])
    entries = table[:-1, column]
    able = np.flatnonzero(entries > TINY)
    if not able.size:  # never so: every wish is limited by its own row
        return False
    ratios = table[able, -1] / entries[able]
    closest = able[ratios <= ratios.min() + TINY]
    row = int(closest[np.argmin(basis[closest])])
    table[row] /= table[row, column]
    others = np.flatnonzero(np.abs(table[:, column]) > TINY)
    others = others[others != row]
    table[others] -= np.outer(table[others, column], table[row])
    basis[row] = column
    return True
