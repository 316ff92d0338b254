"""Pages: periods that can be closed, are being closed and are closed; what was frozen, and what came too late."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import closing, doubts, frozen, indicators, labels, packs, periods
from analytics.counting import NOBODY, Numbers, Table
from analytics.frozen import Step
from analytics.indicators import Overview
from analytics.models import ClosedPeriod, Closing, Restatement, Rule
from analytics.periods import Period
from analytics.questions import By
from analytics.views import files
from analytics.views.reader import countries

SINGLES = tuple(by for by in frozen.SETS if len(by) == 1)
CHOICES: tuple[By, ...] = (*SINGLES, ("sex", "age_band"))
STEPS = {"withdraw": closing.withdraw, "close": closing.agree}
LATE = 20  # restatements shown


@dataclass(frozen=True, slots=True)
class Row:
    """One category of a frozen breakdown."""

    label: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Preview:
    """What an indicator counts for now, and what should be known before that is frozen."""

    overview: Overview
    doubts: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Late:
    """One restatement: what it adds to the total, and why."""

    row: Restatement
    delta: Mapping[str, int]
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A closed indicator for a reader; `total` None where not all of its countries are theirs."""

    closed: ClosedPeriod
    total: Numbers | None
    rows: Sequence[Row]
    steps: Sequence[Step] = ()
    late: Sequence[Late] = ()
    now: Numbers | None = None  # with everything that came too late
    again: Mapping[str, Any] = field(default_factory=dict)


