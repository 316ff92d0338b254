"""How people ask: near-copies teach the matcher nothing, so they are pointed out while somebody writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

TOO_NEAR = 0.8  # similarity from 0 to 1 above which two ways to ask are one
# Comparing all pairs grows with the square of what was typed, in the process that answers phones.
COMPARED = 200  # ways to ask
LONGEST = 200  # characters of one that is compared
TOLD = 20  # pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two phrasings that are nearly the same; `percent` of likeness."""

    one: str
    other: str
    percent: int


def lines(text: str) -> tuple[str, ...]:
    """The phrasings of a field, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def near_copies(phrasings: Sequence[str]) -> list[Pair]:
    """Pairs above TOO_NEAR, in the order in which they were written; capitals do not count.

    At most TOLD of them, among the first COMPARED that are no longer than LONGEST.
    """
    matcher = SequenceMatcher(autojunk=False)
    found: list[Pair] = []
    asked = [one for one in phrasings[:COMPARED] if len(one) <= LONGEST]
    for one, other in combinations(asked, 2):
        if len(found) == TOLD:
            break
        matcher.set_seqs(one.casefold(), other.casefold())
        if (  # the cheap upper bounds first
            matcher.real_quick_ratio() > TOO_NEAR
            and matcher.quick_ratio() > TOO_NEAR
            and (likeness := matcher.ratio()) > TOO_NEAR
        ):
            found.append(Pair(one, other, round(100 * likeness)))
    return found
