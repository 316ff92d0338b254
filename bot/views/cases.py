"""Pages for protection officers: cases of danger, and the number to call back when it is safe."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bot import case_sentences, holding, windows
from bot import cases as rules
from bot.models import Case
from people import revealing
from people.views.reader import whoever
from people.views.typed import whole


@require_GET
@never_cache
@permission_required("bot.view_case", raise_exception=True)
def cases(request: HttpRequest) -> HttpResponse:
    """Open cases, or closed ones: where, when and how far, nothing of what was said."""
    staff, shut = whoever(request), "closed" in request.GET
    before = request.GET.get("before", "")
    found = rules.closed(staff) if shut else rules.waiting(staff)
    lines, following = rules.page(found, whole(before))
    told = case_sentences.lines(lines, at=timezone.now())
    context = {"lines": told, "following": following, "shut": shut, "older": bool(before)}
    return render(request, "bot/cases.html", context)


@require_GET
@never_cache
@permission_required("bot.view_case", raise_exception=True)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case; that it was opened is on record."""
    return _page(request, get_object_or_404(rules.cases_of(whoever(request)), pk=pk))


def _page(request: HttpRequest, found: Case, status: int = 200, **more: Any) -> HttpResponse:  # noqa: ANN401
    staff, at = whoever(request), timezone.now()
    window = rules.window(found, at=at)
    context = {
        "case": case_sentences.line(found, at=at),
        "opened": rules.look(found, by=staff, at=at),
        "readable": holding.may_read(found, staff),
        "mine": found.state == Case.State.TAKEN and found.taken_by_id == staff.pk,
        "may_take": found.state != Case.State.CLOSED and holding.may_take(found, at=at),
        "window": window,
        "calling": case_sentences.calling(found, window),
        "reasons": Case.Reason.choices,
        "shortest": revealing.SHORTEST,
        **more,
    }
    return render(request, "bot/case.html", context, status=status)


@require_POST
@permission_required("bot.change_case", raise_exception=True)
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a case, give it back, or close it."""
    staff, at = whoever(request), timezone.now()
    get_object_or_404(rules.cases_of(staff), pk=pk)
    try:
        if name == "take":
            rules.take(pk, by=staff, at=at)
        elif name == "give-back":
            rules.give_back(pk, by=staff, at=at)
        else:
            rules.close(pk, request.POST.get("reason", ""), by=staff, at=at)
    except holding.NotDone as refused:
        messages.error(request, case_sentences.refused(refused.word, refused.who))
    return redirect("bot:case", pk)


@require_POST
@never_cache
@permission_required("people.reveal_person", raise_exception=True)
@permission_required("bot.change_case", raise_exception=True)
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """The number to call, once, for a reason; refused outside the hours that are safe."""
    staff = whoever(request)
    found = get_object_or_404(rules.cases_of(staff), pk=pk)
    try:
        shown = rules.number(pk, request.POST.get("reason", ""), by=staff, at=timezone.now())
    except windows.NotNow as refused:
        said = case_sentences.calling(found, refused.window)
    except holding.NotDone as refused:
        said = case_sentences.refused(refused.word, refused.who)
    except revealing.NotRevealed as refused:
        said = _not_revealed(refused.word)
    else:
        return _page(request, found, number=shown)
    return _page(request, found, 403, said=said)


def _not_revealed(word: str) -> str:
    if word == "reason":
        return _("Give a reason of at least %(least)s characters.") % {"least": revealing.SHORTEST}
    if word == "often":
        return _("You have seen many numbers in the last hour. Ask a colleague, or wait.")
    return _("You may not see this number.")
