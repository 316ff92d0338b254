"""Pages for colleagues who answer people: the list of questions, one thread, an answer looked at and sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bot import answering, holding, office, origins, sentences
from bot import inbox as rules
from bot.answering import Words
from bot.conversation import desk
from bot.models import Wish
from people import languages
from people.countries import CODES
from people.views.reader import whoever
from people.views.typed import whole


@require_GET
@never_cache
@permission_required("bot.view_wish", raise_exception=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """Open questions, or closed ones: where, when and how far, nothing of what was said."""
    staff, shut = whoever(request), "closed" in request.GET
    country, language = request.GET.get("country", ""), request.GET.get("language", "")
    after = request.GET.get("after", "")
    found = (
        rules.closed(staff) if shut else rules.open_of(staff, country=country, language=language)
    )
    rows, following = rules.page(found, whole(after) or 0)
    asked = rules.open_of(staff).exclude(language="").order_by("language")
    spoken = languages.known()
    context = {
        "lines": sentences.lines(rows),
        "following": following,
        "shut": shut,
        "counts": rules.counts(staff),
        "filter": {"country": country, "language": language},
        "countries": [(one, origins.place(one)) for one in CODES if one in staff.countries],
        "languages": [
            (one, spoken[one].autonym if one in spoken else one)
            for one in asked.values_list("language", flat=True).distinct()
        ],
        "unset": [
            origins.place(one)
            for one in sorted(set(staff.countries) - set(office.hours(staff.countries)))
        ],
    }
    return render(request, "bot/inbox.html", context)


@require_GET
@never_cache
@permission_required("bot.view_wish", raise_exception=True)
def wish(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread; that it was opened is on record."""
    return _page(request, get_object_or_404(rules.wishes_of(whoever(request)), pk=pk))


def _page(
    request: HttpRequest, found: Wish, words: Words | None = None, *, said: str = ""
) -> HttpResponse:
    staff, at = whoever(request), timezone.now()
    texts = rules.read(found, by=staff, at=at)
    mine = found.state == Wish.State.TAKEN and found.taken_by_id == staff.pk
    context = {
        "wish": sentences.lines([found])[0],
        "texts": [(one, sentences.became(one.sent)) for one in texts],
        "readable": holding.may_read(found, staff),
        "mine": mine,
        "may_take": found.state != Wish.State.CLOSED and holding.may_take(found, at=at),
        "colleagues": rules.colleagues(found, staff) if mine else [],
        "reasons": [one for one in Wish.Reason.choices if one[0] != Wish.Reason.STOPPED],
        "seen": texts[-1].pk if texts else 0,
        "words": words or Words(),
        "away": mine and found.door == "web" and not answering.there(found, desk().memory),
        "said": said,
        **(_answer(found) if mine else {}),
    }
    return render(request, "bot/wish.html", context, status=409 if said else 200)


def _answer(found: Wish) -> dict[str, Any]:
    edition = answering.edition_for(found)
    canned = answering.canned(edition, found) if edition else []
    return {"canned": canned, "published": edition is not None, "parts": answering.PARTS}


@require_POST
@permission_required("bot.answer_wish", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a question, give it back, hand it over, or close it."""
    staff, at = whoever(request), timezone.now()
    get_object_or_404(rules.wishes_of(staff), pk=pk)
    to = request.POST.get("to", "")
    try:
        if name == "take":
            rules.take(pk, by=staff, at=at)
        elif name == "give-back":
            rules.give_back(pk, by=staff, at=at)
        elif name == "hand-over":
            rules.hand_over(pk, whole(to) or 0, by=staff, at=at)
        else:
            rules.close(pk, request.POST.get("reason", ""), by=staff, at=at)
    except holding.NotDone as refused:
        messages.error(request, sentences.refused(refused.word, refused.who))
    return redirect("bot:wish", pk)


def _words(request: HttpRequest) -> Words:
    told = request.POST
    seen = told.get("seen", "")
    text = told.get("text", "").replace("\0", "")[:4000]
    return Words(text, told.get("item", "")[:64], whole(seen) or 0)


@require_POST
@never_cache
@permission_required("bot.answer_wish", raise_exception=True)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer as it will be sent, with its parts; a fragment."""
    found = get_object_or_404(rules.wishes_of(whoever(request)), pk=pk)
    edition, words = answering.edition_for(found), _words(request)
    shown = answering.preview(edition, found, words) if edition else None
    said = sentences.refused(shown.word) if shown and shown.word not in ("", "empty") else ""
    context = {"shown": shown, "said": said, "code": found.language}
    return render(request, "bot/answer_preview.html", context)


@require_POST
@never_cache
@permission_required("bot.answer_wish", raise_exception=True)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it; what was written stays on the page where it cannot go."""
    staff, words = whoever(request), _words(request)
    found = get_object_or_404(rules.wishes_of(staff), pk=pk)
    try:
        answering.send(found, words, by=staff, at=timezone.now(), memory=desk().memory)
    except holding.NotDone as refused:
        found.refresh_from_db()
        return _page(request, found, words, said=sentences.refused(refused.word, refused.who))
    messages.success(request, _("Your answer is on its way. Close the question when it is done."))
    return redirect("bot:wish", pk)
