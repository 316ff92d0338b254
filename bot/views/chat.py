"""The public chat page: no account, no number, nothing on the page that a later reader of the phone could find."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from bot import pressing
from bot.conversation import TEXT_MOST, Heard, converse, desk, forget
from bot.replies import busy
from bot.views import visits
from bot.views.visits import Visit
from bot.wording import Speech, language_choices, speaking
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.editions.tongues import direction
from people import countries, languages

MINUTE, HOUR = 60, 3600
MOST = {"session": (20, MINUTE), "address": (120, MINUTE), "hour": (1200, HOUR)}
EMBED: Final = (Path(__file__).parent.parent / "static" / "bot" / "embed.js").read_text("utf-8")


@require_GET
@never_cache
@login_not_required
def chat(request: HttpRequest) -> HttpResponse:
    """The page, empty but for a greeting; a country or language chosen above it holds for the visit."""
    edition = _edition()
    if edition is None:
        return _framed(render(request, "bot/closed.html", status=503))
    visit = _placed(request, edition)
    hello = speaking(edition, visit.country, visit.language).ui("bot.hello")
    return _page(request, edition, visit, {"hello": hello})


@csrf_exempt
@require_POST
@never_cache
@login_not_required
def say(request: HttpRequest) -> HttpResponse:
    """One message: both sides of it as a fragment, or the whole page again without scripts."""
    return (_say if visits.posted(request) else csrf_protect(_say))(request)


@csrf_exempt
@require_POST
@never_cache
@login_not_required
def delete(request: HttpRequest) -> HttpResponse:
    """The conversation is forgotten at once, what was kept of its visit within minutes."""
    return (_delete if visits.posted(request) else csrf_protect(_delete))(request)


@require_GET
@cache_control(max_age=HOUR, public=True)
@login_not_required
def embed(_request: HttpRequest) -> HttpResponse:
    """What a partner's page loads: it puts the chat page into a frame where it stands."""
    answer = HttpResponse(EMBED, content_type="text/javascript; charset=utf-8")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _say(request: HttpRequest) -> HttpResponse:
    edition = _edition()
    if edition is None:
        return _framed(render(request, "bot/closed.html", status=503))
    visit = _placed(request, edition)
    text = request.POST.get("text", "")[:TEXT_MOST]
    if _hurried(request, visit):
        answer = busy(edition, visit.country, visit.language)
        return _shown(request, edition, visit, {"text": text, "answer": answer})
    reply = converse(desk(), edition, _heard(visit, text))
    visit = replace(visit, language=reply.state.language or visit.language)
    if reply.decision == "left":
        return _left(request, edition, visit, reply.text)
    if reply.wish == "forget":  # whoever writes on is somebody new
        visit = replace(visit, who=Visit().who)
    keys = pressing.keys(edition, reply)
    turn: dict[str, Any] = {"text": text, "buttons": keys, "thread": reply.state.thread}
    turn["answer"] = pressing.words(reply.text, keys)
    return _shown(request, edition, visit, turn)


def _delete(request: HttpRequest) -> HttpResponse:
    edition = _edition()
    if edition is None:
        return _framed(render(request, "bot/closed.html", status=503))
    visit = _placed(request, edition)
    if not _hurried(request, visit):
        forget(desk(), _heard(visit, ""))
    words = speaking(edition, visit.country, visit.language).ui("bot.forgotten")
    return _left(request, edition, visit, words)


def _shown(
    request: HttpRequest, edition: Edition, visit: Visit, turn: Mapping[str, Any]
) -> HttpResponse:
    told = {
        **turn,
        "direction": direction(visit.language, edition.languages),
        "language": visit.language,
    }
    if request.headers.get("HX-Request"):
        context = {"turn": told, "visit": visits.sealed(visit), "fragment": True}
        return _kept(request, _spoken(request, "bot/turn.html", context, visit), visit)
    return _page(request, edition, visit, {"turn": told})


def _page(
    request: HttpRequest, edition: Edition, visit: Visit, told: Mapping[str, Any]
) -> HttpResponse:
    speech = speaking(edition, visit.country, visit.language)
    context = {**_context(speech), "visit": visits.sealed(visit), **told}
    return _kept(request, _spoken(request, "bot/chat.html", context, visit), visit)


def _spoken(
    request: HttpRequest, template: str, context: Mapping[str, Any], visit: Visit
) -> HttpResponse:
    """The template with its own words in the language of the conversation; in English where they have none."""
    with translation.override(visit.language):
        return render(request, template, context)


def _left(request: HttpRequest, edition: Edition, visit: Visit, words: str) -> HttpResponse:
    """Quick exit (S3): harmless words, the conversation gone from the page, nothing kept."""
    new = replace(visit, who=Visit().who)
    if not request.headers.get("HX-Request"):
        return visits.keep(redirect("bot:chat"), None, secure=request.is_secure())
    context = {"words": words, "visit": visits.sealed(new), "fragment": True}
    gone = render(request, "bot/left.html", context)
    gone["HX-Retarget"], gone["HX-Reswap"] = "#talk", "innerHTML"
    return _framed(visits.keep(gone, None, secure=request.is_secure()))


def _kept(request: HttpRequest, response: HttpResponse, visit: Visit) -> HttpResponse:
    return _framed(visits.keep(response, visit, secure=request.is_secure()))


def _framed(response: HttpResponse) -> HttpResponse:
    """Partners that are named in the settings may show the page inside theirs; nobody else may."""
    if settings.CHAT_SITES:
        response._csp_replace = {"frame-ancestors": settings.CHAT_SITES}  # type: ignore[attr-defined]  # noqa: SLF001 - its door
        response.xframe_options_exempt = True
    return response


def _heard(visit: Visit, text: str) -> Heard:
    return Heard(
        door="web",
        gateway="",
        address=f"web:{visit.who}",
        text=text.encode("utf-8", "replace").decode(),
        country=visit.country,
        language=visit.language,
        at=time.time(),
    )


def _hurried(request: HttpRequest, visit: Visit) -> bool:
    """Whether this visit or address writes faster than people do."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    names = {"session": f"s:{visit.who}", "address": f"a:{address}", "hour": f"h:{address}"}
    memory = desk().memory
    return any(memory.count(names[kind], seconds) > most for kind, (most, seconds) in MOST.items())


def _edition() -> Edition | None:
    """What may be served here: a demonstration's pages say what they are, production serves live alone."""
    try:
        return routes.edition(simulated=settings.DEMONSTRATION)
    except routes.NoRoute:
        return None


def _placed(request: HttpRequest, edition: Edition) -> Visit:
    """The visit with country and language: just chosen, else remembered, else the first country's and the browser's."""
    visit, asked = visits.of(request), request.POST or request.GET
    country = asked.get("country", visit.country)
    country = country if country in countries.CODES else ""
    wished = asked.get("language") or visit.language or request.LANGUAGE_CODE
    speech = speaking(edition, country, languages.base(str(wished)[:12]))
    script = speaking(edition, country, str(wished)[:12])
    same = languages.base(script.language) == languages.base(speech.language)
    language = script.language if same else speech.language
    return replace(visit, country=country, language=language)


def _context(speech: Speech) -> dict[str, object]:
    _title, choices = speech.choices("main")
    return {
        "countries": countries.COUNTRIES.values(),
        "country": speech.country,
        "language": speech.language,
        "direction": direction(speech.language, speech.edition.languages),
        "offered": [(one.move.removeprefix("="), one.title) for one in language_choices(speech)],
        "base_language": languages.base(speech.language),
        "starters": [one for one in choices if one.move != "ask"],
        "leave_label": speech.ui("ussd.leave"),
    }
