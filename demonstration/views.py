"""The year of demonstration for administrators: what it is, how far it is, make it, remove it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from demonstration import guarding, making, removing
from demonstration.guarding import NotHere
from demonstration.making import Wish
from demonstration.models import Year

MAKE = "demonstration.make_year"
WORDS = {
    "people": gettext_lazy("invented people on lists"),
    "calls": gettext_lazy("USSD sessions"),
    "chats": gettext_lazy("conversations in a chat"),
    "blasts": gettext_lazy("blasts"),
    "messages": gettext_lazy("messages planned"),
    "receipts": gettext_lazy("receipts"),
    "opt-outs": gettext_lazy("opt-outs at the provider"),
    "entries": gettext_lazy("events and broadcasts entered by hand"),
    "closed": gettext_lazy("closed quarters"),
}


@require_GET
@permission_required(MAKE, raise_exception=True)
def year(request: HttpRequest) -> HttpResponse:
    """What stands, or what could be made; while a worker is at it, the page asks again."""
    found = guarding.standing()
    context = {
        "year": found,
        "sums": [(word, found.sums[key]) for key, word in WORDS.items() if key in found.sums]
        if found
        else [],
        "refused": "" if found else _why_not(),
        "people": making.PEOPLE,
        "most": making.MOST_PEOPLE,
        "seed": making.SEED,
        "at_work": found is not None and found.state in Year.AT_WORK,
    }
    part = (
        "demonstration/state.html"
        if request.headers.get("HX-Request")
        else "demonstration/year.html"
    )
    return render(request, part, context)


def _why_not() -> str:
    try:
        guarding.make_sure()
    except NotHere as refused:
        return str(refused)
    return ""


@require_POST
@permission_required(MAKE, raise_exception=True)
def make(request: HttpRequest) -> HttpResponse:
    """Ask for a year; a worker makes it."""
    by = request.user.get_username()
    try:
        making.ask(_wish(request), by=by, at=timezone.now())
    except NotHere as refused:
        messages.error(request, str(refused))
    return redirect("demonstration:year")


def _wish(request: HttpRequest) -> Wish:
    """What the form says. Raises NotHere for what are no numbers."""
    try:
        return Wish(int(request.POST.get("people", "")), int(request.POST.get("seed", "")))
    except ValueError:
        raise NotHere(_("People and seed are whole numbers.")) from None


@require_POST
@permission_required(MAKE, raise_exception=True)
def remove(request: HttpRequest) -> HttpResponse:
    """Ask for the year's removal; a worker removes it."""
    by = request.user.get_username()
    try:
        removing.ask(by=by)
    except NotHere as refused:
        messages.error(request, str(refused))
    return redirect("demonstration:year")
