"""Pages of administrators: the accounts of staff, inviting, and what a second person confirms."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import accounts, colleagues, second, sessions
from people.accounts import Done, NotAllowed
from people.forms import AccountForm, InviteForm
from people.inviting import HOURS
from people.staff import visible_to
from people.views.reader import whoever

STEPS: Mapping[str, Callable[..., Done | None]] = {
    "link": accounts.new_link,
    "close": accounts.close,
    "open": accounts.open_again,
    "second": accounts.reset_second,
}


@require_GET
@permission_required("people.view_staff", raise_exception=True)
def staff(request: HttpRequest) -> HttpResponse:
    """Colleagues of the own countries, and what waits for a second person."""
    by, at = whoever(request), timezone.now()
    context = {
        "colleagues": colleagues.colleagues(by),
        "waiting": colleagues.waiting(by, at=at),
    }
    return render(request, "people/staff.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("people.add_staff", raise_exception=True)
def invite(request: HttpRequest) -> HttpResponse:
    """A new account; the answer shows its link, this once, or the code where the role takes two people."""
    by = whoever(request)
    form = InviteForm(request.POST or None, countries=by.countries)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            done = accounts.invite(
                told["username"],
                told["role"],
                told["countries"],
                email=told["email"],
                by=by,
                at=timezone.now(),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _told(request, done)
    context = {"form": form, "hours": HOURS}
    return render(request, "people/invite.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("people.change_staff", raise_exception=True)
def account_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One colleague: role and countries, a new link, closing the account."""
    by = whoever(request)
    account = get_object_or_404(visible_to(by), pk=pk)
    held = {"role": next(iter(account.role_names), ""), "countries": account.countries}
    form = AccountForm(request.POST or None, initial=held, countries=by.countries)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            done = accounts.change(
                account, told["role"], told["countries"], by=by, at=timezone.now()
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _told(request, done)
    context = {
        "form": form,
        "one": colleagues.colleague(account),
        "own": account == by,
        "second": second.has(account),
        "guarded": accounts.guarded(account),
        "sessions": sessions.sessions_of(account, at=timezone.now()).count(),
    }
    return render(request, "people/account_of.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("people.change_staff", raise_exception=True)
def account_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A new link, closing, opening again; the rule itself checks who may."""
    account = get_object_or_404(visible_to(whoever(request)), pk=pk)
    try:
        done = STEPS[name](account, by=whoever(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("people:account-of", pk)
    return _told(request, done or Done(account))


@require_POST
@permission_required("people.confirm_proposal", raise_exception=True)
def decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Yes or no of the second person; a link, where it is one, is shown to them this once."""
    by, at = whoever(request), timezone.now()
    proposal = get_object_or_404(accounts.proposals_for(by, at=at), pk=pk)
    try:
        if name == "decline":
            accounts.decline(proposal, by=by, at=at)
            messages.success(request, _("It will not be done."))
        else:
            done = accounts.accept(proposal, by=by, at=at)
            if done.link:
                return _shown(request, done)
            messages.success(request, _("It is done."))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("people:proposals")


@require_GET
@permission_required("people.view_proposal", raise_exception=True)
def proposals(request: HttpRequest) -> HttpResponse:
    """What administrators have proposed and a second person confirms."""
    waiting = colleagues.waiting(whoever(request), at=timezone.now())
    return render(request, "people/proposals.html", {"waiting": waiting})


def _told(request: HttpRequest, done: Done) -> HttpResponse:
    if done.link:
        return _shown(request, done)
    if done.code:
        return _shown_code(request, done)
    if done.proposal:
        messages.success(request, _("Proposed. It waits until a second person confirms it."))
    else:
        messages.success(request, _("It is done."))
    return redirect("people:account-of", done.account.pk)


def _shown_code(request: HttpRequest, done: Done) -> HttpResponse:
    """The code, on this one answer only: its link will be shown to whoever confirms."""
    assert done.proposal  # noqa: S101 - for the type checker
    nobody = not accounts.second_people(done.proposal).exists()
    context = {"done": done, "days": accounts.WAITS.days, "nobody": nobody}
    answer = render(request, "people/code.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _shown(request: HttpRequest, done: Done) -> HttpResponse:
    """The link, on this one answer only: no address shows it again."""
    assert done.link  # noqa: S101 - for the type checker
    path = reverse("people:invitation", args=[done.link.token])
    context = {
        "done": done,
        "address": request.build_absolute_uri(path),
        "hours": HOURS,
    }
    answer = render(request, "people/link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
