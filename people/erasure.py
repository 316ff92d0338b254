"""Forgetting somebody: the number, the profile and the bridge to the ledger go, the counts stay (D8, T8).

Two things outlive it on purpose: the suppression (a token under its own key, so that nobody who said stop is
sent to again) and the ledger's rows, which know a random subject that now leads to nobody.

Rooms above and the journal follow within minutes: they ask `asked` and drop what is older than the wish. So do
entries that were on their way when the wish was folded (`follow`).
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from journal import retention
from people import carrying
from people.languages import remembered
from people.models import Consent, Erasure, Person, Reveal, Subject

FOLLOWED = timedelta(days=1)  # then nothing of before the wish can still be on its way


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
    with transaction.atomic():
        tokens = carrying.let_go([token, *former])
        _note(tokens)
        subjects = Subject.objects.filter(token__in=tokens).delete()[1].get("people.Subject", 0)
        people = Person.objects.filter(token__in=tokens).delete()[1].get("people.Person", 0)
        consents = _bury(tokens)
    for one in tokens:
        remembered().drop(one)
    return Forgotten(people, subjects, consents)


def _note(tokens: list[str]) -> None:
    Erasure.objects.bulk_create(
        [Erasure(token=token, at=Now()) for token in tokens],
        update_conflicts=True,
        unique_fields=["token"],
        update_fields=["at"],
    )


def asked() -> QuerySet[Erasure]:
    """The wishes still to be followed: what is of these tokens and older than the wish must go."""
    return Erasure.objects.all()


def follow(*, at: datetime) -> None:
    """Drop what came to the wishes' tokens from entries of before, here and in the journal; end old wishes."""
    for wish in list(asked()):
        Subject.objects.filter(token=wish.token, seen_at__lt=wish.at).delete()
        Person.objects.filter(token=wish.token, added_at__lt=wish.at).delete()
    retention.scrub(dict(asked().values_list("token", "at")))
    Erasure.objects.filter(at__lt=at - FOLLOWED).delete()


def _bury(tokens: list[str]) -> int:
    """Consents stay as proof that somebody agreed, without saying who. One tombstone for one person."""
    tombstone = f"erased:{secrets.token_hex(16)}"
    Reveal.objects.filter(token__in=tokens).update(token=tombstone)
    return Consent.objects.filter(token__in=tokens).update(token=tombstone)
