"""Forgetting somebody: the number, the profile and the bridge to the ledger go, the counts stay (D8, T8).

Two things outlive it on purpose: the suppression (a token under its own key, so that nobody who said stop is
sent to again) and the ledger's rows, which know a random subject that now leads to nobody.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from people.languages import remembered
from people.models import Consent, Person, Reveal, Subject


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was there and is gone."""

    people: int
    subjects: int
    consents: int

    def __bool__(self) -> bool:
        return bool(self.people or self.subjects or self.consents)


def forget(token: str, *, former: Iterable[str] = ()) -> Forgotten:
    """Erase the person of this token (and of the same address under `former` keys). Idempotent.

    Whether messages end too is another wish: `consent.suppress`. Counts met again later count as new.
    """
    tokens = [token, *former]
    with transaction.atomic():
        subjects = Subject.objects.filter(token__in=tokens).delete()[1].get("people.Subject", 0)
        people = Person.objects.filter(token__in=tokens).delete()[1].get("people.Person", 0)
        consents = _bury(tokens)
    for one in tokens:
        remembered().drop(one)
    return Forgotten(people, subjects, consents)


def _bury(tokens: list[str]) -> int:
    """Consents stay as proof that somebody agreed, without saying who. One tombstone for one person."""
    tombstone = f"erased:{secrets.token_hex(16)}"
    Reveal.objects.filter(token__in=tokens).update(token=tombstone)
    return Consent.objects.filter(token__in=tokens).update(token=tombstone)
