"""Small cells on our own pages: what tells of fewer than five is told as "<5", or merged with its neighbours.

Leaving a single small cell out helps nobody when the other cells and the total stand beside it; so rows that add
up to a total are merged until at least two of them and five numbers are in one row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEW: Final = 5  # of danger and of places, fewer are never shown, even inside (facts 3)
LESS: Final = f"<{FEW}"


def few(number: int) -> bool:
    """Whether so many are somebody, and too few to be told."""
    return 0 < number < FEW


def told(number: int) -> int | str:
    return LESS if few(number) else number


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of rows: those that stay, and those that become one row."""

    kept: tuple[int, ...]
    merged: tuple[int, ...]


def split(numbers: Sequence[int]) -> Split:
    """Which rows of an additive table have to be merged so that none tells of fewer than five.

    Two rows at least are merged, or the total would give the one away; when together they are still too few, the
    next smallest joins them. Where all there is is one small row, it is merged alone: its number is told by `told`.
    """
    by_size = sorted(range(len(numbers)), key=lambda place: (numbers[place], place))
    merged = [place for place in by_size if few(numbers[place])]
    for place in by_size:
        enough = len(merged) >= 2 and sum(numbers[one] for one in merged) >= FEW
        if not merged or enough:
            break
        if place not in merged and numbers[place]:
            merged.append(place)
    kept = (place for place in range(len(numbers)) if place not in merged)
    return Split(tuple(kept), tuple(sorted(merged)))
