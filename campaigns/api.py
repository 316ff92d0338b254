"""Two doors of the JSON API: what the live edition says, and what became of blasts."""

import re
from collections.abc import Collection
from dataclasses import asdict
from typing import Any, Final

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics import paging
from analytics.api import answer
from analytics.paging import Unclear
from analytics.periods import day_of
from campaigns.blasts import finals, routes
from campaigns.blasts.finals import Totals
from campaigns.models import Blast
from campaigns.press import leaflet
from campaigns.press.leaflet import Live, Proved, Said
from people.api import modified
from people.countries import CODES

of_editions = permission_required("campaigns.view_edition", raise_exception=True)
of_blasts = permission_required("campaigns.view_blast", raise_exception=True)
TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # BCP 47, as far as ours go


# --- the live edition -------------------------------------------------------------------------------


@require_safe
@of_editions
def edition(request: HttpRequest) -> HttpResponse:
    """Which edition it is, and its languages."""
    paging.parameters(request.GET)
    live, own = _live(), _own(request)
    spoken = [asdict(one) for one in leaflet.languages(live.edition, own)]
    told = {
        "kind": live.row.kind,
        "hash": live.row.hash,
        "published_at": live.row.published_at.isoformat(timespec="seconds"),
        "lapses_on": live.row.lapses_on.isoformat() if live.row.lapses_on else None,
        "countries": sorted(own),
        "languages": spoken,
    }
    return modified(answer(told), live.row.published_at)


@require_safe
@of_editions
def texts(request: HttpRequest) -> HttpResponse:
    """What is said in one country, each item in each language it is offered in."""
    asked = paging.parameters(request.GET, "country", "language")
    country = _country(asked["country"], _own(request))
    if asked["language"] and not TAG.fullmatch(asked["language"]):
        raise Unclear(_("language is a code of BCP 47, such as sw or am-Latn."))
    live = _live()
    found = leaflet.places(live.edition, country, asked["language"])
    page = paging.page_of(found, request.GET)
    said = [leaflet.said(live.edition, country, place) for place in page.rows]
    told = {
        "hash": live.row.hash,
        "country": country,
        **paging.told(page, [_said(one) for one in said]),
    }
    return modified(answer(told), live.row.published_at)


@require_safe
@of_editions
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers that may be shown today. What lapses goes by itself, so only the ETag says what is new."""
    paging.parameters(request.GET)
    live = _live()
    found = leaflet.numbers(live.edition, _own(request), on=day_of(timezone.now()))
    page = paging.page_of(found, request.GET)
    return answer({"hash": live.row.hash, **paging.told(page, [_number(one) for one in page.rows])})


def _live() -> Live:
    """Raises Http404 where nothing live is published."""
    live = leaflet.live(routes.shelf())
    if live is None:
        raise Http404(_("No live edition is published yet. Demonstrations are never handed out."))
    return live


def _country(code: str, own: Collection[str]) -> str:
    """Raises Unclear, and PermissionDenied for a country that the badge does not hold."""
    if not paging.one_of("country", code, CODES):
        raise Unclear(_("Say for which country: the numbers inside the texts are those of one."))
    if code not in own:
        raise PermissionDenied(_("Your badge does not hold this country."))
    return code


def _said(one: Said) -> dict[str, Any]:
    item = one.item
    return {
        "item": item.id,
        "kind": item.kind,
        "topic": item.topic,
        "component": item.component or None,
        "indicators": item.indicators,
        "sensitive": item.sensitive,
        "language": one.language,
        "title": one.title,
        "short": one.short,
        "text": one.text,
        "sms": one.sms,
        "options": one.options,
        "correct": item.correct,
        "explains": item.explains or None,
        "audio": one.audio or None,
        "source": item.source or None,
        "dated": item.dated or None,
    }


def _number(one: Proved) -> dict[str, Any]:
    number = one.number
    return {
        "country": one.country,
        "kind": number.kind,
        "number": number.number,
        "name": number.name,
        "languages": number.languages,
        "verified_on": one.verified_on.isoformat() if one.verified_on else None,
        "expires_on": number.expires or None,
    }


# --- blasts -----------------------------------------------------------------------------------------


@require_safe
@of_blasts
def blasts(request: HttpRequest) -> HttpResponse:
    """Those that were started, oldest first; their numbers once they are final."""
    asked = paging.parameters(request.GET, "state")
    state = paging.one_of("state", asked["state"], Blast.State.values)
    found = finals.begun(_own(request))
    chosen = found.filter(state=state) if state else found
    page = paging.page_of(list(chosen.values_list("pk", flat=True)), request.GET)
    return answer(paging.told(page, [_blast(one) for one in finals.read(page.rows)]))


@require_safe
@of_blasts
def blast(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them."""
    paging.parameters(request.GET)
    mine = finals.begun(_own(request)).filter(pk=pk).values_list("pk", flat=True)
    for one in finals.read(list(mine)):
        return answer(_blast(one))
    raise Http404(_("There is no such blast in your countries."))


def _own(request: HttpRequest) -> Collection[str]:
    return getattr(request.user, "countries", ())


def _blast(one: Blast) -> dict[str, Any]:
    final = finals.totals(one, at=timezone.now())
    return {
        "id": one.pk,
        "campaign": one.campaign.code,
        "item": None if finals.discreet(one) else one.item,
        "countries": sorted(one.countries),
        "indicators": one.indicators,
        "state": one.state,
        "started_at": one.started_at.isoformat(timespec="seconds") if one.started_at else None,
        "final_on": day_of(finals.due(one)).isoformat(),
        "report": _report(final) if final else None,
    }


def _report(final: Totals) -> dict[str, Any]:
    cost = final.cost
    return {
        "people": final.people,
        "deliveries": dict(final.outcomes),
        "cost": f"{cost.amount:f}" if cost else None,
        "cost_step": f"{cost.step:f}" if cost else None,
        "currency": cost.currency if cost else None,
        "counted_at": final.counted_at.isoformat(timespec="seconds"),
    }
