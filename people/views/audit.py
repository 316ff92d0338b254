"""The audit for administrators: who of staff did what, whether the chain holds, and the way out as a table."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analytics.exports import tidy
from analytics.views import files
from people import audit, auditors
from people.audit_form import AuditForm
from people.views.reader import whoever
from people.views.typed import whole

if TYPE_CHECKING:
    from people.models import Staff

guarded = permission_required("people.view_auditentry", raise_exception=True)


@require_GET
@guarded
def entries(request: HttpRequest) -> HttpResponse:
    """Entries as the address asks for them, newest first."""
    staff, form = _asked(request)
    rows, following = auditors.page(
        auditors.entries(staff, form.sieve()),
        whole(request.GET.get("before", "")),
    )
    context = {
        "form": form,
        "rows": rows,
        "following": following,
        "sieved": bool(form.sieve()),
        "query": form.query(),
        "check": audit.newest_check(),
    }
    return render(request, "people/audit.html", context)


@require_GET
@guarded
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries as CSV, with what an auditor needs to count the chain by hand."""
    staff, form = _asked(request)
    rows = auditors.table(auditors.entries(staff, form.sieve()))
    return files.long_csv(tidy.lines(rows), "audit.csv")


@require_POST
@guarded
def check(request: HttpRequest) -> HttpResponse:
    """Count the chain again now; the page then says what was found."""
    audit.check(at=timezone.now())
    return redirect("people:audit")


def _asked(request: HttpRequest) -> "tuple[Staff, AuditForm]":
    staff = whoever(request)
    return staff, AuditForm(request.GET, countries=staff.countries)