@require_GET
@permission_required("analytics.view_closedperiod", raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for somebody first, then what can be proposed, then what is closed."""
    now = timezone.now()
    rows = Closing.objects.prefetch_related("frozen")
    context = {
        "waiting": [_titled(one) for one in rows.filter(state__in=("proposed", "agreed"))],
        "closable": [(one.code, closing.title(one)) for one in closing.closable(at=now)],
        "closed": [_titled(one) for one in rows.filter(state="closed")],
        "restated": set(Restatement.objects.values_list("closed__closing", flat=True)),
    }
    return render(request, "analytics/periods.html", context)


def _titled(one: Closing) -> tuple[Closing, str]:
    return one, closing.title(Period(one.starts, one.ends))


@require_http_methods(["GET", "POST"])
@permission_required("analytics.propose_closing", raise_exception=True)
def propose(request: HttpRequest) -> HttpResponse:
    """Look at what a period counts for, with every doubt, then propose to close it."""
    period = _asked(request)
    if period is None:
        messages.error(request, _("Choose a period first."))
        return redirect("analytics:periods")
    if request.method == "POST":
        try:
            closing.must_see_all(period, countries(request))
            note = request.POST.get("note", "").strip()[:1000]
            by, now = request.user.get_username(), timezone.now()
            made = closing.propose(period, by=by, note=note, at=now)
        except closing.NotDone as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Proposed. Another person has to look and close it."))
            return redirect("analytics:period", made.pk)
    context = {"period": period, "title": closing.title(period)}
    context["previews"] = _previews(request, period)
    return render(request, "analytics/period_propose.html", context)


def _asked(request: HttpRequest) -> Period | None:
    told = request.POST if request.method == "POST" else request.GET
    try:
        return periods.parse(told.get("period", ""))
    except ValueError:
        return None


def _previews(request: HttpRequest, period: Period) -> list[Preview]:
    own, now = countries(request), timezone.now()
    found = (
        indicators.overview(
            one.code, period, ("country", "channel", *doubts.ASKED), countries=own, at=now
        )
        for one in indicators.counted()
    )
    return [
        Preview(
            one,
            doubts.doubts(one, countries=own, at=now),
            [
                Row(labels.label("country", cell[0]), it)
                for cell, it in one.tables["country"].items()
            ],
        )
        for one in found
    ]


@require_GET
@permission_required("analytics.view_closedperiod", raise_exception=True)
def period(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal with its numbers and doubts; how far the work is; or what was frozen."""
    one = get_object_or_404(Closing, pk=pk)
    span = Period(one.starts, one.ends)
    context: dict[str, Any] = {"closing": one, "title": closing.title(span), "period": span}
    if request.headers.get("HX-Request"):
        answer = render(request, "analytics/period_progress.html", context)
        if one.state != Closing.State.AGREED:
            answer["HX-Refresh"] = "true"
        return answer
    if one.state == Closing.State.PROPOSED:
        context["previews"] = _previews(request, span)
        context["mine"] = one.proposed_by == request.user.get_username()
    if one.state == Closing.State.CLOSED:
        context |= _frozen(request, one)
    return render(request, "analytics/period.html", context)


@require_POST
@permission_required("analytics.close_period", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The second hand closes; either hand withdraws."""
    one = get_object_or_404(Closing, pk=pk)
    if name not in STEPS:
        raise Http404
    try:
        closing.must_see_all(Period(one.starts, one.ends), countries(request))
        STEPS[name](pk, by=request.user.get_username(), at=timezone.now())
    except closing.NotDone as refusal:
        messages.error(request, str(refusal))
    return redirect("analytics:period", pk)


@require_GET
@permission_required("analytics.export_pack", raise_exception=True)
def pack(request: HttpRequest, digest: str) -> StreamingHttpResponse:
    """The evidence pack, to whoever holds all its countries. The audit notes that it left."""
    found = get_object_or_404(ClosedPeriod, digest=digest)
    path = packs.place(found.digest)
    if not set(found.countries) <= set(countries(request)) or not path.exists():
        raise Http404
    code = closing.period_of(found).code.replace("/", "_")
    name = f"evidence-{found.indicator}-{code}-{digest[:12]}.zip"
    return files.stored(path, name, "application/zip")


# --- what was frozen --------------------------------------------------------------------------------


def _frozen(request: HttpRequest, one: Closing) -> dict[str, Any]:
    rows = list(one.frozen.order_by("indicator"))
    wanted = request.GET.get("indicator", indicators.HEADLINE)
    closed = next((row for row in rows if row.indicator == wanted), rows[0])
    by = next((by for by in CHOICES if ",".join(by) == request.GET.get("by")), ("channel",))
    return {
        "shown": _shown(request, closed, by),
        "indicators": [row.indicator for row in rows],
        "by": ",".join(by),
        "by_title": _title(by),
        "choices": [(",".join(each), _title(each)) for each in CHOICES],
        "rules": Rule.objects.filter(indicator=closed.indicator),
        "may_take_out": set(closed.countries) <= set(countries(request)),
    }


def _title(by: By) -> str:
    return " × ".join(str(labels.DIMENSIONS[one]) for one in by)


def _shown(request: HttpRequest, closed: ClosedPeriod, by: By) -> Shown:
    own, table = countries(request), closing.table_of(closed)
    if not set(closed.countries) <= set(own):
        return Shown(closed, None, _rows_of(table, by, own))
    late = list(Restatement.objects.filter(closed=closed).order_by("-upto"))
    return Shown(
        closed,
        table[()][()],
        _rows(table, by),
        frozen.waterfall(table),
        [_late(row) for row in late[:LATE]],
        closing.restated(closed)[()][()] if late else None,
        _again(request, closed),
    )


def _rows(table: Table, by: By) -> list[Row]:
    return [Row(_words(by, cell), numbers) for cell, numbers in table[by].items()]


def _rows_of(table: Table, by: By, own: Sequence[str]) -> list[Row]:
    """The part of these countries: a total over them alone was not frozen."""
    by = by if by == ("country",) else ("country", *by)
    return [Row(_words(by, cell), numbers) for cell, numbers in table[by].items() if cell[0] in own]


def _words(by: By, cell: Sequence[str]) -> str:
    return " · ".join(labels.label(one, word) for one, word in zip(by, cell, strict=True))


def _late(row: Restatement) -> Late:
    totals = (change for by, _cell, change in frozen.lines(row.deltas) if by == ())
    told = json.loads(row.why)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(told["facts"].items()))
    return Late(row, next(totals, dict.fromkeys(frozen.MEASURES, 0)), kinds)


def _again(request: HttpRequest, closed: ClosedPeriod) -> dict[str, Any]:
    """The same exposures under another version of the rule, where the reader asks for one."""
    asked = request.GET.get("rule", "")
    version = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    rule = Rule.objects.filter(indicator=closed.indicator, version=version).first()
    if rule is None:
        return {}
    table = closing.recounted(closed, rule)
    return {"rule": rule, "numbers": table[()].get((), NOBODY)}
