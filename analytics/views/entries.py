"""Pages: events and broadcasts that were entered by hand, with their evidence and their history."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import attachments, labels
from analytics import entries as told
from analytics.entries import Act
from analytics.entry_forms import EntryForm
from analytics.models import Entry, Method
from analytics.refusals import NotKept
from analytics.views.reader import countries

PAGE = 50


@require_GET
@permission_required("analytics.view_entry", raise_exception=True)
def entries(request: HttpRequest) -> HttpResponse:
    """The newest row of each entry, newest day first; withdrawn ones on request."""
    own, withdrawn = countries(request), "withdrawn" in request.GET
    rows = told.of(own).filter(withdrawn=True) if withdrawn else told.standing(own)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, labels.label("country", one.country)) for one in page],
        "withdrawn": withdrawn,
        "none_of_mine": not own,
    }
    return render(request, "analytics/entries.html", context)


@require_GET
@permission_required("analytics.view_entry", raise_exception=True)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One row, what replaced it, and what it replaced."""
    one = _row(request, pk)
    context = {
        "entry": one,
        "country": labels.label("country", one.country),
        "next": told.next_of(one),
        "past": [(row, labels.label("country", row.country)) for row in told.past_of(one)],
    }
    return render(request, "analytics/entry.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_entry", raise_exception=True)
def enter(request: HttpRequest) -> HttpResponse:
    """A new event or broadcast."""
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_entry", raise_exception=True)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Another row in its place; the old one stays to be read."""
    return _edited(request, _row(request, pk))


@require_POST
@permission_required("analytics.add_entry", raise_exception=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Count it no more; it stays to be read."""
    one = _row(request, pk)
    try:
        one = told.withdraw(one, _act(request), why=request.POST.get("why", "")[:300])
    except NotKept as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It counts no more, and can still be read here."))
    return redirect("analytics:entry", one.pk)


@require_GET
@permission_required("analytics.view_entry", raise_exception=True)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was given; never shown inside a page. Raises Http404 for one that is gone or changed."""
    one = _row(request, pk)
    content = attachments.read(one.evidence) if one.evidence else None
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(one)}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _file_name(one: Entry) -> str:
    """Its own name may hold marks that no header may: the entry's number and the file's ending do."""
    return f"entry-{one.pk}.{one.evidence_name.rpartition('.')[2].lower()}"


def _edited(request: HttpRequest, old: Entry | None) -> HttpResponse:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EntryForm(data, files, countries=countries(request), old=old)
    if request.method == "POST" and form.is_valid():
        try:
            kept = _kept(request, form, old)
        except NotKept as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect("analytics:entry", kept.pk)
    context = {"form": form, "old": old, "methods": _methods()}
    status = 422 if form.errors else 200
    return render(request, "analytics/entry_form.html", context, status=status)


def _kept(request: HttpRequest, form: EntryForm, old: Entry | None) -> Entry:
    """Raises NotKept; no file is kept of an entry that is refused."""
    now, file = timezone.now(), form.cleaned_data["file"]
    told.check(form.told(), now)
    shown = attachments.keep(file.name, file.chunks()) if file else None
    act = Act(request.user.get_username(), now, shown)
    if old is None:
        return told.enter(form.told(), act)
    return told.correct(old, form.told(), act, why=form.cleaned_data["why"])


def _methods() -> list[tuple[str, Sequence[Method]]]:
    """Which methods fit, in words."""
    return [(_("Event or meeting"), told.HEADS), (_("Broadcast"), told.ESTIMATES)]


def _row(request: HttpRequest, pk: int) -> Entry:
    """An entry of the reader's countries. Raises Http404."""
    return get_object_or_404(told.of(countries(request)), pk=pk)


def _act(request: HttpRequest) -> Act:
    return Act(request.user.get_username(), timezone.now())
