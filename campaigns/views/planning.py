"""Planning a blast: the wish with its words, the dry run, a trial on colleagues' phones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics.networks import label
from campaigns.blasts import (
    audiences,
    budget,
    dry_run,
    permits,
    plan_forms,
    reasons,
    routes,
    trial,
)
from campaigns.blasts import balances as accounts
from campaigns.blasts import planning as plans
from campaigns.blasts.plan_forms import TrialForm, WishForm
from campaigns.models import Blast
from campaigns.models.blasts import BlastText
from campaigns.replies.reasons import NOT_SENT
from campaigns.views.blasts import mine, rows_of
from campaigns.writing.titles import titled
from gateways import segments
from people.countries import COUNTRIES
from people.languages import known
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Staff

PROBLEMS = (
    permits.Refused,
    plans.CannotPlan,
    routes.NoRoute,
    audiences.NoAudience,
    budget.NoMoney,
)
FIELDS: Mapping[type[Exception], str] = {  # beside which field a refusal is told
    audiences.NoAudience: "audience",
    routes.NoRoute: "gateway",
    budget.NoMoney: "budget",
}


@require_http_methods(["GET", "POST"])
@permission_required(permits.PLAN, raise_exception=True)
def plan(request: HttpRequest) -> HttpResponse:
    """The wish; `like` begins with that of an earlier blast. Its people are collected in the background."""
    staff, at = whoever(request), timezone.now()
    if request.method != "POST":
        return _form(request, _wish_form(staff, initial=_initial(request, staff)))
    form = _wish_form(staff, data=request.POST)
    if form.is_valid():
        try:
            made = plans.draft(form.wish(at=at), by=staff, at=at)
        except PROBLEMS as problem:
            form.add_error(FIELDS.get(type(problem)), str(problem))
        else:
            return redirect("campaigns:blast-dry-run", pk=made.pk)
    return _form(request, form, status=422)


def _form(request: HttpRequest, form: WishForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "groups": _grouped(form),
        "nothing": len(form.fields["item"].choices) < 2,  # type: ignore[attr-defined]
    }
    return render(request, "campaigns/plan.html", context, status=status)


GROUPS = (
    ("what", ("item", "audience", "campaign")),
    ("money", ("budget", "currency")),
    ("when", ("starts", "ends", "first", "last")),
    ("way", ("gateway", "second", "third", "rate", "cap", "holdout")),
)


def _grouped(form: WishForm) -> dict[str, list[Any]]:
    return {group: [form[name] for name in names if name in form.fields] for group, names in GROUPS}


def _wish_form(staff: "Staff", **given: Any) -> WishForm:  # noqa: ANN401
    return WishForm(staff=staff, items=sendable(), **given)


def _initial(request: HttpRequest, staff: "Staff") -> dict[str, Any]:
    wanted = request.GET.get("like", "")
    if not (wanted.isascii() and wanted.isdecimal()):
        return {name: request.GET[name] for name in ("item", "audience") if name in request.GET}
    earlier = get_object_or_404(mine(staff), pk=int(wanted))
    try:
        return plan_forms.of_blast(earlier, at=timezone.now())
    except routes.NoRoute:  # its gateway is gone: the rest of the wish is still good
        return {"item": earlier.item, "audience": earlier.audience.name}


def sendable() -> plan_forms.Choices:
    """Items of the current editions that have an SMS, by title; the name of the item beside it."""
    held: set[str] = set()
    for simulated in {one.simulated for one in routes.gateways().values()}:
        try:
            edition = routes.edition(simulated=simulated)
        except routes.NoRoute:
            continue
        items = edition.items.values()
        held |= {one.id for one in items if any(said.sms for said in one.texts.values())}
    titles = titled(held)
    rows = ((code, f"{title} ({code})") for code, title in titles.items())
    return sorted(rows, key=lambda row: row[1].casefold())


# --- the words ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One text as the phone shows it, and its length on the air."""

    text: BlastText
    language: str
    units: int


@require_POST
@permission_required(permits.PLAN, raise_exception=True)
def words(request: HttpRequest) -> HttpResponse:
    """How the message would read in each country and language; nothing is kept."""
    staff, at = whoever(request), timezone.now()
    form = _wish_form(staff, data=request.POST)
    form.is_valid()
    wish = form.wish(at=at)
    if not wish.item:
        return render(request, "campaigns/plan_words.html", {"asked": False})
    try:
        blast, texts = plans.compose(wish, by=staff, at=at)
    except PROBLEMS as problem:
        return render(request, "campaigns/plan_words.html", {"asked": True, "problem": problem})
    silent = [c for c in blast.countries if c not in {text.country for text in texts}]
    context = {
        "asked": True,
        "blast": blast,
        "said": said(texts),
        "suffix": max(one.suffix for one in routes.of(blast)),
        "silent": [COUNTRIES[code].name for code in silent],
    }
    return render(request, "campaigns/plan_words.html", context)


