"""People who asked for a person: each is for one colleague at a time, and whoever reads one is on record.

Colleagues see those of their countries, and those of no country: a chat does not always know where somebody is.
Danger is no matter of this inbox: it has cases of its own (bot.cases).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from bot import holding
from bot.holding import NotDone
from bot.models import Wish, WishText
from campaigns.models.replies import Answer
from people import audit, identity
from people.audit import Kind
from people.models import Staff

PAGE = 25
ANSWER = "bot.answer_wish"


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for a colleague. `oldest`: when the longest waiting asked."""

    waiting: int
    mine: int
    others: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a thread, opened. `sent`: state of the single SMS it went out by ("" where it is none)."""

    pk: int
    ours: bool
    by: str
    text: str = field(repr=False)
    at: datetime
    sent: str = ""
    shown: bool = False  # on the chat page


def wishes_of(staff: Staff) -> QuerySet[Wish]:
    """All that this colleague may look after."""
    own = Q(country__in=staff.countries) | Q(country="")
    return Wish.objects.filter(own).select_related("taken_by", "closed_by")


def open_of(staff: Staff, *, country: str = "", language: str = "") -> QuerySet[Wish]:
    """Those that are not closed and still hold what was asked, filtered where something is named."""
    found = wishes_of(staff).exclude(state=Wish.State.CLOSED).exclude(token="")
    found = found.filter(country=country) if country else found
    return found.filter(language=language) if language else found


def closed(staff: Staff) -> QuerySet[Wish]:
    return wishes_of(staff).filter(state=Wish.State.CLOSED)


def counts(staff: Staff) -> Counts:
    """One query."""
    mine, new = Q(taken_by=staff), Q(state=Wish.State.NEW)
    found = open_of(staff).aggregate(
        waiting=Count("pk", filter=new),
        mine=Count("pk", filter=mine),
        all=Count("pk"),
        oldest=Min("asked_at", filter=new),
    )
    others = found["all"] - found["waiting"] - found["mine"]
    return Counts(found["waiting"], found["mine"], others, found["oldest"])


def page(wishes: QuerySet[Wish], after: int) -> tuple[Sequence[Wish], int | None]:
    """Those who wait longest first, beyond the first `after`, and where the next page begins (None: no more)."""
    rows = list(wishes.order_by("asked_at", "pk").defer("number", "address")[after:][: PAGE + 1])
    return rows[:PAGE], after + PAGE if len(rows) > PAGE else None


# --- reading --------------------------------------------------------------------------------------------


def read(wish: Wish, *, by: Staff, at: datetime) -> list[Said]:
    """The thread, after it was put on record that this colleague opened it; [] of a colleague's."""
    with transaction.atomic():
        _note("question opened", wish, by, at)
    return said(wish) if holding.may_read(wish, by) else []


def said(wish: Wish) -> list[Said]:
    """What both sides wrote, oldest first. Two queries."""
    texts = list(wish.texts.select_related("by").order_by("pk"))
    ours = {f"wish:{wish.pk}:{one.pk}": one.pk for one in texts if one.by_id}
    answers = Answer.objects.filter(kind=Answer.Kind.PERSON, reference__in=ours)
    sent = {
        ours[reference]: state for reference, state in answers.values_list("reference", "state")
    }
    return [
        Said(
            pk=one.pk,
            ours=one.by_id is not None,
            by=one.by.get_username() if one.by else "",
            text=_open(one),
            at=one.at,
            sent=sent.get(one.pk, ""),
            shown=one.shown_at is not None,
        )
        for one in texts
    ]


def _open(one: WishText) -> str:
    try:
        return identity.unseal(one.text, identity.TEXT)
    except identity.BrokenSeal:
        return "•••"


def _note(what: str, wish: Wish, by: Staff, at: datetime, **more: str) -> None:
    told = {"question": str(wish.pk), **more}
    audit.note(Kind.WISH, by=by, what=what, country=wish.country, details=told, at=at)


# --- whose it is ----------------------------------------------------------------------------------------


def take(pk: int, *, by: Staff, at: datetime) -> None:
    """It is this colleague's; another's only when they held it longer than a shift. Raises NotDone."""
    with changed(pk, "question taken", by, at) as wish:
        holding.take(wish, by=by, at=at)


def give_back(pk: int, *, by: Staff, at: datetime) -> None:
    """Anybody may take it now. Raises NotDone."""
    with changed(pk, "question given back", by, at) as wish:
        holding.give_back(wish, by=by)


def hand_over(pk: int, to: int, *, by: Staff, at: datetime) -> None:
    """It is that colleague's now. Raises NotDone: colleague where they may not answer it."""
    with changed(pk, "question handed over", by, at, to=str(to)) as wish:
        holding.own(wish, by)
        found = next((one for one in colleagues(wish, by) if one.pk == to), None)
        if found is None:
            raise NotDone("colleague")
        wish.taken_by, wish.taken_at = found, at


def colleagues(wish: Wish, by: Staff) -> list[Staff]:
    """Who else may answer it."""
    app, codename = ANSWER.split(".")
    may = Q(
        groups__permissions__codename=codename, groups__permissions__content_type__app_label=app
    )
    found = Staff.objects.filter(may, is_active=True).exclude(pk=by.pk).distinct()
    here = found.filter(countries__contains=[wish.country]) if wish.country else found
    return list(here.order_by("username"))


def close(pk: int, reason: str, *, by: Staff, at: datetime) -> None:
    """Nothing more is to be said; texts and address go a day later (people.keeping). Raises NotDone."""
    with changed(pk, "question closed", by, at, reason=reason) as wish:
        holding.close(wish, reason, by=by, at=at)
        if reason == Wish.Reason.STOPPED:  # theirs to say
            raise NotDone("reason")


@contextmanager
def changed(pk: int, what: str, by: Staff, at: datetime, **more: str) -> Iterator[Wish]:
    """The question under its row's lock, the change on record with it. Raises NotDone."""
    with holding.changed(Wish, pk) as wish:
        yield wish
        _note(what, wish, by, at, **more)
