"""Series: blasts that come again. One approval covers the same words, people, prices and money, and nothing else.

Beat walks the days of each series. Shortly before its hour a day becomes an occurrence and a planned blast, in
one transaction under the series' row, so that whatever dies on the way leaves both or neither; the key
(series, day) makes it once. When its people are frozen it is approved in the name of whoever approved the
series, if all is still as it was approved; else it waits for a person, to the end of its hours. A day that passed while the product was
down, or the series paused, is put down and left out: never made up for, never several at once.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from campaigns.blasts import (
    approval,
    balance_of_content,
    budget,
    discretion,
    lapsing,
    planning,
    rhythm,
    routes,
)
from campaigns.blasts.audiences import NoAudience, named
from campaigns.blasts.permits import APPROVE, PLAN, Refused, may
from campaigns.blasts.proposals import Proposal, check
from campaigns.models.blasts import Audience, Blast, BlastText
from campaigns.models.series import Occurrence, Series
from people import audit
from people.audit import Kind as Act
from people.models import Staff

LEAD = timedelta(minutes=30)  # before its hour: time to freeze millions, and for a person to look
GRACE = timedelta(hours=2)  # after its hour; later it is left out
PAUSED = "series"  # why a blast stands still
State, Came = Series.State, Occurrence.State
OVER = (State.STOPPED, State.DONE)
TROUBLES = (
    Refused, budget.NoMoney, routes.NoRoute, planning.CannotPlan, NoAudience,
)  # fmt: skip


# --- proposing and approving ----------------------------------------------------------------------------


def propose(wish: Proposal, *, by: Staff, at: datetime) -> Series:
    """A series that waits for its approval. Raises TROUBLES."""
    check(wish)
    order, audience = routes.several(wish.gateways), named(wish.audience)
    may(by, PLAN, audience.countries)
    series = Series(
        campaign=planning.campaign_of(wish.campaign),
        audience=audience,
        whom=_whom(audience),
        item=wish.item,
        routes=[gateway.name for gateway in order],
        countries=audience.countries,
        holdout=wish.holdout,
        holdout_seed=wish.seed,
        rhythm=wish.rhythm,
        weekdays=sorted(set(wish.weekdays)),
        month_day=wish.month_day,
        occasion=wish.occasion,
        days_before=wish.days_before,
        at=wish.at,
        until_hour=wish.until_hour or planning.hours(order[0])[1],
        starts=wish.starts,
        ends=wish.ends,
        most=wish.most,
        budget_each=wish.budget_each,
        budget=wish.budget,
        proposed_by=by,
        proposed_at=at,
    )
    if series.at >= series.until_hour:
        raise planning.CannotPlan(_("Its hour must come before the last hour of sending."))
    days = rhythm.days(series, series.starts)
    if wish.rhythm != Series.Rhythm.BEFORE and not any(rhythm.moment(series, d) > at for d in days):
        raise planning.CannotPlan(_("The last of its days is over already."))
    found = _texts(series, at=at)
    if not found:
        raise planning.CannotPlan(
            _("Nothing of it could be sent there: look at text, price and code.")
        )
    tariffs = budget.tariffs(order, {text.country for text in found}, at)
    series.currency = budget.one_currency(tariffs, "")
    series.texts = _rows(found)
    series.save()
    return series


def approve(series: Series, *, by: Staff, at: datetime, override: str = "") -> Series:
    """A second person answers for what, to whom, when and for how much. Raises TROUBLES.

    From now on only what is still the same is approved in their name. Refused where the words or prices of
    today are not those that were proposed.
    """
    may(by, APPROVE, series.countries)
    alone = by.pk == series.proposed_by_id
    if alone and not settings.SELF_APPROVAL:
        raise Refused(_("Somebody else than the planner must approve."))
    found = _texts(series, at=at)
    if _rows(found) != series.texts or _whom(series.audience) != series.whom:
        raise Refused(
            _("Words, prices or audience changed since it was proposed: propose it again.")
        )
    blast = _sample(series)
    discretion.check(blast, found)
    reason = balance_of_content.settle(blast, override, found)
    with transaction.atomic():
        _move(
            series,
            [State.PROPOSED],
            State.APPROVED,
            approved_by=by,
            approved_at=at,
            override=reason,
        )
        told = {"item": series.item, "rhythm": series.rhythm, "budget": f"{series.budget:f}"}
        told |= {"own plan": "yes" if alone else "no", "only frightens, because": reason or "-"}
        audit.note(Act.APPROVE, by=by, what=f"series {series.pk}", details=told, at=at)
    return series


def _sample(series: Series) -> Blast:
    """A blast as each of them will be, for the rules that look at one; never saved."""
    order = routes.several(series.routes)
    item = routes.edition(simulated=order[0].simulated).items.get(series.item)
    if item is None:
        raise planning.CannotPlan(
            _("The current edition has no item %(item)s.") % {"item": series.item}
        )
    return Blast(
        campaign=series.campaign,
        item=item.id,
        countries=series.countries,
        routes=series.routes,
        gateway=order[0].name,
        sender=order[0].sender,
        sensitive=item.sensitive,
    )


def sample(series: Series, *, at: datetime) -> tuple[Blast, list[BlastText]]:
    """A blast as each of them will be, and its texts of today; neither is saved. Raises TROUBLES."""
    return _sample(series), _texts(series, at=at)


def _texts(series: Series, *, at: datetime) -> list[BlastText]:
    order = routes.several(series.routes)
    edition = routes.edition(simulated=order[0].simulated)
    return list(planning.render(edition, _sample(series), order, at=at))


def _rows(texts: Iterable[BlastText]) -> list[list[str]]:
    return sorted(
        [text.country, text.language, text.text, f"{Decimal(text.per_part).normalize():f}"]
        for text in texts
    )


def _whom(audience: Audience) -> dict[str, object]:
    """The audience's filters as plain JSON: a changed one is not what was approved."""
    told = model_to_dict(audience, exclude=["id", "name", "archived_at"])
    plain: dict[str, object] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain


