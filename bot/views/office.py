"""The page of office hours: when people are told that somebody reads what they ask, country by country."""

from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.views.decorators.http import require_GET, require_POST

from bot import office as rules
from bot import origins, sentences
from bot.models import Holiday, Office
from people.countries import CODES, COUNTRIES
from people.views.reader import whoever
from people.views.typed import whole


@require_GET
@permission_required("bot.view_office", raise_exception=True)
def office(request: HttpRequest) -> HttpResponse:
    """Hours and holidays to come of the reader's countries."""
    countries = [one for one in CODES if one in whoever(request).countries]
    at = timezone.now()
    own = {one.country: one for one in Office.objects.filter(country__in=countries)}
    hours = rules.hours(countries)
    off = list(Holiday.objects.filter(country__in=countries, day__gte=at.date()).order_by("day"))
    context = {
        "places": [_place(one, own.get(one), hours.get(one), at) for one in countries],
        "off": off,
        "days": sentences.days(),
    }
    return render(request, "bot/office.html", context)


def _place(
    country: str, row: Office | None, hours: rules.Hours | None, at: datetime
) -> dict[str, Any]:
    return {
        "code": country,
        "name": origins.place(country),
        "here": at.astimezone(COUNTRIES[country].zone).time(),
        "row": row,
        "wait": hours.wait(at) if hours else None,
    }


def _own(request: HttpRequest, country: str) -> None:
    if country not in whoever(request).countries or country not in COUNTRIES:
        raise Http404


@require_POST
@permission_required("bot.change_office", raise_exception=True)
def change(request: HttpRequest, country: str) -> HttpResponse:
    """Days and hours of one country."""
    _own(request, country)
    given = request.POST
    days = [day for one in given.getlist("days") if (day := whole(one)) is not None]
    try:
        span = _time(given.get("opens", "")), _time(given.get("closes", ""))
        rules.set_hours(country, days, span, by=whoever(request), at=timezone.now())
    except rules.NotSet as refused:
        messages.error(request, sentences.not_set(refused.word))
    return redirect("bot:office")


def _time(text: str) -> time:
    try:
        found = parse_time(text)
    except ValueError:
        found = None
    if found is None:
        raise rules.NotSet("order")
    return found


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise rules.NotSet("day")
    return found


@require_POST
@permission_required("bot.change_office", raise_exception=True)
def holiday(request: HttpRequest, country: str, name: str) -> HttpResponse:
    """Add a day off, or drop it."""
    _own(request, country)
    staff, at = whoever(request), timezone.now()
    try:
        day = _day(request.POST.get("day", ""))
        if name == "drop":
            rules.drop_holiday(country, day, by=staff, at=at)
        else:
            called = request.POST.get("name", "").replace("\0", "").strip()
            rules.add_holiday(country, day, called, by=staff, at=at)
    except rules.NotSet as refused:
        messages.error(request, sentences.not_set(refused.word))
    return redirect("bot:office")
