"""Pages of questions that had no answer: what people ask, one click to teach it, and what that changes."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bot import learning, listings, origins
from bot.models import QuestionGroup
from campaigns import confusions
from campaigns.editions.content import SOURCE
from campaigns.editions.problems import Refused
from campaigns.models import Sort
from campaigns.writing import phrasings, teaching
from campaigns.writing.titles import titled
from campaigns.writing.workbench import house_kind
from people import languages
from people.views.reader import whoever
from people.views.typed import whole

if TYPE_CHECKING:
    from people.models import Staff

PAIRS_SHOWN = 30


@require_GET
@never_cache
@permission_required(learning.LOOK, raise_exception=True)
def questions(request: HttpRequest) -> HttpResponse:
    """What is asked and not answered, the most pressing first."""
    staff, at = whoever(request), timezone.now()
    country, base = request.GET.get("country", ""), request.GET.get("language", "")
    found = learning.waiting(staff, at=at, country=country[:2], base=base[:12])
    begin = whole(request.GET.get("after", "")) or 0
    groups = list(found[begin : begin + learning.PAGE + 1])
    context = {
        "rows": listings.rows(learning.lines(groups[: learning.PAGE])),
        "following": begin + learning.PAGE if len(groups) > learning.PAGE else 0,
        "country": country,
        "base": base,
        "tongues": _tongues(staff),
        "may": _may(staff),
    }
    return render(request, "bot/questions.html", context)


def _tongues(staff: "Staff") -> list[dict[str, Any]]:
    known = languages.known()
    return [
        {
            "country": country,
            "place": origins.place(country),
            "base": base,
            "language": known.get(base),
            "many": many,
        }
        for country, base, many in learning.tongues(staff)
    ]


def _may(staff: "Staff") -> dict[str, bool]:
    return {
        "decide": staff.has_perm(learning.DECIDE),
        "teach": staff.has_perm(learning.DECIDE) and staff.has_perm(teaching.WRITE),
        "make": staff.has_perm(learning.DECIDE) and staff.has_perm("campaigns.add_contentitem"),
    }


@require_GET
@never_cache
@permission_required(learning.LOOK, raise_exception=True)
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its words to choose from, the answers they may be a wording of, and what that changes."""
    return _page(request, _group(request, pk))


def _group(request: HttpRequest, pk: int) -> QuestionGroup:
    return get_object_or_404(learning.groups_of(whoever(request)), pk=pk)


def _page(
    request: HttpRequest, group: QuestionGroup, status: int = 200, typed: str | None = None
) -> HttpResponse:
    staff = whoever(request)
    waiting = learning.waiting(staff, at=timezone.now()).filter(pk=group.pk)
    row = next(iter(listings.rows(learning.lines(list(waiting)))), None)
    if row is None:
        return redirect("bot:questions")
    context = {
        "row": row,
        "typed": row.phrasings if typed is None else typed,
        "answers": _answers(staff),
        "may": _may(staff),
        "foreign": row.line.language not in ("", SOURCE),
    }
    return render(request, "bot/question.html", context, status=status)


def _answers(staff: "Staff") -> list[tuple[str, str]]:
    codes = list(teaching.teachable(staff).values_list("code", flat=True))
    titles = titled(codes)
    return sorted(titles.items(), key=lambda pair: pair[1].casefold())


