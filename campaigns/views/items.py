"""The content editor: one item with its English words, shown on every channel while somebody writes."""

import re
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.editions.content import SOURCE, Words
from campaigns.editions.problems import Problem, Refused
from campaigns.models import ContentItem, Sort
from campaigns.views import history
from campaigns.views.blasts import row_asked
from campaigns.views.desk import SAFE_FIELDS, Desk, inserted, looked_at, page, sendable
from campaigns.writing import drafting, gsm_safe, items, room
from campaigns.writing.items import Unconfirmed
from people.countries import CODES
from people.views.reader import whoever

KINDS = {
    Sort.MENU: gettext_lazy("A menu that lists answers under it."),
    Sort.ARTICLE: gettext_lazy("Something to tell that nobody asks for by itself."),
    Sort.FAQ: gettext_lazy("A question people ask, with its answer: the bot learns to hear it."),
    Sort.QUIZ: gettext_lazy(
        "A question to people, with the right option and the answer that explains it."
    ),
    Sort.STORY: gettext_lazy("What somebody lived through, told with consent."),
}
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
RESERVED = ("new", "wordings", "shown", "tokens")


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_contentitem", raise_exception=True)
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: its words, its facts, what they become, and what can be done with it."""
    desk = Desk(request, _seen(request, code))
    if request.method == "POST" and not (desk.may_write or desk.may_change):
        raise PermissionDenied
    return _work(desk)


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.add_contentitem", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new item: first its kind, then its place and its words."""
    made = _unsaved(request)
    if made is None:
        kinds = [(one.value, one.label, KINDS[one]) for one in items.MADE_BY_HAND]
        return render(request, "campaigns/item_kinds.html", {"kinds": kinds})
    return _work(Desk(request, made))


@require_POST
@permission_required("campaigns.view_contentitem", raise_exception=True)
def shown(request: HttpRequest) -> HttpResponse:
    """What the typed words become on each channel; nothing is stored."""
    code = _typed_code(request)
    made = _unsaved(request) if request.POST.get("kind") else _seen(request, code)
    desk = Desk(request, made or ContentItem(code=code))
    return render(
        request, "campaigns/renderings.html", {**looked_at(desk), "desk": desk, "live": True}
    )


@require_GET
@permission_required("campaigns.view_contentitem", raise_exception=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token with what it becomes in the country asked for."""
    desk = Desk(request, ContentItem())
    return render(request, "campaigns/item_tokens.html", inserted(desk))


@require_POST
@permission_required("campaigns.change_contentitem", raise_exception=True)
def standing(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Retire an item, or put it back."""
    staff = whoever(request)
    act, word, said = {
        "retire": (items.retire, history.RETIRED, _("The next edition is made without it.")),
        "put-back": (items.put_back, history.PUT_BACK, _("The next edition may hold it again.")),
    }[name]

    def done(found: ContentItem) -> None:
        act(found, by=staff)
        history.note(found, word, by=staff)

    return _done(request, code, said, done)


@require_POST
@permission_required("campaigns.approve_text", raise_exception=True)
def judge(request: HttpRequest, code: str) -> HttpResponse:
    """Approve the English text, or send it back with a remark; the rule looks whether the reader may."""
    staff, at = whoever(request), timezone.now()

    def decide(found: ContentItem) -> None:
        text = get_object_or_404(found.texts, pk=row_asked(request), language=SOURCE)
        if "back" in request.POST:
            drafting.send_back(text, request.POST.get("remark", ""), by=staff)
        else:
            drafting.approve(text, bench=Desk(request, found).bench, by=staff, at=at)

    said = _("Sent back to its author.") if "back" in request.POST else _("Approved.")
    return _done(request, code, said, decide)


def _done(request: HttpRequest, code: str, said: str, act: Any) -> HttpResponse:  # noqa: ANN401
    try:
        with transaction.atomic():
            act(_seen(request, code))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence())
    else:
        messages.success(request, said)
    return redirect("campaigns:item", code=code)


