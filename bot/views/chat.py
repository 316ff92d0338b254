"""The public chat page: no account, no number, nothing on the page that a later reader of the phone could find."""

import time
import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bot.conversation import TEXT_MOST, Heard, converse, desk
from bot.replies import Reply, busy
from bot.wording import Speech, language_choices, speaking
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.editions.tongues import direction
from people import countries, languages

MINUTE, HOUR = 60, 3600
MOST = {"session": (20, MINUTE), "address": (120, MINUTE), "hour": (1200, HOUR)}
WHO, WHERE, HOW = "chat", "chat_country", "chat_language"  # in the session


@require_GET
@never_cache
@login_not_required
def chat(request: HttpRequest) -> HttpResponse:
    """The page, empty but for a greeting; a country or language chosen above it is kept in the session."""
    edition = _edition()
    if edition is None:
        return render(request, "bot/closed.html", status=503)
    country, language = _place(request, edition)
    request.session[WHERE], request.session[HOW] = country, language
    speech = speaking(edition, country, language)
    return render(request, "bot/chat.html", _context(speech) | {"hello": speech.ui("bot.hello")})


@require_POST
@never_cache
@login_not_required
def say(request: HttpRequest) -> HttpResponse:
    """One message: both sides of it as a fragment, or the whole page again without scripts."""
    edition = _edition()
    if edition is None:
        return render(request, "bot/closed.html", status=503)
    country, language = _place(request, edition)
    text = request.POST.get("text", "")[:TEXT_MOST]
    if _hurried(request):
        return _shown(request, edition, text, busy(edition, country, language), language)
    reply = converse(desk(), edition, _heard(request, text, country, language))
    request.session[HOW] = reply.state.language or language
    if reply.wish == "forget":  # whoever writes on is somebody new
        request.session.pop(WHO, None)
    if reply.decision == "left":
        return _left(request, reply)
    return _shown(request, edition, text, reply.text, reply.state.language or language, reply=reply)


def _shown(  # one argument a part of the page
    request: HttpRequest,
    edition: Edition,
    text: str,
    answer: str,
    language: str,
    *,
    reply: Reply | None = None,
) -> HttpResponse:
    speech = speaking(edition, request.session.get(WHERE, ""), language)
    turn = {
        "text": text,
        "answer": answer,
        "choices": reply.choices if reply else (),
        "direction": direction(language, edition.languages),
        "language": language,
    }
    if getattr(request, "htmx", False):
        return render(request, "bot/turn.html", {"turn": turn})
    return render(request, "bot/chat.html", _context(speech) | {"turn": turn})


def _left(request: HttpRequest, reply: Reply) -> HttpResponse:
    """Quick exit (S3): harmless words, the conversation gone from the page, nothing kept."""
    request.session.pop(WHO, None)
    if getattr(request, "htmx", False):
        gone = render(request, "bot/left.html", {"words": reply.text})
        gone["HX-Retarget"], gone["HX-Reswap"] = "#talk", "innerHTML"
        return gone
    return redirect("bot:chat")


def _heard(request: HttpRequest, text: str, country: str, language: str) -> Heard:
    return Heard(
        door="web",
        gateway="",
        address=f"web:{_who(request)}",
        text=text.encode("utf-8", "replace").decode(),
        country=country,
        language=language,
        at=time.time(),
    )


def _who(request: HttpRequest) -> str:
    """A random name of this browser's session; it is nobody's number and joins nothing."""
    if WHO not in request.session:
        request.session[WHO] = str(uuid.uuid4())
    return str(request.session[WHO])


def _hurried(request: HttpRequest) -> bool:
    """Whether this session or address writes faster than people do."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    names = {"session": f"s:{_who(request)}", "address": f"a:{address}", "hour": f"h:{address}"}
    memory = desk().memory
    return any(memory.count(names[kind], seconds) > most for kind, (most, seconds) in MOST.items())


def _edition() -> Edition | None:
    """What may be served here: a demonstration's pages say what they are, production serves live alone."""
    try:
        return routes.edition(simulated=settings.DEMONSTRATION)
    except routes.NoRoute:
        return None


def _place(request: HttpRequest, edition: Edition) -> tuple[str, str]:
    """Country and language: just chosen, else remembered, else the first country's and the browser's."""
    asked = request.POST or request.GET
    country = asked.get("country") or request.session.get(WHERE, "")
    country = country if country in countries.CODES else ""
    wished = asked.get("language") or request.session.get(HOW) or request.LANGUAGE_CODE
    speech = speaking(edition, country, languages.base(str(wished)[:12]))
    script = speaking(edition, country, str(wished)[:12])
    same = languages.base(script.language) == languages.base(speech.language)
    return country, script.language if same else speech.language


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
        "help_label": speech.ui("ussd.help"),
        "leave_label": speech.ui("ussd.leave"),
    }
