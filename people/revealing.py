"""Showing one number to one protection officer, for a reason that stays on record (S7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from people import audit, identity
from people.audit import Kind
from people.models import Person, Reveal, Staff

MOST_AN_HOUR = 20  # one at a time; whoever needs more is not calling people back
SHORTEST = 10  # characters of a reason


class NotRevealed(ValueError):  # noqa: N818 - named for what it is
    """The number stays hidden. `word`: permission, country, reason or often."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Hidden:
    """A sealed number and whose it is. `told`: which row it stands in, for the audit.

    `anywhere`: of a row without a country, which every officer looks after.
    """

    token: str
    number: str = field(repr=False)
    country: str
    told: Mapping[str, str]
    anywhere: bool = False


def reveal(person: Person, reason: str, *, by: Staff, at: datetime) -> str:
    """The number of a person, as `show` does it."""
    told = {"person": str(person.pk)}
    return show(Hidden(person.token, person.number, person.country, told), reason, by=by, at=at)


def show(hidden: Hidden, reason: str, *, by: Staff, at: datetime) -> str:
    """The number, after it was written down who sees it and why. Raises NotRevealed.

    Who asked without being allowed to, or too often, is written down as well; too short a reason is a slip.
    """
    try:
        _write_down(hidden, reason, by=by, at=at)
    except NotRevealed as refusal:
        if refusal.word != "reason":
            told = {**hidden.told, "why": refusal.word}
            what = "number not shown"
            audit.note(Kind.REFUSED, by=by, what=what, country=hidden.country, details=told, at=at)
        raise
    return identity.unseal(hidden.number, identity.NUMBER)


def _write_down(hidden: Hidden, reason: str, *, by: Staff, at: datetime) -> None:
    if not by.has_perm("people.reveal_person"):
        raise NotRevealed("permission")
    if not hidden.anywhere and hidden.country not in by.countries:
        raise NotRevealed("country")
    reason = reason.replace("\0", "").strip()
    if len(reason) < SHORTEST:
        raise NotRevealed("reason")
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=by.pk)  # two windows at once count as two
        if Reveal.objects.filter(by=by, at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise NotRevealed("often")
        Reveal.objects.create(token=hidden.token, by=by, reason=reason, at=at)
        # the reason may tell of them: it stays with the reveal
        what, told = "number of one person", hidden.told
        audit.note(Kind.REVEAL, by=by, what=what, country=hidden.country, details=told, at=at)
