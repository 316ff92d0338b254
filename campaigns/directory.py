"""The directory of help: which numbers may be shown, and why another may not.

A number goes live only after somebody called it and before that proof expires. Demonstrations show
invented numbers only, so that nobody ever calls a real line because of one.
"""

from collections.abc import Iterable
from datetime import date

from campaigns.edition import Kind
from campaigns.models import Referral
from campaigns.tokens import EVERYBODY, KINDS, Number
from people.countries import CODES

SAUDI = (
    "SA"  # where workers of all eight countries are: its labour line is everybody's {ksa_labour}
)


def numbers(kind: Kind, *, on: date) -> tuple[list[Number], list[str]]:
    """The numbers of an edition of that kind, and in plain words each one that must not be shown."""
    rows = Referral.objects.filter(fictitious=kind is Kind.DEMONSTRATION).exclude(number="")
    found: list[Number] = []
    problems: list[str] = []
    for row in rows:
        shown = list(_numbers(row))
        trouble = "" if kind is Kind.DEMONSTRATION or not shown else unproved(row, on=on)
        if trouble:
            problems.append(f"{row.code}: {row.name}, {row.number}: {trouble}")
        else:
            found += shown
    return found, problems


def unproved(row: Referral, *, on: date) -> str:
    """Why the number may not go live that day; "" if it may."""
    if row.verified_by_call_on is None:
        return "nobody has called it to check."
    if row.expires is None:
        return "it is not said until when the check holds."
    if row.expires <= on:
        return f"the check of {row.verified_by_call_on} expired on {row.expires}."
    return ""


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
