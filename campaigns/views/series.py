"""The pages of series: the list, a new one, one with its days and its brake, and the dates to count from."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.blasts import (
    balance_of_content,
    budget,
    lapsing,
    permits,
    recurring,
    rhythm,
    routes,
)
from campaigns.blasts.series_forms import OccasionForm, SeriesForm
from campaigns.models import Blast, Occasion, Occurrence, Series
from campaigns.views.planning import sendable
from campaigns.writing.titles import titled
from people.models import Staff
from people.views.reader import whoever

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Series.State
LISTED, NEXT, PAST = 100, 5, 20
STEPS = {
    "approve": recurring.approve,
    "pause": recurring.pause,
    "resume": recurring.resume,
    "stop": recurring.stop,
}
BUTTONS: Mapping[str, tuple[str, Any]] = {
    State.PROPOSED: ("approve", gettext_lazy("Approve the series")),
    State.APPROVED: ("pause", gettext_lazy("Pause")),
    State.PAUSED: ("resume", gettext_lazy("Go on")),
}
SAID: Mapping[str, Any] = {
    "approve": gettext_lazy("Approved. Each time is planned shortly before its hour."),
    "pause": gettext_lazy(
        "Paused, with whatever of it was under way. Days that pass are left out."
    ),
    "resume": gettext_lazy("It goes on with the next day."),
    "stop": gettext_lazy("Stopped for good, with whatever of it was under way."),
}
REASONS: Mapping[str, Any] = {
    "paused": gettext_lazy("the series was paused"),
    "missed": gettext_lazy("the product was down at its hour"),
    "texts": gettext_lazy("words or prices are not those that were approved"),
    "audience": gettext_lazy("the audience's filters changed since the approval"),
    "unverified": gettext_lazy("nobody vouches for the date yet"),
    "refused": gettext_lazy("it could not be approved"),
    "not-planned": gettext_lazy("it could not be planned"),
}


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def series(request: HttpRequest) -> HttpResponse:
    """The series of the reader's countries, the newest first."""
    found = list(_mine(whoever(request)).order_by("-proposed_at")[:LISTED])
    titles = titled({one.item for one in found})
    soonest = recurring.soonest(found, at=timezone.now())
    rows = [(one, titles[one.item], soonest.get(one.pk)) for one in found]
    return render(request, "campaigns/series.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.plan_blast", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Propose one; it does nothing before somebody else approved it."""
    staff = whoever(request)
    form = SeriesForm(request.POST or None, staff=staff, items=sendable())
    if request.method == "POST" and form.is_valid():
        try:
            made = recurring.propose(form.proposal, by=staff, at=timezone.now())
        except recurring.TROUBLES as trouble:
            form.add_error(None, str(trouble))
        else:
            return redirect("campaigns:series-one", pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "campaigns/series_new.html", {"form": form}, status=status)


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One series: what was proposed or approved, its next times, what came of the last ones, its brake."""
    staff = whoever(request)
    found = get_object_or_404(_mine(staff), pk=pk)
    past = found.occurrences.select_related("blast").order_by("-day")[:PAST]
    coming = _next(found, timezone.now())
    context = {
        "series": found,
        "title": titled({found.item})[found.item],
        "next": coming,
        "unsure": not all(verified for _moment, verified in coming),
        "past": [(row, _why(row), _until(row)) for row in past],
        "held": budget.held_by(found.pk),
        **_presses(staff, found),
    }
    return render(request, "campaigns/series_one.html", context)


@require_POST
@permission_required("campaigns.view_blast", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, pause, go on or stop; the rule itself checks who may."""
    staff = whoever(request)
    found = get_object_or_404(_mine(staff), pk=pk)
    more = {"override": request.POST.get("override", "")} if name == "approve" else {}
    try:
        STEPS[name](found, by=staff, at=timezone.now(), **more)
    except recurring.TROUBLES as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, str(SAID[name]))
    return redirect("campaigns:series-one", pk=pk)


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_blast", raise_exception=True)
def occasions(request: HttpRequest) -> HttpResponse:
    """Dates to count from; whoever plans blasts adds some, or vouches for one."""
    staff = whoever(request)
    form = None
    if staff.has_perm(permits.PLAN):
        form = OccasionForm(request.POST or None, staff=staff)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if vouched := request.POST.get("vouch", ""):
            _vouch(vouched, staff)
            return redirect("campaigns:occasions")
        if form.is_valid():
            form.instance.added_by = staff
            form.save()
            return redirect("campaigns:occasions")
    rows = Occasion.objects.filter(country__in=["", *staff.countries])
    status = 422 if form is not None and form.errors else 200
    return render(request, "campaigns/occasions.html", {"rows": rows, "form": form}, status=status)


def _vouch(row: str, staff: Staff) -> None:
    """Somebody says that a date is right. Raises Http404 for what is no number of one of theirs."""
    if not (row.isascii() and row.isdecimal()):
        raise Http404
    found = get_object_or_404(Occasion, pk=int(row), country__in=["", *staff.countries])
    Occasion.objects.filter(pk=found.pk).update(verified=True, added_by=staff)


def _mine(staff: Staff) -> "QuerySet[Series]":
    own = Series.objects.filter(countries__contained_by=staff.countries)
    return own.select_related("audience", "campaign", "proposed_by", "approved_by")


def _next(found: Series, now: datetime) -> list[tuple[datetime, bool]]:
    """(moment, whether its date is vouched for) of the next times; none of one that ended."""
    if found.state in recurring.OVER:
        return []
    days = islice(recurring.upcoming(found, at=now), NEXT)
    return [(rhythm.moment(found, day), rhythm.verified(found, day)) for day in days]


def _until(row: Occurrence) -> datetime | None:
    """To when somebody may still approve it; None where nobody has to."""
    waits = row.state in (Occurrence.State.PLANNED, Occurrence.State.WAITING)
    open_ = waits and row.blast is not None and row.blast.state == Blast.State.PLANNED
    return lapsing.ends(row) if open_ else None


def _why(row: Occurrence) -> str:
    words = str(REASONS.get(row.reason, row.reason))
    return f"{words}: {row.detail}" if row.detail else words


def _presses(staff: Staff, found: Series) -> dict[str, Any]:
    name, label = BUTTONS.get(found.state, ("", ""))
    alone = name == "approve" and found.proposed_by_id == staff.pk and not settings.SELF_APPROVAL
    plans, approves = staff.has_perm(permits.PLAN), staff.has_perm(permits.APPROVE)
    allowed = {"approve": approves, "resume": plans, "pause": plans or approves}.get(name, False)
    return {
        "button": (name, label) if allowed and not alone else None,
        "alone": alone,
        "may_stop": found.state != State.STOPPED and (plans or approves),
        "frightens": _frightens(found) if name == "approve" else [],
    }


def _frightens(found: Series) -> list[str]:
    try:
        return balance_of_content.lacking(*recurring.sample(found, at=timezone.now()))
    except (*recurring.TROUBLES, routes.NoRoute):
        return []