# --- brakes -----------------------------------------------------------------------------------------------


def pause(series: Series, *, by: Staff, at: datetime) -> Series:
    """No further day is planned, and nothing of it leaves until it goes on. Raises Refused."""
    _brake(series, by)
    with transaction.atomic():
        _move(series, [State.APPROVED], State.PAUSED)
        for blast in _blasts(series, Blast.State.APPROVED, Blast.State.RUNNING):
            approval.hold(blast, at=at, reason=PAUSED)
        _note(series, "paused", by, at)
    return series


def hold(series: Series, *, at: datetime) -> Series:
    """Pause it by itself, its blasts left to whoever asks for this; no further day is planned."""
    _move(series, [State.APPROVED], State.PAUSED)
    _note(series, "paused", None, at)
    return series


def resume(series: Series, *, by: Staff, at: datetime) -> Series:
    """Days that passed meanwhile stay left out. Raises Refused."""
    may(by, PLAN, series.countries)
    with transaction.atomic():
        _move(series, [State.PAUSED], State.APPROVED)
        for blast in _blasts(series, Blast.State.PAUSED):
            if blast.pause_reason == PAUSED:
                approval.resume(blast, by=by, at=at)
        _note(series, "resumed", by, at)
    return series


def stop(series: Series, *, by: Staff, at: datetime) -> Series:
    """For good, with whatever of it is under way or waits. Raises Refused."""
    _brake(series, by)
    with transaction.atomic():
        _move(series, [State.PROPOSED, State.APPROVED, State.PAUSED, State.DONE], State.STOPPED)
        for blast in _blasts(series, *approval.ALIVE):
            approval.stop(blast, by=by, at=at)
        _note(series, "stopped", by, at)
    return series


def _brake(series: Series, by: Staff) -> None:
    may(by, PLAN if by.has_perm(PLAN) else APPROVE, series.countries)


def _blasts(series: Series, *states: str) -> list[Blast]:
    return list(Blast.objects.filter(occurrence__series=series, state__in=states))


def _move(series: Series, before: list[str], after: str, **values: object) -> None:
    """The conditional update; of two who press at once one is told. Holds the row to the transaction's end."""
    moved = Series.objects.filter(pk=series.pk, state__in=before).update(state=after, **values)
    series.refresh_from_db()
    if not moved:
        said = _("Series %(number)d is %(state)s: nothing was done.")
        raise Refused(said % {"number": series.pk, "state": series.get_state_display()})


def _note(series: Series, what: str, by: Staff | None, at: datetime) -> None:
    audit.note(Act.STOP, by=by, what=f"series {series.pk}: {what}", at=at)


# --- what beat does ---------------------------------------------------------------------------------------


def tend(*, at: datetime) -> list[Occurrence]:
    """Plan what comes soon, put down what passed, approve what is frozen; those that now need a person.

    What nobody approved in its time lapses first: its money is the next day's.
    """
    lapsing.lapse(at=at)
    troubled: list[Occurrence] = []
    for series in Series.objects.filter(state__in=[State.APPROVED, State.PAUSED]):
        troubled += _walk(series, at)
    ready = Occurrence.objects.filter(
        state=Came.PLANNED, blast__state=Blast.State.PLANNED, blast__frozen_at__isnull=False
    )
    return [*troubled, *filter(None, (_approve(one, at) for one in ready))]


def upcoming(series: Series, *, at: datetime) -> Iterable[date]:
    """The days that are still to come, the next first."""
    last = series.occurrences.aggregate(day=Max("day"))["day"]
    return following(series, last, at=at)


