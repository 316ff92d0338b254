"""The report of a blast, to print or to take away, and what was paid."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from analytics.exports import tidy
from analytics.views import files
from campaigns.blasts import holdout, money, permits, printouts, reasons, reconciling, reports
from campaigns.blasts.printouts import Printout
from campaigns.blasts.reconciling import Month
from campaigns.views.blasts import mine
from campaigns.views.sheets import XLSX
from campaigns.writing.titles import titled
from people.views.reader import whoever

FILES: Mapping[str, tuple[str, Callable[[Printout], bytes]]] = {
    "csv": (files.CSV, printouts.csv),
    "xlsx": (XLSX, printouts.xlsx),
}


def _told(request: HttpRequest, pk: int) -> Printout:
    blast = get_object_or_404(mine(whoever(request)), pk=pk)
    title = titled({blast.item})[blast.item]
    return printouts.printout(blast, title, at=timezone.now())


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan, people, receipts, money: what somebody files, or reads to a donor."""
    told = _told(request, pk)
    blast = told.blast
    context: dict[str, Any] = {
        "told": told,
        "blast": blast,
        "excluded": reasons.counts(reasons.REASONS, blast.excluded),
        "states": reasons.counts(reasons.STATES, told.report.deliveries),
        "networks": [
            (reasons.network_name(network), reasons.counts(reasons.STATES, fates))
            for network, fates in reasons.unnamed_last(told.report.networks)
        ],
        "why": reasons.failures(reports.failures(told.groups)),
        "lines": [(line, reasons.network_name(line.network)) for line in told.lines],
        "may_enter": whoever(request).has_perm(reconciling.ENTER),
        "notices": [(one, reasons.told(one)) for one in blast.notices.order_by("at")],
        "texts": blast.texts.order_by("country", "language"),
        "effect": holdout.effect(blast, at=timezone.now()),
    }
    return render(request, "campaigns/report.html", context)


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The same as a table: `csv` or `xlsx`."""
    if kind not in FILES:
        raise Http404
    media, write = FILES[kind]
    name = f'attachment; filename="blast-{pk}.{kind}"'
    return HttpResponse(
        write(_told(request, pk)), content_type=media, headers={"Content-Disposition": name}
    )


@require_POST
@permission_required("campaigns.add_price", raise_exception=True)
def enter_price(request: HttpRequest, pk: int) -> HttpResponse:
    """What a blast really cost on one network becomes the price from today on."""
    blast = get_object_or_404(mine(whoever(request)), pk=pk)
    gateway, _one, rest = request.POST.get("place", "").partition(" ")
    country, _two, network = rest.partition(" ")
    try:
        made = reconciling.enter(
            blast, (gateway, country, network), by=whoever(request), at=timezone.now()
        )
    except permits.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        said = gettext(
            "A part costs %(price)s there from now on. What was planned keeps its price."
        )
        messages.success(request, said % {"price": money.told(made.per_part, made.currency)})
    return redirect("campaigns:report", pk=pk)


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def costs(request: HttpRequest) -> HttpResponse:
    """What each gateway cost, month by month, in the reader's countries."""
    own = whoever(request).countries
    context = {
        "months": reconciling.months(own),
        "foreign": reconciling.foreign(own),
        "untold": reconciling.untold(own),
    }
    return render(request, "campaigns/costs.html", context)


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def costs_file(request: HttpRequest) -> HttpResponse:
    """The months as CSV."""
    head = ("month", "gateway", "what", "messages", "amount", "currency")
    rows = [head, *map(_row, reconciling.months(whoever(request).countries))]
    return files.csv(tidy.write(rows), "costs.csv")


def _row(one: Month) -> tuple[object, ...]:
    what = "single" if one.single else "blasts"
    return f"{one.month:%Y-%m}", one.gateway, what, one.messages, f"{one.amount:f}", one.currency
