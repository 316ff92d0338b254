"""Figures for texts: `{figure:F17.2}` is the second figure of fact F17, `{year:F17}` its first year.

Nobody types a figure into a text: it grows old unseen. A figure goes live only while somebody has looked
it up and said until when that holds; a demonstration shows them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from campaigns.editions.problems import Problem


@dataclass(frozen=True, slots=True)
class Figures:
    """`words`: token -> digits as stored. `lapsed`: fact -> why its figures may not be shown."""

    words: Mapping[str, str] = field(default_factory=dict)
    lapsed: Mapping[str, Problem] = field(default_factory=dict)
    expires: Mapping[str, date] = field(default_factory=dict)  # fact that holds -> until when

    def known(self) -> frozenset[str]:
        """Every token there is, of facts that hold and of others."""
        return frozenset(self.words)

    def holds(self, tokens: Iterable[str]) -> list[Problem]:
        """Why a text with these tokens may not be shown; empty when it may."""
        named = dict.fromkeys(fact(token) for token in tokens if is_figure(token))
        return [self.lapsed[code] for code in named if code in self.lapsed]


NO_FIGURES = Figures()


def is_figure(token: str) -> bool:
    return token.startswith(("figure:", "year:"))


def fact(token: str) -> str:
    """The fact that a token names: "F17" for "figure:F17.2"."""
    return token.partition(":")[2].partition(".")[0]
