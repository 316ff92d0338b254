"""The phone simulator: dial every country's code, read the SMS inbox, chat, without a phone."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.routes import gateways
from gateways.base import Gateway
from gateways.network.remote import Away, Phones
from people.countries import COUNTRIES
from ussd.simulator import PHONES, RANGES, Line, press

LONGEST = 160  # characters a phone lets one type into a USSD answer


@require_GET
@permission_required("ussd.use_simulator", raise_exception=True)
def simulator(request: HttpRequest) -> HttpResponse:
    """The whole page: one phone for USSD, its SMS inbox, and the chat."""
    line = _line(request)
    context = _context(line) | {"codes": _codes(), "countries": COUNTRIES, "phones": PHONES}
    return render(request, "ussd/simulator.html", context)


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def dial(request: HttpRequest) -> HttpResponse:
    """One press of the phone: call, send a word, or hang up."""
    line, context = _line(request), _context(_line(request))
    try:
        if "hang" in request.POST:
            _phones().hang_up(line.number)
        else:
            context["display"] = press(
                _phones(), line, transcript=_transcript(request), word=_word(request)
            )
    except Away as error:
        context["trouble"] = str(error)
    return render(request, "ussd/phone.html", context)


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """The phone's SMS; with a text, write one to the product first."""
    line, context = _line(request), _context(_line(request))
    try:
        if text := request.POST.get("text", "").strip():
            _phones().say(line.number, text[:480], _gateway().sender)
            context["said"] = text[:480]
        context["messages_in"] = _phones().inbox(line.number)[::-1][:20]
    except Away as error:
        context["trouble"] = str(error)
    return render(request, "ussd/inbox.html", context)


def _gateway() -> Gateway:
    for gateway in gateways().values():
        if gateway.simulated:
            return gateway
    raise Http404(_("No gateway is simulated here: the simulator has nothing to dial."))


def _codes() -> dict[str, str]:
    """Country -> code, of the simulated gateway, where we have invented numbers."""
    return {code.country: code.code for code in _gateway().codes.values() if code.country in RANGES}


def _line(request: HttpRequest) -> Line:
    asked, codes = request.POST or request.GET, _codes()
    country = asked.get("country", "")
    if country not in codes:
        own: list[str] = getattr(request.user, "countries", [])
        country = next((code for code in own if code in codes), next(iter(codes)))
    phone = asked.get("phone", "1")
    return Line(country, codes[country], int(phone) if phone in map(str, PHONES) else 1)


def _context(line: Line) -> dict[str, Any]:
    return {"line": line, "country": COUNTRIES[line.country], "keys": "123456789*0#"}


def _transcript(request: HttpRequest) -> str | None:
    return request.POST["transcript"] if "open" in request.POST else None


def _word(request: HttpRequest) -> str:
    return (request.POST.get("key") or request.POST.get("word", "")).strip()[:LONGEST]


def _phones() -> Phones:
    return Phones(f"http://127.0.0.1:{settings.NETWORK_PORT}")
