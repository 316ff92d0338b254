"""The exports page: ask for a file, see how far it is, cancel it, take it away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import labels, making, periods
from analytics.exports.kinds import KINDS
from analytics.forms import ExportForm
from analytics.models import ExportJob
from analytics.periods import Period
from analytics.views import files
from analytics.views.reader import countries

SHOWN = 30  # newest jobs
guarded = permission_required("analytics.view_exportjob", raise_exception=True)


@require_http_methods(["GET", "POST"])
@guarded
def exports(request: HttpRequest) -> HttpResponse:
    """The form and the newest files; POST asks for one."""
    now, own = timezone.now(), countries(request)
    form = ExportForm(request.POST or None, at=now)
    if request.method == "POST" and own and form.is_valid():
        kind, period = form.chosen()
        by = request.user.get_username()
        making.order(kind, period, countries=own, by=by, at=now)
        return redirect("analytics:exports")
    context = {**_made(request), "form": form, "kinds": KINDS.values(), "mine": own}
    return render(request, "analytics/exports.html", context, status=422 if form.errors else 200)


@require_GET
@guarded
def made(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that waits."""
    return render(request, "analytics/exports_made.html", _made(request))


@require_POST
@guarded
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one that is not ready yet."""
    job = get_object_or_404(_jobs(request), pk=pk)
    if not making.cancel(job, at=timezone.now()):
        messages.info(request, _("It was over already."))
    return redirect("analytics:exports")


@require_GET
@guarded
def file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The file itself; that it was taken is on record."""
    job = get_object_or_404(_jobs(request), pk=pk, state=ExportJob.State.DONE)
    place = making.place(job)
    if not place.exists():
        raise Http404(str(making.WHY["gone"]))
    return files.stored(place, making.name(job), KINDS[job.kind].media)


def _jobs(request: HttpRequest) -> QuerySet[ExportJob]:
    return making.seen_by(countries(request))


def _made(request: HttpRequest) -> dict[str, Any]:
    jobs = [_told(job) for job in _jobs(request)[:SHOWN]]
    return {"jobs": jobs, "open": any(one["job"].open for one in jobs)}


def _told(job: ExportJob) -> dict[str, Any]:
    """A job in the reader's words."""
    return {
        "job": job,
        "kind": KINDS[job.kind],
        "period": periods.title(Period(job.starts, job.ends)),
        "countries": ", ".join(labels.label("country", one) for one in job.countries),
        "why": making.WHY.get(job.fault, ""),
        "stated": str(job.State(job.state).label),
    }