def _seen(request: HttpRequest, code: str) -> ContentItem:
    return get_object_or_404(items.visible(whoever(request)), code=code)


def _typed_code(request: HttpRequest) -> str:
    """The name as typed; without zero bytes, for which no table can be asked."""
    return request.POST.get("code", "").replace("\x00", "").strip()


def _unsaved(request: HttpRequest) -> ContentItem | None:
    """The item that is being made; None before its kind is chosen."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in items.MADE_BY_HAND:
        return None
    own, parent = whoever(request).countries, request.GET.get("parent", "")
    countries = [] if set(own) >= set(CODES) else list(own)
    free = room.free_keys(parent, countries) if parent else []
    return ContentItem(
        code=_typed_code(request) or room.free_code(kind),
        kind=kind,
        parent=parent,
        order=int(free[0]) if free else 0,
        countries=countries,
    )


# --- saving ---------------------------------------------------------------------------------------------


def _work(desk: Desk) -> HttpResponse:
    act = desk.request.POST.get("do", "") if desk.request.method == "POST" else ""
    if act == "save" and desk.sound and (done := _save(desk)):
        return done
    if act == "safe":
        desk.safe = gsm_safe.suggest_all(sendable(desk.words))
    if act == "apply":
        desk.retype(_made_safe(desk.words, desk.request.POST.getlist("replace")))
    status = 422 if act == "save" else 200
    return render(desk.request, "campaigns/item.html", page(desk), status=status)


def _made_safe(words: Words, taken: list[str]) -> Words:
    """The words with the characters replaced that were ticked."""
    fields = {name: gsm_safe.apply(getattr(words, name), taken) for name in SAFE_FIELDS}
    options = tuple(gsm_safe.apply(one, taken) for one in words.options)
    return replace(words, **fields, options=options)  # type: ignore[arg-type]


def _save(desk: Desk) -> HttpResponse | None:
    """Write facts and words, both or neither; None where it is refused, with the reasons on the desk."""
    was_new, made = desk.new, desk.item
    try:
        with transaction.atomic():
            said = _write(desk)
    except Refused as refused:
        desk.problems = refused.problems
    except Unconfirmed as asked:
        desk.digits = asked.digits
    else:
        messages.success(desk.request, said)
        return redirect("campaigns:item", code=desk.item.code)
    desk.item = made if not was_new else ContentItem(code=made.code, kind=made.kind)
    return None


def _write(desk: Desk) -> str:
    """What was done, in a sentence."""
    sure, at, words = "sure" in desk.request.POST, timezone.now(), desk.words
    changed = desk.new
    if desk.new:
        code, told = _code(desk), desk.facts
        desk.item = items.make(code, told, by=desk.staff, edition=desk.edition, sure=sure)
        history.note(desk.item, history.MADE, by=desk.staff)
    elif desk.may_change:
        told, before = desk.facts, items.facts(desk.item)
        read = desk.request.POST.get("facts", "")
        changed = items.change(
            desk.item, told, by=desk.staff, edition=desk.edition, sure=sure, read=read
        )
        desk.item.refresh_from_db()
        history.note_facts(desk.item, before, items.facts(desk.item), by=desk.staff)
    written = False
    if desk.may_write and desk.posted:
        read = desk.request.POST.get("read", "")
        _text, written = drafting.write(
            desk.item, SOURCE, words, read=read, bench=desk.bench, by=desk.staff, at=at
        )
    if written:
        return _("Saved as a draft. Somebody else approves it before it can go live.")
    return _("Saved.") if changed else _("Nothing was changed, so nothing was saved.")


def _code(desk: Desk) -> str:
    """The name of a new item. Raises Refused."""
    code = desk.item.code
    if not CODE.fullmatch(code) or code in RESERVED:
        said = gettext_noop("its name is of small letters, digits and hyphens, 64 at most.")
        raise Refused([Problem(said, code=code)])
    return code
