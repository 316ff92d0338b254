"""Pages: what callers of a country are asked about themselves, and the districts they choose from."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people import districts as areas
from people import inquiry as rules
from people import languages, pages
from people.countries import COUNTRIES
from people.districts import Line
from people.forms import InquiryForm
from people.offering import NotKept
from people.views.reader import whoever
from people.views.typed import whole


@require_http_methods(["GET", "POST"])
@permission_required("people.view_district", raise_exception=True)
def inquiry(request: HttpRequest, country: str) -> HttpResponse:
    """Try how often and what to ask without keeping anything, read what it means, then keep it."""
    _own(request, country, "people.set_inquiry")
    kept, offered = rules.setting(country), rules.districts()[country]
    form = InquiryForm(request.POST or None, kept=kept, offered=offered)
    wished = form.setting() if form.is_valid() else kept
    if form.is_valid() and request.POST.get("looked") == rules.mark(wished):
        try:
            by, seen = whoever(request), request.POST.get("seen", "")
            rules.keep(country, wished, seen=seen, by=by, at=timezone.now())
        except NotKept as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("This is kept. Callers meet it with the next edition."))
            return redirect("people:inquiry", country)
    context = {
        "place": pages.menu(country, languages.order(country), languages.known()),
        "kept": kept,
        "trial": pages.asked(wished, kept),
        "districts": len(offered),
        "form": form,
    }
    return render(request, "people/inquiry.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("people.view_district", raise_exception=True)
def districts(request: HttpRequest, country: str) -> HttpResponse:
    """Change a list without keeping anything, read what would be different, then keep it."""
    _own(request, country, "people.change_district")
    kept = areas.lists()[country]
    wished = _wished(request.POST) if request.method == "POST" else areas.lines(kept)
    wrong = areas.faults(wished)
    if request.POST.get("looked") == areas.mark(wished) and not wrong:
        try:
            areas.keep(country, wished, seen=request.POST.get("seen", ""))
        except NotKept as refusal:
            wrong = [str(refusal)]
        else:
            messages.success(request, _("The list is kept. Callers meet it with the next edition."))
            return redirect("people:districts", country)
    context = {"trial": pages.listed(country, wished, kept), "wrong": wrong}
    return render(request, "people/districts.html", context, status=422 if wrong else 200)


@require_GET
@permission_required("people.view_district", raise_exception=True)
def names(request: HttpRequest) -> HttpResponse:
    """What may be chosen from while a place is typed; another room's form asks for it."""
    country = request.GET.get("country", "")
    _own(request, country, "people.view_district")
    offered = areas.offered(areas.lists()[country])
    return HttpResponse(format_html_join("", '<option value="{}">', ((one,) for one in offered)))


def _own(request: HttpRequest, country: str, change: str) -> None:
    """Raise Http404 for a country that is not among one's own, PermissionDenied where one may only look."""
    staff = whoever(request)
    if country not in COUNTRIES or country not in staff.countries:
        raise Http404
    if request.method == "POST" and not staff.has_perm(change):
        raise PermissionDenied


def _wished(told: QueryDict) -> tuple[Line, ...]:
    """The rows of the list as they were typed, in the order their places ask for, new ones at the end."""
    rows = zip(told.getlist("was"), told.getlist("name"), told.getlist("place"), strict=False)
    used = set(told.getlist("used"))
    old = [
        Line(was, _plain(name), _place(place, at), was not in used)
        for at, (was, name, place) in enumerate(rows, 1)
    ]
    new = filter(None, map(_plain, told.get("add", "").splitlines()))
    return (
        *areas.sorted_by_place(old),
        *(Line("", name, at) for at, name in enumerate(new, len(old) + 1)),
    )


def _plain(name: str) -> str:
    return " ".join(name.split())


def _place(typed: str, at: int) -> int:
    """The place typed; the one it has where that is no number."""
    found = whole(typed, digits=5)
    return at if found is None else found
