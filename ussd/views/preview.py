"""Any edition, or the drafts of now, on a phone that leaves no trace: what was pressed is in the page alone."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.editions.problems import Problem
from campaigns.views.problems import grouped
from campaigns.writing.titles import titled
from ussd import dialogues, preview
from ussd.operators import dialled
from ussd.preview import Look
from ussd.sessions import INPUTS_MOST
from ussd.views.choosing import Choice, chosen, edition_of, lists, service_code, unreadable
from ussd.views.simulator import LONGEST
from ussd.wire import Wire, wire

NAME_MOST = 60  # characters of a saved file's name


@dataclass(frozen=True, slots=True)
class Call:
    """A phone and what was done on it. `said` None: it has not dialled; `code` with the `answers` behind it."""

    choice: Choice
    item: str = ""
    code: str = ""
    answers: tuple[str, ...] = ()
    said: tuple[str, ...] | None = None
    trouble: str = ""

    @property
    def typed(self) -> str:
        """The code as it was dialled."""
        return "*".join((self.code.removesuffix("#"), *self.answers)) + "#" if self.code else ""

    @property
    def inputs(self) -> tuple[str, ...]:
        return (*self.answers, *(self.said or ()))


@require_http_methods(["GET", "POST"])
@permission_required("ussd.use_simulator", raise_exception=True)
def phone(request: HttpRequest) -> HttpResponse:
    """The page, opened on an item where one is named; each press sends all earlier ones with it."""
    call = _call(request)
    edition, problems = edition_of(call.choice)
    call = replace(call, choice=replace(call.choice, begun=edition.id if edition else ""))
    if request.method == "POST":
        call = _pressed(call, request.POST)
    elif call.item and edition and call.said is None:
        call = _opened(call, edition)
    context = {
        "call": call,
        "choice": call.choice,
        "wire_open": "wire" in (request.POST or request.GET),
        "pressed": request.method == "POST",
        **_wrong(call, problems),
        **_shown(call, edition),
    }
    if request.headers.get("HX-Request"):
        return render(request, "ussd/preview_phone.html", context)
    return render(request, "ussd/preview.html", context | lists(call.choice))


@require_POST
@permission_required("ussd.use_simulator", raise_exception=True)
def dialogue(request: HttpRequest) -> HttpResponse:
    """The call so far as a golden dialogue, a text file to keep."""
    call = _call(request)
    edition, _problems = edition_of(call.choice)
    saved = (
        preview.dialogue(edition, call.choice.handset, call.answers, call.said or ())
        if edition
        else None
    )
    if edition is None or saved is None:
        words = _("It cannot be saved just now: please go back, wait a moment, and try again.")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(dialogues.play(edition, saved), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(call)}"'
    return answer


def _file_name(call: Call) -> str:
    own = call.choice.handset
    words = (own.country, own.language or "new", *call.inputs)
    kept = ["".join(filter(str.isalnum, word)) for word in words]
    name = "-".join(filter(None, kept)).encode("ascii", "ignore").decode().lower()
    return f"{name[:NAME_MOST]}.txt"


def _call(request: HttpRequest) -> Call:
    """What the page tells of the phone. A code that is nobody's is the country's own."""
    asked, choice = request.POST or request.GET, chosen(request)
    if "call" in asked or "again" in asked:
        choice = replace(choice, begun="")
    own = dialled(asked.get("dialled", ""), routes.gateways().values())
    said = tuple(map(_line, asked.getlist("said")[:INPUTS_MOST])) if "open" in asked else None
    code, answers = (own.code, own.answers) if own else (service_code(choice.handset.country), ())
    return Call(choice, asked.get("item", "")[:64], code, answers, said)


def _line(word: str) -> str:
    """What a phone can send: one line."""
    return " ".join(word.split())[:LONGEST]


def _pressed(call: Call, told: QueryDict) -> Call:
    """After one press of the phone."""
    word = _line(told.get("key") or told.get("word", ""))
    if "hang" in told:
        return replace(call, said=None)
    if "again" in told:
        return replace(call, said=())
    if "back" in told:
        return replace(call, said=call.said[:-1] if call.said else None)
    if call.said is None or "call" in told:
        return _dialled(call, told.get("dial", ""))
    return replace(call, said=(*call.said, word)) if word else call


def _dialled(call: Call, typed: str) -> Call:
    """Calling: the code in the field, with the answers behind it."""
    own = dialled(typed, routes.gateways().values()) if typed.strip() else None
    if own:
        return replace(call, code=own.code, answers=own.answers, said=())
    if typed.strip():
        return replace(call, trouble=_("No gateway has this code."))
    return replace(call, answers=(), said=())


def _opened(call: Call, edition: Edition) -> Call:
    """On the item's own screen, where keys lead to it."""
    own = call.choice.handset
    if not own.language:
        offer = edition.offer(own.country, own.start.budget)
        own = replace(own, language=next(iter(offer.languages), ""))
    choice = replace(call.choice, handset=own)
    return replace(call, choice=choice, said=preview.way(edition, own, call.item))


def _wrong(call: Call, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """What is wrong with the item, and elsewhere."""
    item = call.item
    return {
        "problems": grouped(one for one in problems if item in ("", one.code)),
        "elsewhere": grouped(one for one in problems if item not in ("", one.code)),
        "draft": call.choice.draft,
    }


def _shown(call: Call, edition: Edition | None) -> dict[str, Any]:
    if edition is None:
        return {"trouble": unreadable(call.choice)}
    own = call.choice.handset
    calling = own.dialling(call.answers)
    look = preview.look(edition, calling, call.inputs) if call.said is not None else None
    item = (look.item if look else "") or call.item
    return {
        "look": look,
        "keys": call.said or (),
        "spoken": preview.spoken(edition, own),
        "wire": _wire(call, look),
        "absent": bool(call.item) and call.said is None and not call.trouble,
        **_forms(edition, call, item),
    }


def _wire(call: Call, look: Look | None) -> Wire | None:
    if look is None:
        return None
    own = call.choice.handset
    return wire(own, look, code=call.code, dialled=call.answers, said=call.said or ())


def _forms(edition: Edition, call: Call, item: str) -> dict[str, Any]:
    """The item as an SMS and in the chat."""
    own = call.choice.handset
    language = preview.spoken(edition, own)
    known = item in edition.items
    return {
        "item": item if known else "",
        "title": titled([item], language or "en")[item] if item else "",
        "sms": preview.sms(edition, item, language, own.country) if known else None,
        "chat": preview.chat(edition, item, language, own.country) if known else "",
    }
