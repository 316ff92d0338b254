"""The phone simulator: dial every country's code, read the SMS inbox, chat, without a phone."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analytics import networks
from campaigns.blasts.routes import gateways
from gateways.africastalking import AfricasTalking
from gateways.base import Gateway
from gateways.network.operators import network
from gateways.network.remote import Away, Phones
from people.countries import COUNTRIES
from people.views.reader import whoever
from ussd.simulator import PHONES, RANGES, Line, mark, press, thread

LONGEST = 160  # characters a phone lets one type into a USSD answer
LONGEST_SMS = 480  # three parts
NOTHING = gettext_lazy("No gateway is simulated here: the simulator has nothing to dial.")
SAID, SAID_MOST = "simulator_said", 10  # in the session: what was written, a phone


@require_GET
@permission_required("ussd.use_simulator", raise_exception=True)
def simulator(request: HttpRequest) -> HttpResponse:
    """The whole page: one phone for USSD, its SMS inbox, and the chat."""
    return render(request, "ussd/simulator.html", _page(request, _line(request)))


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def dial(request: HttpRequest) -> HttpResponse:
    """One press of the phone: call, send a word, or hang up."""
    line, shown = _line(request), dict[str, Any]()
    with _phones(shown) as phones:
        if "hang" in request.POST:
            phones.hang_up(line.number)
        else:
            shown["display"] = press(
                phones, line, transcript=_transcript(request), word=_word(request)
            )
    return _answer(request, "ussd/phone.html", line, shown)


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """The phone's SMS; with a text, write one to the product first."""
    line, shown = _line(request), dict[str, Any]()
    text = request.POST.get("text", "").strip()[:LONGEST_SMS]
    with _phones(shown) as phones:
        if text:
            phones.say(line.number, text, _gateway().sender)
            _keep(request, line, text)
            shown["said"] = True
        shown |= _messages(request, phones, line)
    return _answer(request, "ussd/inbox.html", line, shown)


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def news(request: HttpRequest) -> HttpResponse:
    """What the open page asks every few seconds: the messages, or 204 where the phone has no new ones."""
    line, shown = _line(request), dict[str, Any]()
    with _phones(shown) as phones:
        shown |= _messages(request, phones, line)
    if shown.get("seen") and shown["seen"] == request.POST.get("seen"):
        return HttpResponse(status=204)
    return _answer(request, "ussd/messages.html", line, shown)


def _answer(request: HttpRequest, part: str, line: Line, shown: dict[str, Any]) -> HttpResponse:
    """The part alone where a script asked for it, else the whole page with it."""
    if request.headers.get("HX-Request"):
        return render(request, part, {"line": line} | shown)
    return render(request, "ussd/simulator.html", _page(request, line) | shown)


def _page(request: HttpRequest, line: Line) -> dict[str, Any]:
    context: dict[str, Any] = {"line": line, "codes": _codes(), "phones": PHONES}
    context["operator"] = networks.label(network(line.number))
    with _phones(context) as phones:
        context |= _messages(request, phones, line)
    return context


@contextmanager
def _phones(shown: dict[str, Any]) -> Iterator[Phones]:
    """The network's phones; where it is away, the page says so instead."""
    phones = Phones(network_address())
    with closing(phones):
        try:
            yield phones
        except Away:
            shown["trouble"] = _("The simulated phone network does not answer. Is it running?")


def network_address() -> str:
    """Where the simulated network listens: beside us, or on the host that the gateways file sends to."""
    gateway = _gateway() if settings.GATEWAYS_FILE else None
    if isinstance(gateway, AfricasTalking):
        place = urlsplit(gateway.url)
        return f"{place.scheme}://{place.netloc}"
    return f"http://127.0.0.1:{settings.NETWORK_PORT}"


def _gateway() -> Gateway:
    for gateway in gateways().values():
        if gateway.simulated:
            return gateway
    raise Http404(NOTHING)


def _codes() -> dict[str, tuple[str, str]]:
    """Country -> its name and code, of the simulated gateway, where we have invented numbers; some."""
    codes = {code.country: code.code for code in _gateway().codes.values()}
    found = {
        country: (str(COUNTRIES[country].name), codes[country])
        for country in COUNTRIES
        if country in codes and country in RANGES
    }
    if not found:
        raise Http404(NOTHING)
    return found


def _line(request: HttpRequest) -> Line:
    """The phone asked for; what makes no sense is the reader's first country and phone 1."""
    asked, codes = request.POST or request.GET, _codes()
    country = asked.get("country", "")
    if country not in codes:
        own = whoever(request).countries
        country = next((code for code in own if code in codes), next(iter(codes)))
    phone = asked.get("phone", "1")
    return Line(country, codes[country][1], int(phone) if phone in map(str, PHONES) else 1)


def _transcript(request: HttpRequest) -> str | None:
    return request.POST.get("transcript", "") if "open" in request.POST else None


def _word(request: HttpRequest) -> str:
    return (request.POST.get("key") or request.POST.get("word", "")).strip()[:LONGEST]


def _keep(request: HttpRequest, line: Line, text: str) -> None:
    """Remember what was written, so that it stands in the thread; the network only keeps what phones get."""
    said = request.session.setdefault(SAID, {})
    said[line.number] = [*said.get(line.number, []), [time.time(), text]][-SAID_MOST:]
    request.session.modified = True


def _messages(request: HttpRequest, phones: Phones, line: Line) -> dict[str, Any]:
    said = request.session.get(SAID, {}).get(line.number, [])
    found = thread(phones, line, [(at, text) for at, text in said])
    return {"messages_in": found, "seen": mark(found)}
