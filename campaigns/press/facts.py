"""Which figures an edition of each kind may show on a day, read from the facts."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_noop

from campaigns.editions.edition import Kind
from campaigns.editions.figures import Figures
from campaigns.editions.problems import About, Problem
from campaigns.models import Fact


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
