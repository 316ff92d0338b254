"""The pages around a blast: the list, one blast with its brake."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from campaigns.blasts import (
    approval,
    balance_of_content,
    balances,
    brake,
    budget,
    holdout,
    permits,
    reasons,
    reports,
    routes,
    sending,
    tallies,
)
from campaigns.models import Blast
from campaigns.writing.titles import titled
from people.countries import COUNTRIES
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Staff

State = Blast.State
Step = Callable[..., object]
STEPS: Mapping[str, Step] = {
    "approve": approval.approve,
    "start": approval.start,
    "pause": approval.pause,
    "resume": approval.resume,
    "stop": approval.stop,
    "resend": sending.resend_unsure,
}
# What a blast in each state may become next, and the words on the button; beside it, it may be stopped.
NEXT: Mapping[str, tuple[str, Any]] = {
    State.PLANNED: ("approve", gettext_lazy("Approve")),
    State.APPROVED: ("start", gettext_lazy("Start sending")),
    State.RUNNING: ("pause", gettext_lazy("Pause")),
    State.PAUSED: ("resume", gettext_lazy("Go on")),
}
DONE_WORDS: Mapping[str, Any] = {
    "approve": gettext_lazy("Approved. It can be started now."),
    "start": gettext_lazy("Started. The first messages leave within seconds."),
    "pause": gettext_lazy("Paused. Requests that were under way end; nothing more leaves."),
    "resume": gettext_lazy("It goes on."),
    "stop": gettext_lazy("Stopped for good."),
    "resend": gettext_lazy("They are sent to again."),
}
LIVELY = (State.PLANNED, State.APPROVED, State.RUNNING, State.PAUSED)
COUNTED = (State.RUNNING, State.PAUSED, State.DONE, State.STOPPED)  # somebody may have been sent to
RESENT = (State.PAUSED, State.DONE)  # who is of unknown fate may be sent to again from the page
LISTED = 100


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def blasts(request: HttpRequest) -> HttpResponse:
    """The newest blasts of the reader's countries."""
    rows = rows_of(mine(whoever(request)).order_by("-planned_at")[:LISTED])
    scopes = [(scope, _named(scope)) for scope in brake.scopes(whoever(request))]
    return render(request, "campaigns/blasts.html", {"rows": rows, "scopes": scopes})


def _named(scope: brake.Scope) -> str:
    if scope.kind == "country":
        return str(COUNTRIES[scope.code].name)
    return gettext("campaign %(code)s") % {"code": scope.code}


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def blast(request: HttpRequest, pk: int) -> HttpResponse:
    """One blast: its words, its people, how far it is, and its brake.

    A poll says in which state it saw the blast and gets the middle; in another state it is told to load the
    page anew, for other buttons.
    """
    staff = whoever(request)
    found = get_object_or_404(mine(staff), pk=pk)
    if not request.headers.get("HX-Request"):
        return render(request, "campaigns/blast.html", _one(staff, found))
    shown = {**rows_of([found])[0], **_money(found)}
    answer = render(request, "campaigns/live.html", shown)
    if found.state != request.GET.get("state"):
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def outcomes(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each person, as last counted (blasts.tallies); the page asks for it afterwards."""
    staff = whoever(request)
    found = get_object_or_404(mine(staff), pk=pk)
    groups, counted_at = tallies.fates(found, at=timezone.now())
    report = reports.report(found, groups)
    context = {
        "blast": found,
        "title": _title(found),
        "report": report,
        "states": reasons.counts(reasons.STATES, report.deliveries),
        "why": reasons.failures(reports.failures(groups)),
        "counted_at": counted_at,
        "beyond": found.reserved + report.held > found.budget,
        "networks": reasons.by_network(report.networks),
        "effect": holdout.effect(found, at=timezone.now())
        if found.state != State.RUNNING
        else None,
        "may_resend": report.unsure and found.state in RESENT and _may(staff, "resend"),
    }
    htmx = request.headers.get("HX-Request")
    return render(request, f"campaigns/{'outcomes' if htmx else 'outcomes_page'}.html", context)


@require_POST
@permission_required("campaigns.view_blast", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, start, pause, resume, stop or send again; the rule itself checks who may."""
    staff = whoever(request)
    found = get_object_or_404(mine(staff), pk=pk)
    try:
        more = {"override": request.POST.get("override", "")} if name == "approve" else {}
        STEPS[name](found, by=staff, at=timezone.now(), **more)
    except (permits.Refused, budget.NoMoney, routes.NoRoute) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(DONE_WORDS[name]))
    return redirect("campaigns:blast", pk=pk)


