"""The rules by which danger is heard: read, tried out and changed by protection officers."""

import hashlib
from dataclasses import astuple
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bot import alarm, ears
from bot.models import DangerRule
from people.views.reader import whoever
from understanding import encoder, rulebook, safeguarding
from understanding.rulebook import Change

LONGEST = 500  # characters that are tried out


@require_GET
@never_cache
@permission_required("bot.view_dangerrule", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of one language, and the box to try a message out."""
    return _list(request, request.GET.get("language", "en"))


@require_POST
@never_cache
@sensitive_post_parameters()
@permission_required("bot.view_dangerrule", raise_exception=True)
def tried(request: HttpRequest) -> HttpResponse:
    """Which rules of all languages hear a message, and by which words. Nothing of it is kept."""
    text = request.POST.get("text", "")[:LONGEST]
    among = safeguarding.compiled(rulebook.overlaid(ears.changes()))
    heard = safeguarding.met(text, among)
    first = alarm.danger_in(text, among, encoder.installed())
    more = {"text": text, "heard": heard, "first": first, "tried": True}
    more["likeness"] = safeguarding.LIKENESS
    return _list(request, request.POST.get("language", "en"), **more)


def _list(request: HttpRequest, language: str, **more: Any) -> HttpResponse:  # noqa: ANN401
    found = ears.book(language)
    if found is None:
        raise Http404
    changed = ears.newest(language)
    shown = [(rule, changed.get(rule.key)) for rule in found.rules]
    known = {rule.key for rule in found.rules}
    context = {
        "book": found,
        "languages": [one.language for one in rulebook.books()],
        "rules": shown,
        "own": [row for key, row in changed.items() if key not in known],
        "most": LONGEST,
        **more,
    }
    return render(request, "bot/safeguarding.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@permission_required("bot.change_dangerrule", raise_exception=True)
def rule(request: HttpRequest, language: str) -> HttpResponse:
    """One rule, new or old: its phrases, what a change would do, and every version it had."""
    if ears.book(language) is None:
        raise Http404
    if request.method == "GET":
        key = request.GET.get("key", "")
        return _page(request, _as_it_is(language, key, request.GET.get("of", "")))
    change = _asked(request, language)
    try:
        figures = ears.effect(change)
        if request.POST.get("seen") != _mark(change):
            return _page(request, change, figures=figures, seen=_mark(change))
        why = request.POST.get("why", "").replace("\0", "")
        reviewed = "reviewed" in request.POST
        by, at = whoever(request), timezone.now()
        ears.keep(change, why=why, reviewed=reviewed, by=by, at=at)
    except ears.NotKept as refused:
        seen = _mark(change) if refused.word == "reason" else ""
        return _page(request, change, 422, said=_refused(refused.word), seen=seen)
    messages.success(request, _("The rule is kept. All doors hear by it within a minute."))
    return redirect(f"{reverse('bot:safeguarding')}?language={language}")


def _as_it_is(language: str, key: str, version: str) -> Change:
    """The rule as it holds, or as an earlier version had it; an empty one for a new key."""
    rows = DangerRule.objects.filter(language=language, key=key).order_by("-pk")
    row = (rows.filter(pk=version) if version.isdecimal() else rows).first()
    found = ears.book(language)
    filed = next((one for one in found.rules if one.key == key), None) if found else None
    if row and version != "file":
        return Change(language, key, row.on, row.always, row.phrases)
    if filed:
        return Change(language, key, True, filed.always, filed.text)
    return Change(language, key, True, False, "")


def _asked(request: HttpRequest, language: str) -> Change:
    form = request.POST
    key, text = (form.get(name, "").replace("\0", "") for name in ("key", "phrases"))
    text = text.replace("\r\n", "\n")
    return Change(language, key.strip(), "on" in form, "always" in form, text)


def _mark(change: Change) -> str:
    """Stands for exactly this change: it is kept only once its effect was shown."""
    return hashlib.sha256(repr(astuple(change)).encode()).hexdigest()[:16]


def _page(request: HttpRequest, change: Change, status: int = 200, **more: Any) -> HttpResponse:  # noqa: ANN401
    found = ears.book(change.language)
    filed = found is not None and any(one.key == change.key for one in found.rules)
    context = {
        "change": change,
        "filed": filed,
        "words": found.words if found else (),
        "versions": ears.history(change.language, change.key),
        "most": rulebook.MOST,
        **more,
    }
    if "figures" in more:
        context["effect"] = [_told(one) for one in more["figures"]]
    return render(request, "bot/safeguarding_rule.html", context, status=status)


def _told(figures: ears.Figures) -> str:
    heard = ngettext(
        "%(heard)d of %(count)d cry for help is heard",
        "%(heard)d of %(count)d cries for help are heard",
        figures.cries,
    ) % {"heard": figures.heard, "count": figures.cries}
    false = ngettext(
        "%(false)d of %(count)d other message raises an alarm",
        "%(false)d of %(count)d other messages raise an alarm",
        figures.others,
    ) % {"false": figures.false, "count": figures.others}
    return f"{heard}; {false}"


def _refused(word: str) -> str:
    return {
        "key": _("Give the rule a name of at most 80 characters."),
        "reason": _("Say why, in at least %(least)d characters.") % {"least": ears.REASON_LEAST},
        "empty": _("Every group needs a phrase at least."),
        "name": _("A name in { } is none of this language's lists of words."),
        "wide": _("A phrase would meet nearly every message: write more of its word."),
        "gaps": _("A phrase may have %(most)d gaps (..) at most: make two of it.")
        % {"most": rulebook.GAPS_MOST},
        "alarms": _(
            "More than half of our own messages without danger would raise an alarm: write more of its words."
        ),
        "long": _("The rule is too long: make two of it."),
    }[word]
