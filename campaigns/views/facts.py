"""The pages of facts: figures and years that texts name by tokens, where they were read, until when they hold."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.editions.problems import Refused
from campaigns.models import Fact, Proof, Source
from campaigns.proofs import proving
from campaigns.proofs.citing import Use, uses
from campaigns.proofs.directory_forms import FactForm, look_form
from campaigns.proofs.expiring import SOON
from campaigns.views.directory import FORGOTTEN, look
from people.views.reader import whoever

STEPS: Mapping[str, tuple[Callable[[str, proving.Look], None], Any]] = {
    "looked-up": (
        proving.looked_up,
        gettext_lazy("Noted: you looked it up today. Texts that rest on it are shown."),
    ),
    "contradicted": (
        proving.contradicted,
        gettext_lazy("Noted. Within a minute texts that rest on it are left out."),
    ),
}
STATES: Mapping[str, Any] = {
    "holds": gettext_lazy("holds"),
    "soon": gettext_lazy("to be looked up within 30 days"),
    "expired": gettext_lazy("expired"),
    "never": gettext_lazy("not looked up"),
}


def state(row: Fact) -> str:
    today = timezone.localdate()
    if row.expires is None:
        return "never"
    if row.expires <= today:
        return "expired"
    return "soon" if row.expires <= today + SOON else "holds"


@require_GET
@permission_required("campaigns.view_fact", raise_exception=True)
def facts(request: HttpRequest) -> HttpResponse:
    """All facts, those of one theme or state, or those that hold some words."""
    wanted = {name: request.GET.get(name, "").strip() for name in ("theme", "state", "q")}
    rows = Fact.objects.select_related("checked_by")
    themes = sorted(set(rows.order_by().values_list("theme", flat=True)))
    if wanted["theme"]:
        rows = rows.filter(theme=wanted["theme"])
    for word in wanted["q"].split():
        rows = rows.filter(Q(claim__icontains=word) | Q(code__iexact=word))
    shown = [row for row in rows if not wanted["state"] or state(row) == wanted["state"]]
    context = {"rows": _described(shown), "themes": themes, "any": bool(themes)}
    return render(request, "campaigns/facts.html", context | {"wanted": wanted, "states": STATES})


def _described(rows: list[Fact]) -> list[dict[str, Any]]:
    """Each fact with its sources and the texts that rest on it; two queries for all."""
    used = uses(row.code for row in rows)
    codes = {code for row in rows for code in row.sources}
    sources = {one.code: one for one in Source.objects.filter(code__in=codes)}
    return [_row(row, used.get(row.code, []), sources) for row in rows]


def _row(row: Fact, used: list[Use], sources: Mapping[str, Source]) -> dict[str, Any]:
    found = state(row)
    return {
        "fact": row,
        "state": found,
        "word": STATES[found],
        "sources": [sources[code] for code in row.sources if code in sources],
        "used": used,
        "items": sorted({use.item for use in used}),
        "review": found in ("expired", "never") and bool(used),
    }


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_fact", raise_exception=True)
def fact(request: HttpRequest, code: str) -> HttpResponse:
    """One fact: its form for who may change it, the steps that prove it, the texts that rest on it."""
    row = get_object_or_404(Fact.objects.select_related("checked_by"), code=code)
    may = whoever(request).has_perm(proving.FACTS)
    if request.method == "POST" and not may:
        raise PermissionDenied
    shown = _described([row])[0]
    form = FactForm(request.POST or None, instance=row, used=shown["used"]) if may else None
    if form is not None and request.method == "POST" and form.is_valid():
        _write(request, form)
        return redirect("campaigns:fact", code=code)
    looks = Proof.objects.filter(thing=Proof.Thing.FACT, code=code).select_related("by")
    context = {**shown, "fact": Fact.objects.get(pk=row.pk), "form": form}
    context |= {"looks": looks[:FORGOTTEN], "steps": _steps(context["fact"]) if may else {}}
    status = 422 if form is not None and form.errors else 200
    return render(request, "campaigns/fact.html", context, status=status)


def _steps(row: Fact) -> dict[str, Any]:
    today = timezone.localdate()
    names = {"looked_up": "looked-up", "contradicted": "contradicted"}
    return {key: look_form(proving.told(row), on=today, name=name) for key, name in names.items()}


def _write(request: HttpRequest, form: FactForm) -> Fact | None:
    row: Fact = form.save(commit=False)
    try:
        proving.write_fact(row, set(form.changed_data), by=whoever(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return None
    said = _("Kept.") if row.expires else _("Kept. It has to be looked up before texts show it.")
    messages.success(request, said)
    return row


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.add_fact", raise_exception=True)
def new_fact(request: HttpRequest) -> HttpResponse:
    """A fact with the next free code; no text shows it before somebody looked it up."""
    form = FactForm(request.POST or None, instance=Fact(code=proving.next_code()))
    if request.method == "POST" and form.is_valid() and (made := _write(request, form)):
        return redirect("campaigns:fact", code=made.code)
    status = 422 if form.errors else 200
    return render(request, "campaigns/fact_new.html", {"form": form}, status=status)


@require_POST
@permission_required(proving.FACTS, raise_exception=True)
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Somebody looked the fact up: the source still says so, or not any more."""
    get_object_or_404(Fact, code=code)
    rule, said = STEPS[name]
    look(request, rule, code, said)
    return redirect("campaigns:fact", code=code)
