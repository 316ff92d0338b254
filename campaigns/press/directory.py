"""The directory of help: which numbers may be shown, and why another may not.

A number goes live only after somebody called it and before that proof expires. Demonstrations show
invented numbers only, so that nobody ever calls a real line because of one.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_noop

from campaigns.editions.edition import Kind
from campaigns.editions.problems import About, Problem
from campaigns.editions.tokens import EVERYBODY, KINDS, Number
from campaigns.models import Referral
from people.countries import CODES

SAUDI = (
    "SA"  # where workers of all eight countries are: its labour line is everybody's {ksa_labour}
)


def numbers(kind: Kind, *, on: date) -> tuple[list[Number], list[Problem]]:
    """The numbers of an edition of that kind, and each one that must not be shown, with the reason."""
    rows = Referral.objects.filter(fictitious=kind is Kind.DEMONSTRATION).exclude(number="")
    found: list[Number] = []
    problems: list[Problem] = []
    for row in rows:
        shown = list(_numbers(row))
        trouble = None if kind is Kind.DEMONSTRATION or not shown else unproved(row, on=on)
        if trouble:
            problems.append(trouble)
        else:
            found += shown
    return found, problems


def unproved(row: Referral, *, on: date) -> Problem | None:
    """Why the number may not go live that day; None if it may."""
    values = {"name": row.name, "number": row.number}
    if row.verified_by_call_on is None:
        said = gettext_noop("{name}, {number}: nobody has called it to check.")
    elif row.expires is None:
        said = gettext_noop("{name}, {number}: it is not said until when the check holds.")
    elif row.expires <= on:
        said = gettext_noop("{name}, {number}: the check of {called} expired on {expires}.")
        values["called"] = row.verified_by_call_on.isoformat()
        values["expires"] = row.expires.isoformat()
    else:
        return None
    return Problem(said, About.NUMBER, row.code, "", values)


def _numbers(row: Referral) -> Iterable[Number]:
    """One value for each kind of help that texts can name; entries of other countries name none."""
    for kind in row.kinds:
        if row.country == SAUDI and kind == "labour":
            yield _number(row, EVERYBODY, "ksa_labour")
        elif row.country in CODES and kind in KINDS:
            yield _number(row, row.country, kind)


def _number(row: Referral, country: str, kind: str) -> Number:
    expires = row.expires.isoformat() if row.expires else ""
    return Number(country, kind, row.number, row.name, tuple(row.languages), expires)
