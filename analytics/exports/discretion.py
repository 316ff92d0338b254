"""Which counts of referrals even M&E staff are not shown: 1 to 4 in a breakdown, and what would give them away.

A referral says that somebody sought help. In one table, a second number is hidden with a lone hidden one, or
the total less all others would be it. A table of two dimensions has margins on both sides: there all are hidden.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

SMALLEST = 5
K = TypeVar("K", bound=Hashable)


def small(count: int) -> bool:
    return 0 < count < SMALLEST


def hidden(counts: Mapping[K, int], *, crossed: bool = False) -> frozenset[K]:
    """The cells not to show. `crossed`: the table has two dimensions or more."""
    found = {key for key, count in counts.items() if small(count)}
    if not found or crossed:
        return frozenset(counts if found else ())
    others = sorted((count, str(key), key) for key, count in counts.items() if count >= SMALLEST)
    found |= {key for _count, _word, key in others[:1]}
    return frozenset(found) if others else frozenset(counts)
