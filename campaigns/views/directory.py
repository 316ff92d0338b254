"""The pages of the directory of help: its list, one entry, who called it, and what expires."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from campaigns.editions.problems import Refused
from campaigns.models import Proof, Referral
from campaigns.proofs import alerting, lapses, proving
from campaigns.proofs.directory_forms import EntryForm, LookForm, look_form, places
from campaigns.proofs.entries import (
    KIND_WORDS,
    State,
    Wish,
    described,
    entries,
    missing,
    place,
    seen_by,
)
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Staff

STEPS: Mapping[str, tuple[Callable[[str, proving.Look], None], Any]] = {
    "called": (
        proving.called,
        gettext_lazy("Noted: you called it today. Live texts show the number within a minute."),
    ),
    "dead": (
        proving.dead,
        gettext_lazy("Noted. Within a minute people read that there is no number."),
    ),
}
FORGOTTEN = 20  # looks shown of one entry


@require_GET
@permission_required("campaigns.view_referral", raise_exception=True)
def directory(request: HttpRequest) -> HttpResponse:
    """The entries of the reader's countries and abroad, and where a number is missing."""
    staff, today = whoever(request), timezone.localdate()
    wish = Wish(*(request.GET.get(name, "").strip() for name in ("country", "kind", "state", "q")))
    seen = seen_by(staff)
    countries = sorted(set(seen.order_by().values_list("country", flat=True)))
    context = {
        "rows": entries(staff, wish, on=today),
        "wish": wish,
        "any": bool(countries),
        "countries": [(code, place(code)) for code in countries],
        "kinds": [(code, word) for code, word in KIND_WORDS.items() if code != "ksa_labour"],
        "states": State.choices,
        "missing": missing(staff.countries, on=today),
        "may_add": bool(_may_add(staff)),
    }
    return render(request, "campaigns/directory.html", context)


def _may_add(staff: "Staff") -> list[tuple[str, str]]:
    return places(staff) if staff.has_perm("campaigns.add_referral") else []


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.view_referral", raise_exception=True)
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """One entry: what is known, the form for who may change it, the steps that prove its number."""
    staff = whoever(request)
    row = get_object_or_404(seen_by(staff), code=code)
    may = proving.may_change(staff, row.country) and not row.fictitious
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = EntryForm(request.POST or None, instance=row, staff=staff) if may else None
    if form is not None and request.method == "POST" and form.is_valid():
        _write(request, form, form.save(commit=False))
        return redirect("campaigns:referral", code=code)
    context = _one(Referral.objects.get(pk=row.pk), form)
    status = 422 if form is not None and form.errors else 200
    return render(request, "campaigns/referral.html", context, status=status)


def _one(row: Referral, form: EntryForm | None) -> dict[str, Any]:
    today = timezone.localdate()
    steps = {name: look_form(row.number, on=today, name=name) for name in STEPS}
    looks = Proof.objects.filter(thing=Proof.Thing.NUMBER, code=row.code).select_related("by")
    return {
        "one": described([row], on=today)[0],
        "form": form,
        "steps": steps if form is not None and row.number else {},
        "looks": looks[:FORGOTTEN],
        "states": State,
    }


def _write(request: HttpRequest, form: EntryForm, row: Referral) -> bool:
    try:
        proving.write_entry(row, set(form.changed_data), by=whoever(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    proof = row.fictitious or row.verified_by_call_on
    said = _("Kept.") if proof or not row.number else _("Kept. Its number has to be called now.")
    messages.success(request, said)
    return True


@require_http_methods(["GET", "POST"])
@permission_required("campaigns.add_referral", raise_exception=True)
def new_entry(request: HttpRequest) -> HttpResponse:
    """A place or line that helps; its number is shown to nobody before a call."""
    staff = whoever(request)
    form = EntryForm(request.POST or None, staff=staff)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        if _write(request, form, row):
            return redirect("campaigns:referral", code=row.code)
    status = 422 if form.errors else 200
    return render(request, "campaigns/referral_new.html", {"form": form}, status=status)


@require_POST
@permission_required("campaigns.change_referral", raise_exception=True)
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Somebody called the number: it answered, or it does not work."""
    get_object_or_404(seen_by(whoever(request)), code=code)
    rule, said = STEPS[name]
    look(request, rule, code, said)
    return redirect("campaigns:referral", code=code)


def look(
    request: HttpRequest, rule: Callable[[str, proving.Look], None], code: str, said: object
) -> None:
    """Note a look that somebody posted, or say why it is not noted."""
    form = LookForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for all_ in form.errors.values() for one in all_))
        return
    told = form.cleaned_data
    seen = proving.Look(
        whoever(request), timezone.now(), told["shown"], told["until"], told["note"]
    )
    try:
        rule(code, seen)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, str(said))


# --- what expires ---------------------------------------------------------------------------------


@require_GET
@permission_required("campaigns.view_referral", raise_exception=True)
def expiring(request: HttpRequest) -> HttpResponse:
    """All that lapses within thirty days or has lapsed, and the alerts about it."""
    staff = whoever(request)
    context = {"rows": lapses.coming(staff, on=timezone.localdate()), **alerts(staff)}
    return render(request, "campaigns/expiring.html", context | {"today": timezone.localdate()})


def alerts(staff: "Staff", most: int = 50) -> dict[str, Any]:
    """The alerts that wait for the reader, with what they say."""
    rows = list(alerting.open_to(staff)[:most])
    names, at = alerting.names(rows), timezone.now()
    told = [
        (row, names.get((row.thing, row.code), ""), alerting.sentence(row, at=at)) for row in rows
    ]
    return {"alerts": [(*one, alerting.details(one[0])) for one in told]}


@require_POST
@permission_required("campaigns.view_referral", raise_exception=True)
def see_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader takes it in hand; it leaves the pages of all others too."""
    if not alerting.see(pk, by=whoever(request)):
        raise Http404
    return redirect("home" if request.POST.get("from") == "home" else "campaigns:expiring")
