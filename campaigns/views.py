"""The pages around a blast: the home page, the list, one blast with its brake."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analytics import indicators
from campaigns import approval, budget, permits, reports, routes
from campaigns.models import Blast

Step = Callable[..., Blast]
STEPS: Mapping[str, Step] = {
    "approve": approval.approve,
    "start": approval.start,
    "pause": approval.pause,
    "resume": approval.resume,
    "stop": approval.stop,
}
# What a blast in each state may become next, and the words on the button.
BUTTONS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "planned": (("approve", gettext_lazy("Approve")), ("stop", gettext_lazy("Drop this plan"))),
    "approved": (("start", gettext_lazy("Start sending")), ("stop", gettext_lazy("Drop it"))),
    "running": (("pause", gettext_lazy("Pause")), ("stop", gettext_lazy("Stop for good"))),
    "paused": (("resume", gettext_lazy("Go on")), ("stop", gettext_lazy("Stop for good"))),
}
LIVELY = ("planned", "approved", "running", "paused")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What goes on now: running blasts and the headline figure, each only for whom it concerns."""
    return render(request, "campaigns/home.html", _home(request))


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def blasts(request: HttpRequest) -> HttpResponse:
    """All blasts of the reader's countries, newest first."""
    found = _mine(request).order_by("-planned_at")[:100]
    rows = [_row(one) for one in found]
    return render(request, "campaigns/blasts.html", {"rows": rows})


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def blast(request: HttpRequest, pk: int) -> HttpResponse:
    """One blast: its words, its people, how far it is, and its brake. An htmx poll gets the middle."""
    found = get_object_or_404(_mine(request), pk=pk)
    template = (
        "campaigns/progress.html" if request.headers.get("HX-Request") else "campaigns/blast.html"
    )
    return render(request, template, _one(found))


@require_POST
@permission_required("campaigns.view_blast", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, start, pause, resume or stop; the rule itself checks who may."""
    found = get_object_or_404(_mine(request), pk=pk)
    try:
        STEPS[name](found, by=request.user, at=timezone.now())
    except (permits.Refused, budget.NoMoney, routes.NoRoute) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("campaigns:blast", pk=pk)


def _mine(request: HttpRequest) -> QuerySet[Blast]:
    """Blasts that lie wholly in the reader's countries."""
    countries: list[str] = getattr(request.user, "countries", [])
    return Blast.objects.filter(countries__contained_by=countries).select_related("audience")


def _home(request: HttpRequest) -> dict[str, Any]:
    countries: list[str] = getattr(request.user, "countries", [])
    user = request.user
    shown: dict[str, Any] = {}
    if user.has_perm("campaigns.view_blast"):
        newest = _mine(request).order_by("-planned_at")
        alive = newest.filter(state__in=LIVELY)[:5] or newest.filter(state="done")[:1]
        shown["alive"] = [_row(one) for one in alive]
    if user.has_perm("analytics.view_reach"):
        shown["headline"] = indicators.headline(countries, at=timezone.now())
    return shown


def _row(found: Blast) -> dict[str, Any]:
    return {"blast": found, "progress": reports.progress(found)}


def _one(found: Blast) -> dict[str, Any]:
    progress = reports.progress(found)
    return {
        "blast": found,
        "progress": progress,
        "left": progress.people - progress.handled,
        "texts": found.texts.order_by("country", "language"),
        "notices": found.notices.order_by("-at")[:20],
        "buttons": BUTTONS.get(found.state, ()),
    }