def row_asked(request: HttpRequest) -> int:
    """The number of the text that a form names. Raises Http404 for what is no number."""
    found = request.POST.get("text", "")
    if not (found.isascii() and found.isdecimal()):
        raise Http404
    return int(found)


def mine(staff: "Staff") -> QuerySet[Blast]:
    """Blasts that lie wholly in the reader's countries."""
    own = Blast.objects.filter(countries__contained_by=staff.countries)
    return own.select_related("audience", "campaign", "planned_by", "approved_by")


def _may(staff: "Staff", name: str) -> bool:
    """Whether the role allows a press at all; the rules look again, and closer."""
    if name in ("pause", "stop"):
        return staff.has_perm(permits.PLAN) or staff.has_perm(permits.APPROVE)
    return staff.has_perm(permits.APPROVE if name in ("approve", "resend") else permits.PLAN)


def rows_of(found: "QuerySet[Blast] | list[Blast]") -> list[dict[str, Any]]:
    titles = titled({one.item for one in found})
    progresses = reports.progresses(list(found), at=timezone.now())
    return [_row(one, titles[one.item], progresses[one.pk]) for one in found]


def _row(found: Blast, title: str, progress: reports.Progress) -> dict[str, Any]:
    return {
        "blast": found,
        "title": title,
        "progress": progress,
        "left": progress.people - progress.handled,
        "paused": reasons.word(reasons.PAUSES, progress.reason),
    }


def _title(found: Blast) -> str:
    return titled({found.item})[found.item]


def _one(staff: "Staff", found: Blast) -> dict[str, Any]:
    groups = found.chunks.values_list("country", "language").annotate(people=Sum("people"))
    people = {(country, language): number for country, language, number in groups}
    texts = found.texts.order_by("country", "language")
    return {
        **rows_of([found])[0],
        **_presses(staff, found),
        **_money(found),
        "texts": [(text, people.get((text.country, text.language), 0)) for text in texts],
        "notices": [(one, reasons.told(one)) for one in found.notices.order_by("-at")[:20]],
        "excluded": reasons.counts(reasons.REASONS, found.excluded),
        "counted": found.state in COUNTED,
        "override": balance_of_content.override_of(found),
    }


def _money(found: Blast) -> dict[str, Any]:
    """The accounts that it still goes through, and whether one that ran out was filled again."""
    alive = found.state in LIVELY
    short = found.state == State.PAUSED and found.pause_reason in balances.FOR_MONEY
    return {
        "accounts": balances.standings(found) if alive else [],
        "topped_up": short and balances.topped_up(found),
    }


def _presses(staff: "Staff", found: Blast) -> dict[str, Any]:
    """The buttons the reader may press; `alone`: it waits for somebody else than its planner."""
    name, label = NEXT.get(found.state, ("", ""))
    alone = name == "approve" and found.planned_by_id == staff.pk and not settings.SELF_APPROVAL
    return {
        "button": (name, label) if name and not alone and _may(staff, name) else None,
        "may_stop": found.state in LIVELY and _may(staff, "stop"),
        "alone": alone,
        "frightens": _frightens(found) if name == "approve" else [],
    }


def _frightens(found: Blast) -> list[str]:
    """Texts that need a written reason; approving says what else is missing where nothing can be judged."""
    try:
        return balance_of_content.lacking(found)
    except routes.NoRoute:
        return []
