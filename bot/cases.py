"""Cases of danger: each is for one protection officer at a time, and whoever opens one is on record (S5, S7).

Officers see the cases of their countries, and those of no country: somebody in danger whom a chat could not
place must not be left because nobody is named for them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from bot import holding, windows
from bot.models import Case
from people import audit, consent, identity, revealing
from people.audit import Kind
from people.masking import mask
from people.models import Staff

PAGE = 25


@dataclass(frozen=True, slots=True)
class Opened:
    """What a case holds, opened for one officer; "" for what is held no more, or is a colleague's."""

    text: str = field(repr=False)
    word: str = field(repr=False)
    number: str = field(repr=False)  # masked


def cases_of(staff: Staff) -> QuerySet[Case]:
    """All cases this officer may look after."""
    own = Q(country__in=staff.countries) | Q(country="")
    return Case.objects.filter(own).select_related("taken_by", "closed_by")


def waiting(staff: Staff) -> QuerySet[Case]:
    """Those that are not closed, and whose words are still there."""
    return cases_of(staff).exclude(state=Case.State.CLOSED).exclude(text="")


def untaken(staff: Staff) -> int:
    """How many of them are with nobody."""
    return waiting(staff).filter(state=Case.State.NEW).count()


def closed(staff: Staff) -> QuerySet[Case]:
    return cases_of(staff).filter(state=Case.State.CLOSED)


def page(cases: QuerySet[Case], before: int | None) -> tuple[Sequence[Case], int | None]:
    """The newest below primary key `before`, and where the next page begins (None: no more)."""
    newest = cases.order_by("-pk").defer("text", "number", "safe_word")
    found = list((newest.filter(pk__lt=before) if before else newest)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


# --- looking -------------------------------------------------------------------------------------------


def look(case: Case, *, by: Staff, at: datetime) -> Opened:
    """What the case holds, after it was put on record that this officer opened it."""
    with transaction.atomic():
        _note("case opened", case, by, at)
    if not holding.may_read(case, by):
        return Opened("", "", "")
    number = _open(case.number, identity.NUMBER)
    return Opened(_open(case.text), _open(case.safe_word), mask(number) if number else "")


def _open(sealed: str, kind: str = identity.TEXT) -> str:
    try:
        return identity.unseal(sealed, kind) if sealed else ""
    except identity.BrokenSeal:
        return "•••"


def _note(what: str, case: Case, by: Staff, at: datetime, **more: str) -> None:
    told = {"case": str(case.pk), **more}
    audit.note(Kind.CASE, by=by, what=what, country=case.country, details=told, at=at)


# --- whose it is ---------------------------------------------------------------------------------------


def take(pk: int, *, by: Staff, at: datetime) -> None:
    """The case is this officer's; a colleague's only when they held it longer than a shift. Raises NotDone."""
    with _changed(pk, "case taken", by, at) as case:
        holding.take(case, by=by, at=at)


def give_back(pk: int, *, by: Staff, at: datetime) -> None:
    """Anybody may take the case now. Raises NotDone."""
    with _changed(pk, "case given back", by, at) as case:
        holding.give_back(case, by=by)


def close(pk: int, reason: str, *, by: Staff, at: datetime) -> None:
    """Nothing more is to be done; text and number go some days later (people.keeping). Raises NotDone."""
    with _changed(pk, "case closed", by, at, reason=reason) as case:
        holding.close(case, reason, by=by, at=at)


@contextmanager
def _changed(pk: int, what: str, by: Staff, at: datetime, **more: str) -> Iterator[Case]:
    """The case under its row's lock, the change on record with it. Raises NotDone."""
    with holding.changed(Case, pk) as case:
        yield case
        _note(what, case, by, at, **more)


# --- calling back --------------------------------------------------------------------------------------


def window(case: Case, *, at: datetime) -> windows.Window:
    """Whether the person may be called: as they said, and never once they said STOP after it, by menu or staff too."""
    found = windows.of(case, at=at)
    if found.word in ("", "later") and case.safe_said_at and _ended_since(case, case.safe_said_at):
        return windows.Window("never")
    return found


def _ended_since(case: Case, at: datetime) -> bool:
    try:
        return consent.ended_since(identity.unseal(case.number, identity.NUMBER), at)
    except identity.BrokenSeal:
        return False  # nor can it be shown


def number(pk: int, reason: str, *, by: Staff, at: datetime) -> str:
    """The number to call, for whoever has the case, in the hours that were named as safe.

    Raises NotDone, windows.NotNow and revealing.NotRevealed; a try outside the hours is on record.
    """
    case = Case.objects.get(pk=pk)
    if case.state == Case.State.CLOSED:
        raise holding.NotDone("closed", case.closed_by)
    holding.own(case, by)
    told = {"case": str(case.pk)}
    if (found := window(case, at=at)).word:
        what, why = "number not shown for a call-back", {**told, "why": found.word}
        audit.note(Kind.REFUSED, by=by, what=what, country=case.country, details=why, at=at)
        raise windows.NotNow(found)
    anywhere = not case.country
    hidden = revealing.Hidden(case.token, case.number, case.country, told, anywhere)
    return revealing.show(hidden, reason, by=by, at=at)
