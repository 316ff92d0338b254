"""Figures for texts: `{figure:F17.2}` is the second figure of fact F17, `{year:F17}` its first year.

Nobody types a figure into a text: it grows old unseen. A figure goes live only while somebody has looked
it up and said until when that holds; a demonstration shows them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_noop

from campaigns.edition import Kind
from campaigns.models import Fact
from campaigns.problems import About, Problem


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


def figures(kind: Kind, *, on: date) -> Figures:
    """All figures of the table, as an edition of that kind may show them that day."""
    words: dict[str, str] = {}
    lapsed: dict[str, Problem] = {}
    expires: dict[str, date] = {}
    for row in Fact.objects.all():
        words |= _tokens("figure", row.code, row.figures) | _tokens("year", row.code, row.years)
        trouble = unproved(row, on=on) if kind is Kind.LIVE else None
        if trouble:
            lapsed[row.code] = trouble
        elif row.expires and kind is Kind.LIVE:
            expires[row.code] = row.expires
    return Figures(words, lapsed, expires)


def _tokens(name: str, code: str, values: Iterable[str]) -> dict[str, str]:
    """The first value goes without a number, and every one by its number."""
    found = {f"{name}:{code}.{n}": value for n, value in enumerate(values, 1)}
    first = found.get(f"{name}:{code}.1")
    return {**found, f"{name}:{code}": first} if first is not None else found


def unproved(row: Fact, *, on: date) -> Problem | None:
    """Why the figures of the fact may not go live that day."""
    if row.expires is None:
        said = gettext_noop("nobody has looked it up and said until when it holds.")
        return Problem(said, About.FIGURE, row.code)
    if row.expires <= on:
        said = gettext_noop("it had to be looked up again by {day}.")
        return Problem(said, About.FIGURE, row.code, values={"day": row.expires.isoformat()})
    return None
