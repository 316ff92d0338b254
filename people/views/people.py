"""Pages: everybody we may send to, masked, and taking in a list."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import importing, pages, reasons, revealing, uploaded
from people.forms import ImportForm
from people.keys import BadKeys
from people.lists import BadList
from people.models import ImportRun
from people.views.reader import whoever
from people.views.typed import whole

if TYPE_CHECKING:
    from people.models import Staff

LINES_SHOWN = 100


@require_GET
@permission_required("people.view_person", raise_exception=True)
def people(request: HttpRequest) -> HttpResponse:
    """Counts by country and language, and the newest people with masked numbers."""
    staff = whoever(request)
    country, language = request.GET.get("country", ""), request.GET.get("language", "")
    before = request.GET.get("before", "")
    lines, following = pages.page(pages.people_of(staff, country, language), whole(before))
    context = {
        "overview": pages.overview(staff),
        "lines": lines,
        "following": following,
        "country": country,
        "language": language,
    }
    return render(request, "people/list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("people.reveal_person", raise_exception=True)
def reveal_number(request: HttpRequest, pk: int) -> HttpResponse:
    """One number, once, after a reason was given: the next look needs a reason again."""
    person = get_object_or_404(pages.people_of(whoever(request)), pk=pk)
    context, status = {"masked": pages.masked(person), "shortest": revealing.SHORTEST}, 200
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            context["number"] = revealing.reveal(
                person, reason, by=whoever(request), at=timezone.now()
            )
        except revealing.NotRevealed as refusal:
            context["refusal"], status = refusal.word, 403
    answer = render(request, "people/reveal.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@permission_required("people.add_person", raise_exception=True)
def import_list(request: HttpRequest) -> HttpResponse:
    """Upload a list with its grounds; it is previewed by a worker before anybody is added."""
    staff = whoever(request)
    form = ImportForm(request.POST or None, request.FILES or None, countries=staff.countries)
    if request.method == "POST" and form.is_valid() and (run := _accepted(form, staff)):
        return redirect("people:import-run", run.pk)
    context = {"form": form, "runs": pages.runs_of(staff)[:20]}
    return render(request, "people/import.html", context, status=422 if form.errors else 200)


def _accepted(form: ImportForm, staff: "Staff") -> ImportRun | None:
    """The waiting preview; None when the list cannot be used, and then the form says why."""
    told = form.cleaned_data
    order = importing.Order(
        told["country"],
        told["basis"],
        told["evidence"],
        dry_run=True,
        by=staff,
        allowed=frozenset(staff.countries),
        ends_on=told["ends_on"],
    )
    try:
        return uploaded.accept(told["file"].chunks(), order, at=timezone.now())
    except BadList as error:
        form.add_error("file", reasons.sentence(error.said, error.values))
    except BadKeys as error:
        form.add_error("file", str(error))
    return None


@require_GET
@permission_required("people.add_person", raise_exception=True)
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an import is and what became of its rows; the fragment alone when the page asks again."""
    run = get_object_or_404(pages.runs_of(whoever(request)), pk=pk)
    template = "people/run.html" if request.headers.get("HX-Request") else "people/import_run.html"
    context = {
        "run": run,
        "refused": reasons.counts(reasons.REFUSED, run.refused),
        "marks": reasons.counts(reasons.MARKS, run.flagged),
        "problems": reasons.lines(run, LINES_SHOWN),
        "trouble": reasons.trouble(run),
        "waits": uploaded.place(run.pk).exists(),
    }
    return render(request, template, context)


@require_POST
@permission_required("people.add_person", raise_exception=True)
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    """After the preview: add these people."""
    run = get_object_or_404(pages.runs_of(whoever(request)), pk=pk)
    if not uploaded.confirm(run, at=timezone.now()):
        messages.error(
            request, _("This list was imported already or is no longer kept. Upload it again.")
        )
    return redirect("people:import-run", run.pk)