def soonest(found: Sequence[Series], *, at: datetime) -> dict[int, datetime]:
    """Series -> the moment of its next time, where there is one; one statement but for those before occasions."""
    taken_up = Occurrence.objects.filter(series__in=found).values_list("series")
    last = dict(taken_up.annotate(day=Max("day")))
    days = (
        (series, next(iter(following(series, last.get(series.pk), at=at)), None))
        for series in found
        if series.state not in OVER
    )
    return {series.pk: rhythm.moment(series, day) for series, day in days if day}


def following(series: Series, last: date | None, *, at: datetime) -> Iterable[date]:
    """The days after the last that was taken up, the next first."""
    first = last + rhythm.DAY if last else series.starts
    since = series.approved_at or at
    return (day for day in rhythm.days(series, first) if rhythm.moment(series, day) > since)


def _walk(series: Series, at: datetime) -> list[Occurrence]:
    """Day after day as far as time has come. A series without further days is done."""
    troubled: list[Occurrence] = []
    for day in upcoming(series, at=at):
        due = rhythm.moment(series, day)
        if due - LEAD > at:
            return troubled
        if series.state == State.PAUSED and due > at:
            return troubled
        if not (made := _take(series.pk, day, due, at)):
            return troubled
        if made.state == Came.WAITING:
            troubled.append(made)
    if series.rhythm != Series.Rhythm.BEFORE or (series.ends and series.ends < at.date()):
        Series.objects.filter(pk=series.pk, state=State.APPROVED).update(state=State.DONE)
    return troubled


def _take(series: int, day: date, due: datetime, at: datetime) -> Occurrence | None:
    """One day becomes a blast or is put down; None where somebody else is at it, or nothing may follow."""
    with transaction.atomic():
        held = (
            Series.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=series)
            .first()
        )
        if held is None or held.occurrences.filter(day__gte=day).exists():
            return None
        if held.most and held.occurrences.filter(blast__isnull=False).count() >= held.most:
            Series.objects.filter(pk=series).update(state=State.DONE)
            return None
        made = Occurrence(series=held, day=day, due_at=due, noted_at=at, state=Came.SKIPPED)
        if held.state != State.APPROVED:
            made.reason = "paused"
        elif min(due + GRACE, rhythm.closes(held, day)) < at:
            made.reason = "missed"
        else:
            _plan(made, at)
        made.save()
    return made


def _plan(made: Occurrence, at: datetime) -> None:
    """Its blast, with no more money than is left; where it cannot be planned a person must look."""
    series = made.series
    wish = planning.Wish(
        item=series.item,
        audience=series.audience.name,
        budget=min(series.budget_each, left(series)),
        currency=series.currency,
        campaign=series.campaign.code,
        gateways=tuple(series.routes),
        due_at=made.due_at,
        window=(series.at, series.until_hour),
        life=rhythm.closes(series, made.day) - made.due_at,
        holdout=series.holdout,
        seed=series.holdout_seed,
    )
    try:
        made.blast = planning.draft(wish, by=series.proposed_by, at=at)
    except TROUBLES as trouble:
        made.state, made.reason, made.detail = Came.WAITING, "not-planned", str(trouble)[:300]
    else:
        made.state = Came.PLANNED


def _approve(one: Occurrence, at: datetime) -> Occurrence | None:
    """In the name of whoever approved the series; the occurrence where it must wait for a person instead."""
    with transaction.atomic():
        held = Series.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            pk=one.series_id
        )
        series = held.first()
        if series is None or series.state not in (State.APPROVED, State.DONE) or one.blast is None:
            return None
        reason, detail = _changed(series, one), ""
        try:
            if not reason:
                by = series.approved_by
                assert by is not None  # noqa: S101 - an approved series has one
                with transaction.atomic():
                    approval.approve(one.blast, by=by, at=at, override=series.override, series=True)
        except TROUBLES as trouble:
            reason, detail = "refused", str(trouble)[:300]
        state = Came.WAITING if reason else Came.APPROVED
        done = Occurrence.objects.filter(pk=one.pk, state=Came.PLANNED)
        if not done.update(state=state, reason=reason, detail=detail) or not reason:
            return None
    one.refresh_from_db()
    return one


def _changed(series: Series, one: Occurrence) -> str:
    """Why it is not what was approved: words, prices, audience, or a date nobody vouches for; "" if it is."""
    assert one.blast is not None  # noqa: S101 - asked for by the caller
    if _rows(one.blast.texts.all()) != series.texts:
        return "texts"
    if _whom(series.audience) != series.whom:
        return "audience"
    return "" if rhythm.verified(series, one.day) else "unverified"


def left(series: Series) -> Decimal:
    """Money of the series that no blast of it holds or spent."""
    return series.budget - budget.held_by(series.pk)
