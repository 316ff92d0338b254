"""The life of a blast, step by step: who may do what, by conditional update, each step with its notice.

planned -> approved -> running <-> paused -> done, and stopped from any of the living ones. The number of
rows changed is the decision: of two people who press at once, one is told that it is done already.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from campaigns.blasts import balance_of_content, budget, discretion, planning, routes
from campaigns.blasts.permits import APPROVE, PLAN, Refused, may
from campaigns.editions.edition import Kind
from campaigns.models.blasts import Blast, Campaign, Notice
from campaigns.models.deliveries import Chunk
from people import audit
from people.audit import Kind as Act
from people.models import Staff

State = Blast.State
LAPSED = "number"  # why it was paused: its words hold a number that nobody vouches for any more
ALIVE = (State.PLANNED, State.APPROVED, State.RUNNING, State.PAUSED)


def approve(
    blast: Blast, *, by: Staff, at: datetime, override: str = "", series: bool = False
) -> Blast:
    """A second person takes responsibility for exactly the words and people that were planned.

    `override`: why it goes out although it only frightens; needed only then, and kept. `series`: nobody is there,
    the approval of its series (by `by`) covers it. Raises Refused,
    budget.NoMoney, routes.NoRoute. Approving one's own plan needs the setting and is noted.
    """
    may(by, APPROVE, blast.countries)
    alone = by.pk == blast.planned_by_id
    if alone and not settings.SELF_APPROVAL:
        raise Refused(gettext("Somebody else than the planner must approve."))
    if blast.frozen_at is None:
        said = gettext("The audience is still being frozen: try again in a moment.")
        raise Refused(said)
    if blast.expires_at <= at:
        raise Refused(gettext("Its time is over: plan it again."))
    with transaction.atomic():
        blast.campaign = Campaign.objects.select_for_update().get(pk=blast.campaign_id)
        budget.check(blast)
        discretion.check(blast, blast.texts.all())
        _same_words(blast, at=at)
        reason = balance_of_content.settle(blast, override)
        _move(blast, [State.PLANNED], State.APPROVED, approved_by=by, approved_at=at)
        note(blast, _approval(alone=alone, series=series), by=by, at=at)
        if reason:
            note(blast, balance_of_content.OVERRIDE, by=by, at=at, text=reason)
        _audit(blast, by=by, at=at, alone=alone, reason=reason)
    return blast


def _approval(*, alone: bool, series: bool) -> str:
    return "approved-by-series" if series else "self-approved" if alone else "approved"


def _audit(blast: Blast, *, by: Staff, at: datetime, alone: bool, reason: str) -> None:
    told = {
        "item": blast.item,
        "countries": " ".join(blast.countries),
        "people": str(blast.people),
        "own plan": "yes" if alone else "no",
        **({"only frightens, because": reason} if reason else {}),
    }
    audit.note(Act.APPROVE, by=by, what=f"blast {blast.pk}", details=told, at=at)


def _same_words(blast: Blast, *, at: datetime) -> None:
    """What the current edition says today is what was planned and shown to the approver."""
    order = routes.of(blast)
    edition = routes.edition(simulated=order[0].simulated)
    if edition.kind is not Kind.LIVE and not order[0].simulated:
        raise Refused(gettext("A demonstration edition is never sent to real phones."))
    today = {
        (text.country, text.language, text.text, text.most, text.per_part)
        for text in planning.render(edition, blast, order, at=at)
    }
    planned = set(blast.texts.values_list("country", "language", "text", "most", "per_part"))
    if changed := sorted({f"{row[1]}/{row[0]}" for row in today ^ planned}):
        said = gettext("Text or price changed since the plan in %(where)s: plan the blast again.")
        raise Refused(said % {"where": ", ".join(changed)})


def start(blast: Blast, *, by: Staff | None, at: datetime) -> Blast:
    """Begin sending; the workers pick it up within seconds. `by` None: its due time has come."""
    if by:
        may(by, PLAN, blast.countries)
    if blast.expires_at <= at:
        raise Refused(gettext("Its time is over: plan it again."))
    _move(blast, [State.APPROVED], State.RUNNING, started_at=at)
    note(blast, "started", by=by, at=at)
    return blast


def pause(blast: Blast, *, by: Staff | None, at: datetime, reason: str = "") -> Blast:
    """No further request leaves; what is in flight ends. `by` None: the sender itself, with a reason."""
    if by:
        _may_hold(by, blast)
    _move(blast, [State.RUNNING], State.PAUSED, pause_reason=reason)
    note(blast, "paused", by=by, at=at, text=reason)
    return blast


def hold(blast: Blast, *, at: datetime, reason: str) -> bool:
    """Pause it by itself, whether it is under way or waits for its time; False where it is neither."""
    alive = Blast.objects.filter(pk=blast.pk, state__in=[State.APPROVED, State.RUNNING])
    if alive.update(state=State.PAUSED, pause_reason=reason):
        note(blast, "paused", by=None, at=at, text=reason)
        return True
    return False


def resume(blast: Blast, *, by: Staff | None, at: datetime) -> Blast:
    """Go on; one that still waits for its time waits again.

    Raises Refused; where a number in its words lapsed, until the live edition says them again.

    `by` None: the account was topped up, and a setting lets it go on by itself (blasts.balances).
    """
    if by:
        may(by, PLAN, blast.countries)
    if blast.pause_reason == LAPSED:
        _same_words(blast, at=at)
    began, due = blast.started_at, blast.due_at
    waits = began is None and due is not None and due > at
    after = {} if waits else {"started_at": began or at}
    state = State.APPROVED if waits else State.RUNNING
    _move(blast, [State.PAUSED], state, pause_reason="", **after)
    note(blast, "resumed", by=by, at=at)
    return blast


def stop(blast: Blast, *, by: Staff, at: datetime) -> Blast:
    """For good. Everybody not yet written to is set down as left out, reason "stopped"."""
    _may_hold(by, blast)
    with transaction.atomic():
        _move(blast, ALIVE, State.STOPPED)
        close(blast, "stopped")
        note(blast, "stopped", by=by, at=at)
    return blast


def close(blast: Blast, reason: str) -> int:
    """Let no chunk that still waits be leased again; how many. The settling writes down their people."""
    waiting = Chunk.objects.filter(blast=blast, state=Chunk.State.WAITING)
    return waiting.update(state=Chunk.State.CLOSED, reason=reason, unsettled=True)


def _may_hold(by: Staff, blast: Blast) -> None:
    """Whoever plans or approves may pull the brake (S14)."""
    may(by, PLAN if by.has_perm(PLAN) else APPROVE, blast.countries)


def _move(blast: Blast, before: Iterable[str], after: str, **values: Any) -> None:  # noqa: ANN401
    """The conditional update. Raises Refused when the blast was not in one of the states before."""
    moved = Blast.objects.filter(pk=blast.pk, state__in=list(before)).update(state=after, **values)
    blast.refresh_from_db()
    if not moved:
        said = gettext("Blast %(number)s is %(state)s: it cannot become %(wanted)s.")
        if blast.state == after:
            said = gettext("Blast %(number)s is %(state)s already: nothing was done.")
        told = {"state": State(blast.state).label, "wanted": State(after).label}
        raise Refused(said % {"number": blast.pk, **told})


def note(blast: Blast, kind: str, *, by: Staff | None, at: datetime, text: str = "") -> None:
    Notice.objects.create(blast=blast, kind=kind, by=by, at=at, text=text)


def start_due() -> int:
    """Start approved blasts whose time has come; how many."""
    now = timezone.now()
    due = Blast.objects.filter(state=State.APPROVED, due_at__lte=now, expires_at__gt=now)
    return len([start(blast, by=None, at=now) for blast in due])