@require_POST
@permission_required(learning.DECIDE, raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: a wording of an answer, a new answer, not for us, or danger."""
    group, act = _group(request, pk), request.POST.get("do", "")
    if act == "new":
        return _new_item(request, group)
    try:
        said = _decided(request, pk, act)
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence())
        return _page(request, group, 422, typed=request.POST.get("phrasings", ""))
    messages.success(request, said)
    group.refresh_from_db()
    return redirect(_effect_of(group.taught) if group.taught else reverse("bot:questions"))


def _effect_of(taught: str) -> str:
    """Where whoever taught a wording sees at once what the drafts change, before anybody is served them."""
    return f"{reverse('bot:pairs')}?language={languages.base(taught)}"


def _decided(request: HttpRequest, pk: int, act: str) -> str:
    """What was done, in a sentence. Raises Refused."""
    staff, at = whoever(request), timezone.now()
    if act == "drop":
        learning.drop(pk, by=staff, at=at)
        return _(
            "Kept out of the list, and so will be whoever asks the same. “Decided” takes it back."
        )
    if act == "danger":
        learning.tell_protection(pk, by=staff, at=at)
        return _("Protection sees these words now, and editors no more. “Decided” takes it back.")
    code = request.POST.get("other", "") if act == "other" else act.removeprefix("item:")
    wordings = phrasings.lines(request.POST.get("phrasings", ""))
    learning.use(pk, code, wordings, by=staff, at=at)
    saved = _(
        "Saved as a draft: another person approves it, then the next edition hears it. “Decided” takes it back."
    )
    return f"{saved} {_('What the drafts change stands below.')}"


def _new_item(request: HttpRequest, group: QuestionGroup) -> HttpResponse:
    """The page of a new answer. English words go along; others wait until the answer has a text in their language."""
    if not _may(whoever(request))["make"]:
        raise PermissionDenied
    to = reverse("campaigns:item-new")
    if group.language not in ("", SOURCE):
        said = _(
            "Write the answer in English first. These questions stay in the list: once it is translated, one click adds them to it."
        )
        messages.info(request, said)
        return redirect(f"{to}?kind={Sort.FAQ.value}")
    try:
        learning.start_item(group.pk, by=whoever(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.problems[0].sentence())
        return redirect("bot:questions")
    return HttpResponseRedirect(to, preserve_request=True)  # the form goes on, with its words


@require_POST
@permission_required(learning.DECIDE, raise_exception=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Back into the list."""
    try:
        group = learning.undo(pk, by=whoever(request), at=timezone.now())
    except Refused as refused:
        if not QuestionGroup.objects.filter(pk=pk, country__in=["", *whoever(request).countries]):
            raise Http404 from None
        messages.error(request, refused.problems[0].sentence())
        return redirect("bot:decided")
    messages.success(request, _("Taken back: it is in the list again."))
    return redirect("bot:question", group.pk)


@require_GET
@never_cache
@permission_required(learning.LOOK, raise_exception=True)
def decided(request: HttpRequest) -> HttpResponse:
    """What was done with questions, and taking it back."""
    groups = list(learning.decided(whoever(request))[: learning.PAGE])
    titles = titled({one.item for one in groups if one.item})
    known = languages.known()
    rows = [
        {
            "group": one,
            "place": origins.place(one.country),
            "language": known.get(one.language),
            "title": titles.get(one.item, ""),
        }
        for one in groups
    ]
    return render(request, "bot/decided.html", {"rows": rows, "may": _may(whoever(request))})


@require_POST
@permission_required(learning.DECIDE, raise_exception=True)
def effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What the typed wordings would change; nothing is stored."""
    group = _group(request, pk)
    code = request.POST.get("other", "")
    wordings = phrasings.lines(request.POST.get("phrasings", ""))
    context: dict[str, Any] = {"chosen": bool(code and wordings)}
    if context["chosen"]:
        found = learning.effect(group.language, code, wordings, at=timezone.now())
        context["told"] = confusions.told(found)
    return render(request, "bot/effect.html", context)


@require_GET
@permission_required(learning.LOOK, raise_exception=True)
def pairs(request: HttpRequest) -> HttpResponse:
    """Which answers of a language are taken for each other, and what the drafts would change."""
    known = languages.known()
    spoken = [one for one in known.values() if one.code in learning.taught()]
    wanted = request.GET.get("language", "")
    language = next((one for one in spoken if one.code == wanted), None)
    context: dict[str, Any] = {"spoken": spoken, "language": language, "kind": house_kind()}
    if language is not None:
        found = learning.standing(language.code, at=timezone.now())
        context |= {
            "told": confusions.told(found.effect),
            "pairs": confusions.confused(found.pairs[:PAIRS_SHOWN]),
            "all": len(found.pairs),
        }
    return render(request, "bot/pairs.html", context)
