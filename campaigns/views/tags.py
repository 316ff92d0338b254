"""The page of tags: the closed list by which lists of people may mark them, and audiences be chosen."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.blasts import discretion
from people import tags as rules
from people.countries import CODES, COUNTRIES
from people.offering import NotKept
from people.views.reader import whoever


@require_GET
@permission_required("people.view_tag", raise_exception=True)
def tags(request: HttpRequest) -> HttpResponse:
    """Every tag of the reader's countries, with how many people have it."""
    staff = whoever(request)
    people = rules.people_with(staff)
    lines = [
        (one, people.get(one.name, 0), _place(one.country), rules.may_change(one.country, staff))
        for one in rules.tags_of(staff)
    ]
    places = [(code, _place(code)) for code in ("", *CODES) if rules.may_change(code, staff)]
    context = {"lines": lines, "places": places, "longest": rules.LONGEST}
    return render(request, "campaigns/tags.html", context)


def _place(country: str) -> str:
    return str(COUNTRIES[country].name) if country else _("all countries")


@require_POST
@permission_required("people.change_tag", raise_exception=True)
def add(request: HttpRequest) -> HttpResponse:
    """A new tag, unless it says what gives somebody away."""
    name, country = request.POST.get("name", ""), request.POST.get("country", "")
    try:
        rules.add(
            name.replace("\0", ""),
            country,
            tells=discretion.in_any,
            by=whoever(request),
            at=timezone.now(),
        )
    except NotKept as refused:
        messages.error(request, str(refused))
    return redirect("campaigns:tags")


@require_POST
@permission_required("people.change_tag", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Retire a tag, or offer it again."""
    staff = whoever(request)
    tag = get_object_or_404(rules.tags_of(staff), pk=pk)
    try:
        rules.retire(tag, retired=name == "retire", by=staff, at=timezone.now())
    except NotKept as refused:
        messages.error(request, str(refused))
    return redirect("campaigns:tags")