def said(texts: Iterable[BlastText]) -> list[tuple[Any, list[Said]]]:
    """By country, each in the order of its menu."""
    names = known()
    rows = [_said(text, names) for text in texts]
    return [
        (COUNTRIES[code].name, [row for row in rows if row.text.country == code])
        for code in dict.fromkeys(row.text.country for row in rows)
    ]


def _said(text: BlastText, names: Mapping[str, Any]) -> Said:
    return Said(
        text=text,
        language=names[text.language].autonym if text.language in names else text.language,
        units=segments.units(text.text),
    )


# --- the dry run --------------------------------------------------------------------------------------


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What a plan would do. While its people are collected, the page asks again by itself."""
    staff = whoever(request)
    found = get_object_or_404(mine(staff), pk=pk)
    context = _run(found)
    if request.headers.get("HX-Request"):
        return render(request, "campaigns/dry_run.html", context)
    context |= rows_of([found])[0] | _trial(staff, found) | {"said": said(_texts(found))}
    return render(request, "campaigns/plan_run.html", context)


def _texts(blast: Blast) -> Any:  # noqa: ANN401 - a queryset
    return blast.texts.order_by("country", "language")


def _run(found: Blast) -> dict[str, Any]:
    collected = dry_run.collected(found)
    if collected < 100:
        return {"blast": found, "collected": collected}
    figures = dry_run.dry_run(found, at=timezone.now())
    names = known()
    return {
        "blast": found,
        "collected": collected,
        "run": figures,
        "steps": [(reasons.word(reasons.REASONS, step.reason), step) for step in figures.steps],
        "languages": [
            (COUNTRIES[country].name, names[code].autonym if code in names else code, code, people)
            for (country, code), people in figures.languages.items()
        ],
        "networks": [
            (COUNTRIES[country].name, label(code) if code else gettext("not told"), people)
            for (country, code), people in figures.networks.items()
        ],
        "ends": [(COUNTRIES[code].name, at) for code, at in sorted(figures.times.ends.items())],
        "late": [(COUNTRIES[code].name, n) for code, n in sorted(figures.times.late.items())],
    }


@require_GET
@permission_required("campaigns.view_blast", raise_exception=True)
def balances(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on the accounts, asked of the providers now: it may take seconds, so the page loads it afterwards."""
    found = get_object_or_404(mine(whoever(request)), pk=pk)
    held = accounts.look(found, at=timezone.now())
    part = "balances" if request.headers.get("HX-Request") else "balances_page"
    return render(request, f"campaigns/{part}.html", {"blast": found, "held": held})


# --- the trial ----------------------------------------------------------------------------------------


def _trial(staff: "Staff", found: Blast) -> dict[str, Any]:
    tried, at = trial.tried(found), timezone.now()
    may = staff.has_perm(permits.PLAN) and found.state in trial.TRIED
    return {
        "trial": TrialForm(blast=found) if may else None,
        "tried": [(one, _fate(one)) for one in tried],
        "open": any(one.open(at) for one in tried),
    }


def _fate(one: trial.Tried) -> str:
    words = {
        "waiting": gettext("on its way"),
        "begun": gettext("on its way, or unknown whether it left"),
        "sent": gettext("accepted by the network, no receipt yet"),
        "refused": gettext("not sent"),
    }
    if one.arrived:
        return gettext("delivered: the phone has it")
    why = f": {reasons.word(NOT_SENT, one.reason)}" if one.reason else ""
    if one.lost:
        return gettext("accepted by the network, but it did not arrive") + why
    if why and one.state == "waiting":
        return gettext("not sent yet, tried again in a moment") + why
    return words.get(one.state, one.state) + why


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_blast", raise_exception=True)
def trials(request: HttpRequest, pk: int) -> HttpResponse:
    """POST sends the words to colleagues' phones; GET says what became of the last ones."""
    staff = whoever(request)
    found = get_object_or_404(mine(staff), pk=pk)
    if request.method == "GET":
        return render(request, "campaigns/trials.html", {"blast": found, **_trial(staff, found)})
    if not staff.has_perm(permits.PLAN):
        raise PermissionDenied
    form = TrialForm(request.POST, blast=found)
    if form.is_valid():
        try:
            sent = _send(form, staff)
        except (permits.Refused, routes.NoRoute) as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext("On its way to %(n)d phone.", "On their way to %(n)d phones.", sent)
            messages.success(request, told % {"n": sent})
            return redirect("campaigns:blast-dry-run", pk=pk)
    context = _run(found) | rows_of([found])[0] | _trial(staff, found)
    context |= {"said": said(_texts(found)), "trial": form}
    return render(request, "campaigns/plan_run.html", context, status=422)


def _send(form: TrialForm, staff: "Staff") -> int:
    told = form.cleaned_data
    return trial.send(told["text"], told["numbers"], by=staff, at=timezone.now())
