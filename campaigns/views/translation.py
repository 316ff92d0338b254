"""The pages of translation: how far each language is, its list, one text beside its English, reading many."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.editions.content import QUIZ, SOURCE, WORDING, Words
from campaigns.editions.problems import Refused
from campaigns.models import Status, Text
from campaigns.press.drafts import node, words
from campaigns.views.blasts import row_asked
from campaigns.writing import drafting, glossary, text_fields, translating, words_changed
from campaigns.writing.renderings import Shown, show
from campaigns.writing.text_forms import TextForm, initial, label
from campaigns.writing.translating import STATE_WORDS, Standing
from campaigns.writing.workbench import Workbench, workbench
from people import languages
from people.countries import CODES, COUNTRIES
from people.languages import Language
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Staff

WRITE, APPROVE = "campaigns.add_text", drafting.APPROVE
AT_ONCE = 25  # texts of one reading page: as many as one can read in one sitting
FILTERS = (*list(translating.State)[:3], "waiting", *list(translating.State)[3:], translating.THIN)


def known(code: str) -> Language:
    """Raises Http404 for a code nobody knows."""
    found = languages.known().get(code)
    if found is None:
        raise Http404
    return found


def named(language: Language) -> dict[str, Any]:
    """What every page of a language says of it."""
    return {"language": language, "is_source": language.code == SOURCE}


@require_GET
@permission_required("campaigns.view_text", raise_exception=True)
def texts(request: HttpRequest, language: str) -> HttpResponse:
    """The items of one language: all, of one state, or those that hold some words."""
    context = named(known(language))
    everything = translating.standings(language, whoever(request).countries)
    wanted, words_wanted = request.GET.get("state", ""), request.GET.get("q", "").strip()
    chosen = [row for row in everything if row.matches(wanted)]
    shown = translating.search(chosen, words_wanted) if words_wanted else chosen
    context |= {
        "groups": _groups(shown, everything),
        "all": len(everything),
        "filters": [(one, _word(one), _count(everything, one)) for one in FILTERS],
        "wanted": wanted,
        "q": words_wanted,
    }
    return render(request, "campaigns/translation_texts.html", context)


def _groups(
    rows: list[Standing], everything: list[Standing]
) -> list[tuple[object, list[Standing]]]:
    """The rows under the title of their menu in the main menu, the quiz and the words of the screens apart."""
    titles: dict[str, object] = {row.item.code: row.name for row in everything}
    titles |= {WORDING: _("Words of the screens"), QUIZ: _("Quiz"), "": _("Help")}
    grouped = groupby(rows, key=lambda row: row.group)
    return [(titles.get(group, group), list(found)) for group, found in grouped]


def _word(wanted: str) -> object:
    return STATE_WORDS.get(wanted) or _("waiting for approval")


def _count(rows: list[Standing], wanted: str) -> int:
    return sum(row.matches(wanted) for row in rows)


@dataclass(frozen=True)
class Desk:
    """One item in one language, with all that its page needs."""

    staff: "Staff"
    tongue: Language
    rows: list[Standing]
    row: Standing

    @property
    def language(self) -> str:
        return self.tongue.code

    @cached_property
    def bench(self) -> Workbench:
        return workbench(timezone.now())

    def form(self, data: Mapping[str, Any] | None = None) -> TextForm:
        """What was sent, or the newest text; quiz options side by side with the English ones."""
        kind, text = self.row.item.kind, self.row.text
        said, back = (words(text), text.back) if text else (Words("", ""), "")
        number = max(len(self.row.english.options), len(said.options))
        start = initial(said, back, kind)
        return TextForm(data, kind=kind, language=self.tongue, options=number, initial=start)

    def show(self, said: Words, country: str) -> Shown:
        bare = node(self.row.item, {})
        return show(self.bench, bare, said, country, self.language)

    def country(self, wanted: str) -> str:
        """The country whose numbers the page shows: the wanted one, else the first that has the item."""
        shown = self.bench.countries(node(self.row.item, {}), self.language)
        own = [code for code in CODES if code in self.staff.countries]
        choice = [code for code in shown if code in own] or own or list(shown)
        return wanted if wanted in own else choice[0]


def _desk(request: HttpRequest, language: str, code: str) -> Desk:
    tongue = known(language)
    staff = whoever(request)
    rows = translating.standings(language, staff.countries)
    row = next((row for row in rows if row.item.code == code), None)
    if row is None:
        raise Http404
    return Desk(staff, tongue, rows, row)


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_text", raise_exception=True)
def text(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """English beside the translation: write it, say that an older one still serves, read and decide."""
    desk = _desk(request, language, code)
    if request.method == "GET":
        return _page(request, desk, desk.form())
    if language == SOURCE or not desk.staff.has_perm(WRITE):
        raise PermissionDenied
    form = desk.form(_sent(request, desk))
    if not form.is_valid() or not _saved(request, desk, form):
        return _page(request, desk, form, status=422)
    before, after = translating.neighbours(desk.rows, code)
    onward = (after or before or code) if "next" in request.POST else code
    return redirect("campaigns:translation-text", language, onward)


def _sent(request: HttpRequest, desk: Desk) -> Mapping[str, Any]:
    """What was typed, or the words of an earlier text that is taken up again."""
    again = request.POST.get("again", "")
    if not again.isdecimal():
        return request.POST
    old = get_object_or_404(Text, pk=again, item=desk.row.item, language=desk.language)
    return initial(words(old), old.back, desk.row.item.kind)


def _saved(request: HttpRequest, desk: Desk, form: TextForm) -> bool:
    said, back = form.told()
    told = {"back": back, "read": request.POST.get("read", "")}
    by, at = desk.staff, timezone.now()
    try:
        _row, new = drafting.write(
            desk.row.item, desk.language, said, **told, bench=desk.bench, by=by, at=at
        )
    except Refused as refused:
        for problem in refused.problems:
            form.blame(text_fields.blamed(problem, said), problem.sentence())
        return False
    if new:
        messages.success(request, _("Saved as a draft. Another person approves it."))
    else:
        messages.info(request, _("Nothing changed: these words are the newest text already."))
    return True


def _page(
    request: HttpRequest, desk: Desk, form: TextForm, *, status: int = 200, remark: str = ""
) -> HttpResponse:
    row, country = desk.row, desk.country(request.GET.get("country", ""))
    said = form.told()[0] if form.is_bound else (words(row.text) if row.text else None)
    context = {
        **named(desk.tongue),
        "row": row,
        "form": form,
        "state_word": STATE_WORDS[row.state],
        "english": _english(desk, country),
        "said": _translated(desk),
        "country": country,
        "countries": [COUNTRIES[code] for code in CODES if code in desk.staff.countries],
        "hints": glossary.hints(_whole(row.english), desk.language),
        "changes": _changes(row),
        "earlier": translating.earlier(row.item, desk.language),
        "shown": desk.show(said, country) if said else None,
        "label": said.short if said else "",
        "labels": label,
        "neighbours": translating.neighbours(desk.rows, row.item.code),
        "editor": _editor(row.item.code),
        "remark": remark,
        **_presses(desk),
    }
    return render(request, "campaigns/translation_text.html", context, status=status)


def _english(desk: Desk, country: str) -> list[tuple[str, list[words_changed.Marked]]]:
    tokens = desk.bench.tokens(country, SOURCE)
    found = text_fields.cells(words(desk.row.english), "", desk.row.item.kind)
    return [
        (label(field), words_changed.marked(said, tokens))
        for field, said in found.items()
        if said and text_fields.family(field) != text_fields.PHRASING
    ]


def _translated(desk: Desk) -> list[tuple[str, str, str]]:
    """(label, language, words) of the text, for whoever reads it without writing."""
    row = desk.row
    if row.text is None:
        return []
    found = text_fields.cells(words(row.text), row.text.back, row.item.kind)
    return [
        (label(field), SOURCE if field == text_fields.BACK else desk.language, said)
        for field, said in found.items()
        if said and text_fields.family(field) != text_fields.PHRASING
    ]


def _whole(english: Text) -> str:
    parts = (english.title, english.body, english.sms, english.ussd, *english.options)
    return "\n".join(filter(None, parts))


def _changes(row: Standing) -> list[tuple[str, words_changed.Pair]] | None:
    """What changed in the English since a stale text was made; None where that English is not kept."""
    if row.state is not translating.State.STALE:
        return []
    old = translating.made_from(row.item, row.text)
    if old is None:
        return None
    kind = row.item.kind
    before, after = (
        {
            field: said
            for field, said in text_fields.cells(words(one), "", kind).items()
            if text_fields.family(field) != text_fields.PHRASING
        }
        for one in (old, row.english)
    )
    return [(label(one.field), one) for one in words_changed.differences(before, after)]


def _presses(desk: Desk) -> dict[str, Any]:
    """The buttons the reader may press, and why not."""
    staff, row = desk.staff, desk.row
    may_decide = staff.has_perm(APPROVE) and row.text is not None
    own = row.text is not None and row.text.author == staff.get_username()
    approved = row.text is not None and row.text.status == Status.APPROVED
    return {
        "may_write": staff.has_perm(WRITE) and desk.language != SOURCE,
        "may_decide": may_decide,
        "own": own and not settings.SELF_APPROVAL,
        "approved": approved,
    }


def _editor(code: str) -> str:
    """Where the English of the item is written."""
    try:
        return reverse("campaigns:item", args=[code])
    except NoReverseMatch:
        return ""


@require_POST
@permission_required(WRITE, raise_exception=True)
def check_text(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """What is wrong with the words being typed and what they cost; nothing is kept."""
    desk = _desk(request, language, code)
    form = desk.form(request.POST)
    form.is_valid()
    said, _back = form.told()
    country = desk.country(request.POST.get("country", ""))
    context = {
        "shown": desk.show(said, country),
        "label": said.short,
        "language": desk.tongue,
        "errors": form.errors,
    }
    return render(request, "campaigns/text_check.html", context)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def decide(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """Approve the text that was read, or send it back with the reason; the rule looks again who may."""
    desk = _desk(request, language, code)
    found = get_object_or_404(Text, pk=row_asked(request), item=desk.row.item, language=language)
    remark = request.POST.get("remark", "")
    try:
        if request.POST.get("decision") == "approve":
            drafting.approve(found, bench=desk.bench, by=desk.staff, at=timezone.now())
            messages.success(request, _("Approved. The next edition carries it."))
        else:
            drafting.send_back(found, remark, by=desk.staff)
            messages.success(request, _("Sent back. Its author reads why."))
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.sentence())
        return _page(request, desk, desk.form(), status=422, remark=remark)
    return redirect("campaigns:translation-text", language, code)


@require_http_methods(["GET", "POST"])
@permission_required(APPROVE, raise_exception=True)
def reading(request: HttpRequest, language: str) -> HttpResponse:
    """Texts that wait for approval, one below the other; those ticked are approved, one by one."""
    tongue = known(language)
    context, staff = named(tongue), whoever(request)
    if "count" in request.GET:
        ticked = len(request.POST.getlist("text"))
        return render(request, "campaigns/translation_reading_button.html", {"ticked": ticked})
    if request.method == "POST":
        _approve_ticked(request, language)
        return redirect("campaigns:translation-reading", language)
    rows = translating.standings(language, staff.countries)
    waiting = [row for row in rows if row.matches("waiting")]
    bench = workbench(timezone.now())
    context |= {"waiting": len(waiting), "ticked": None}
    context["rows"] = [
        _read(row, Desk(staff, tongue, rows, row), bench) for row in waiting[:AT_ONCE]
    ]
    return render(request, "campaigns/translation_reading.html", context)


def _read(row: Standing, desk: Desk, bench: Workbench) -> dict[str, Any]:
    """One text of the reading page; own ones are shown without a box to tick."""
    assert row.text is not None, "only texts that are there wait"  # noqa: S101 - tells mypy
    found = bench.faults(node(row.item, {}), words(row.text), desk.language)
    return {
        "row": row,
        "english": _english_words(row),
        "said": _translated(desk),
        "problems": [problem.sentence() for problem in found],
        "own": row.text.author == desk.staff.get_username() and not settings.SELF_APPROVAL,
    }


def _english_words(row: Standing) -> list[tuple[str, str]]:
    found = text_fields.cells(words(row.english), "", row.item.kind)
    return [
        (label(field), said)
        for field, said in found.items()
        if said and text_fields.family(field) != text_fields.PHRASING
    ]


def _approve_ticked(request: HttpRequest, language: str) -> None:
    staff, bench, at = whoever(request), workbench(timezone.now()), timezone.now()
    ticked = [pk for pk in request.POST.getlist("text") if pk.isdecimal()]
    own = translating.items_of(staff.countries)
    found = Text.objects.filter(pk__in=ticked, language=language, item__in=own)
    approved = 0
    for one in found.select_related("item").order_by("id"):
        try:
            drafting.approve(one, bench=bench, by=staff, at=at)
            approved += 1
        except Refused as refused:
            said = " ".join(problem.sentence() for problem in refused.problems)
            messages.error(request, f"{one.item.code}: {said}")
    if approved:
        said = ngettext("{number} text approved.", "{number} texts approved.", approved)
        messages.success(request, said.format(number=approved))
    elif not found:
        messages.info(request, _("Nothing was ticked, so nothing was approved."))
