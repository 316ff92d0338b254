"""Forgetting somebody: the number, the profile and the bridge to the ledger go, the counts stay (D8, T8).

Two things outlive it on purpose: the suppression (a token under its own key, so that nobody who said stop is
sent to again) and the ledger's rows, which know a random subject that now leads to nobody.

Rooms above and the journal follow within minutes: they ask `asked` and drop what is older than the wish. So do
entries that were on their way when the wish was folded (`follow`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.functions import RandomUUID
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now, Replace

from analytics import recounts
from journal import retention
from people import carrying
from people.languages import remembered
from people.models import Consent, Erasure, Person, Reveal, Subject

FOLLOWED = timedelta(days=1)  # then nothing of before the wish can still be on its way
# one of its own for each row of a statement: not even "the same person twice" can be read
TOMBSTONES = Concat(Value("erased:"), Replace(Cast(RandomUUID(), CharField()), Value("-")))


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

    Whether messages end too is another wish: `consent.suppress`. Whoever is met again counts as new, and may
    be counted again: `analytics.recounts` knows how many, never who.
    """
    with transaction.atomic():
        tokens = everybody([token, *former])
        _note(tokens)
        subjects = _cut(tokens)
        people = Person.objects.filter(token__in=tokens).delete()[1].get("people.Person", 0)
        consents = _bury(Consent.objects.filter(token__in=tokens))
        # that a number was seen stays on record, with the audit; the reason may tell of the person
        Reveal.objects.filter(token__in=tokens).update(token=TOMBSTONES, reason="")
    for one in tokens:
        remembered().drop(one)
    return Forgotten(people, subjects, consents)


def everybody(tokens: Collection[str]) -> list[str]:
    """All tokens by which the person of these is known: of the chats linked to a number, of before a rotation.

    Whoever asks forgets them: nothing leads from a token of before to today's any more.
    """
    subjects = Subject.objects.filter(token__in=tokens).values("subject")
    same = Subject.objects.filter(subject__in=subjects).order_by("pk")
    return carrying.let_go([*tokens, *same.values_list("token", flat=True)])


def _note(tokens: Collection[str]) -> None:
    Erasure.objects.bulk_create(
        [Erasure(token=token, at=Now()) for token in tokens],
        update_conflicts=True,
        unique_fields=["token"],
        update_fields=["at"],
    )


def _cut(tokens: Collection[str]) -> int:
    """The bridge falls; how many subjects lead to nobody now."""
    bridges = Subject.objects.filter(token__in=tokens)
    subjects = list(set(bridges.select_for_update().values_list("subject", flat=True)))
    bridges.delete()
    recounts.note(subjects)
    return len(subjects)


def _bury(consents: QuerySet[Consent]) -> int:
    """That somebody agreed stays as a proof, without who. The evidence of one person names their message."""
    return consents.update(token=TOMBSTONES, evidence="")


def asked() -> QuerySet[Erasure]:
    """The wishes still to be followed: what is of these tokens and older than the wish must go."""
    return Erasure.objects.all()


def wished(when: str) -> Exists:
    """Of a row with a `token`: whether its person asked to be forgotten after `when`, the row's time.

    One statement for all wishes of a day, however many.
    """
    return Exists(Erasure.objects.filter(token=OuterRef("token"), at__gt=OuterRef(when)))


def follow(*, at: datetime) -> None:
    """Drop what came to the wishes' tokens from entries of before, here and in the journal."""
    Subject.objects.filter(wished("seen_at")).delete()
    Person.objects.filter(wished("added_at")).delete()
    _bury(Consent.objects.filter(wished("given_at")))
    retention.scrub(dict(asked().values_list("token", "at")))
    end_wishes(before=at - FOLLOWED)


def end_wishes(before: datetime) -> int:
    """Wishes that were followed are forgotten themselves."""
    return Erasure.objects.filter(at__lt=before).delete()[0]
