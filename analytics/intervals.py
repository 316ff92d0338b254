"""How far a share may lie from what was counted, when those who answered are a sample of those who could."""

from math import sqrt
from typing import Final

Z: Final = 1.959964  # of 95 per cent


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """The 95 % interval of a share, from 0 to 1 (Wilson 1927): it holds for few and for shares near 0 or 1.

    None of nobody.
    """
    if not of:
        return None
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)
