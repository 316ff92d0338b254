"""The home page: what goes on now and what to do next, each only for whom it concerns."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics import indicators
from campaigns import overviews
from campaigns.blasts import permits
from campaigns.editions.content import SOURCE
from campaigns.proofs import alerting, lapses
from campaigns.views.blasts import LIVELY, State, mine, rows_of
from campaigns.views.directory import alerts
from campaigns.writing import translating
from people import audit, rushes
from people.models import Person
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Staff


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What goes on now and what to do next, each only for whom it concerns."""
    return render(request, "campaigns/home.html", _home(whoever(request)))


def _home(staff: "Staff") -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if staff.has_perm("campaigns.view_blast"):
        newest = mine(staff).order_by("-planned_at")
        shown["alive"] = rows_of(
            newest.filter(state__in=LIVELY)[:5] or newest.filter(state="done")[:1]
        )
    if staff.has_perm("analytics.view_reach"):
        shown["bursts"] = rushes.bursts(staff.countries, at=timezone.now())
        shown["headline"] = indicators.headline(staff.countries, at=timezone.now())
    if staff.has_perm(permits.APPROVE):
        waiting = mine(staff).filter(state=State.PLANNED)
        shown["waiting"] = (
            waiting if settings.SELF_APPROVAL else waiting.exclude(planned_by=staff)
        ).count()
    if staff.has_perm(permits.PLAN):
        shown["nobody"] = not Person.objects.filter(country__in=staff.countries).exists()
    if staff.has_perm("people.view_auditentry"):
        shown["audit"] = audit.newest_check()
    return shown | _content(staff)


def _content(staff: "Staff") -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if staff.has_perm("campaigns.add_text") or staff.has_perm("campaigns.approve_text"):
        shown["readiness"] = translating.progress(staff.countries)
        shown["edition"] = overviews.current_edition()
    if staff.has_perm("campaigns.approve_text"):
        english = (one.waiting for one in shown["readiness"] if one.code == SOURCE)
        shown["waiting_texts"] = next(english, 0)
    if staff.has_perm("campaigns.change_referral"):
        today = timezone.localdate()
        shown["directory"] = overviews.directory(staff.countries, on=today)
    return shown | _expiring(staff)


def _expiring(staff: "Staff") -> dict[str, Any]:
    """What lapses, for whom it can be an affair: those who may prove something or publish."""
    if not any(map(staff.has_perm, (alerting.NUMBERS, alerting.FACTS, alerting.EDITIONS))):
        return {}
    today = timezone.localdate()
    coming = lapses.coming(staff, on=today)
    lapsed = sum(one.lapsed(today) for one in coming)
    return {"expiring": {"lapsed": lapsed, "soon": len(coming) - lapsed}, **alerts(staff, 5)}
