"""Cases of danger: each is for one protection officer at a time, and whoever opens one is on record (S5, S7).

Officers see the cases of their countries, and those of no country: somebody in danger whom a chat could not
place must not be left because nobody is named for them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bot import windows
from bot.models import Case
from people import audit, consent, identity, revealing
from people.audit import Kind
from people.masking import mask
from people.models import Staff

PAGE = 25
HELD = timedelta(hours=8)  # a shift: then a colleague may take the case over


class NotDone(ValueError):  # noqa: N818 - named for what it is
    """The step is not possible any more. `word`: taken, closed, not-yours, reason."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


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


def may_read(case: Case, by: Staff) -> bool:
    """Words of a case that a colleague has are the colleague's."""
    return case.state == Case.State.NEW or case.taken_by_id == by.pk


def look(case: Case, *, by: Staff, at: datetime) -> Opened:
    """What the case holds, after it was put on record that this officer opened it."""
    with transaction.atomic():
        _note("case opened", case, by, at)
    if not may_read(case, by):
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

    def change(case: Case) -> None:
        if case.taken_by_id != by.pk and not may_take(case, at=at):
            raise NotDone("taken")
        case.state, case.taken_by, case.taken_at = Case.State.TAKEN, by, at

    _change(pk, change, "case taken", by, at)


def may_take(case: Case, *, at: datetime) -> bool:
    """Whether the case is with nobody, with one who left, or was held longer than a shift."""
    if case.taken_by is None or case.taken_at is None or not case.taken_by.is_active:
        return True
    return at - case.taken_at >= HELD


def give_back(pk: int, *, by: Staff, at: datetime) -> None:
    """Anybody may take the case now. Raises NotDone."""

    def change(case: Case) -> None:
        _own(case, by)
        case.state, case.taken_by, case.taken_at = Case.State.NEW, None, None

    _change(pk, change, "case given back", by, at)


def close(pk: int, reason: str, *, by: Staff, at: datetime) -> None:
    """Nothing more is to be done; text and number go some days later (people.keeping). Raises NotDone."""

    def change(case: Case) -> None:
        _own(case, by)
        if reason not in Case.Reason:
            raise NotDone("reason")
        case.state, case.reason = Case.State.CLOSED, reason
        case.closed_by, case.closed_at = by, at

    _change(pk, change, "case closed", by, at, reason=reason)


def _own(case: Case, by: Staff) -> None:
    if case.taken_by_id != by.pk:
        raise NotDone("not-yours")


def _change(
    pk: int, change: Callable[[Case], None], what: str, by: Staff, at: datetime, **more: str
) -> None:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=pk)
        if case.state == Case.State.CLOSED:
            raise NotDone("closed")
        change(case)
        case.save()
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
        raise NotDone("closed")
    _own(case, by)
    told = {"case": str(case.pk)}
    if (found := window(case, at=at)).word:
        what, why = "number not shown for a call-back", {**told, "why": found.word}
        audit.note(Kind.REFUSED, by=by, what=what, country=case.country, details=why, at=at)
        raise windows.NotNow(found)
    anywhere = not case.country
    hidden = revealing.Hidden(case.token, case.number, case.country, told, anywhere)
    return revealing.show(hidden, reason, by=by, at=at)
