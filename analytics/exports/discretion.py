"""Which counts of referrals even M&E staff are not shown: 1 to 4 in a breakdown, and what would give them away.

A referral says that somebody sought help. In one table, a second number is hidden with a lone hidden one, or
the total less all others would be it. A table of two dimensions has margins on both sides: there all are hidden.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from analytics.few import FEW, few

K = TypeVar("K", bound=Hashable)


def hidden(counts: Mapping[K, int], *, crossed: bool = False) -> frozenset[K]:
    """The cells not to show. `crossed`: the table has two dimensions or more."""
    found = {key for key, count in counts.items() if few(count)}
    if not found or crossed:
        return frozenset(counts if found else ())
    others = sorted((count, str(key), key) for key, count in counts.items() if count >= FEW)
    found |= {key for _count, _word, key in others[:1]}
    return frozenset(found) if others else frozenset(counts)
