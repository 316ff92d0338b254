"""The way in: signing in, and the link with which a new colleague sets a password."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from people import inviting, second, sessions
from people.forms import LinkForm
from people.inviting import NotInvited, WrongCode
from people.models import Staff
from people.views import passkeys

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
STEPPED: Final = "stepped"  # in the session: when the second step was taken
WAITING: Final = "waiting"  # in the session: who gave the password and has not taken it yet
PATIENCE: Final = timedelta(minutes=10)
INVITATION: Final = "invitation"  # in the session: the token of the link that was opened


class SignIn(LoginView):
    """Name and password; then the second step, for whoever has set it up."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        staff, onward = form.get_user(), self.get_success_url()
        if second.has(staff):
            _wait(self.request, staff, onward)
            return redirect("people:second")
        return enter(self.request, staff, onward)


def enter(request: HttpRequest, staff: Staff, onward: str, *, step: bool = False) -> HttpResponse:
    """From now on this browser is theirs. Who needs a second step and has none is led to set it up first."""
    login(request, staff, backend=BACKEND)
    at = timezone.now()
    request.session.update(sessions.described(request.headers.get("User-Agent", ""), at=at))
    if step:
        request.session[STEPPED] = at.isoformat()
    if not stepped(request, staff) and second.needs(staff):
        return redirect("people:account")
    return redirect(onward)


def stepped(request: HttpRequest, staff: Staff) -> bool:
    """Whether this session took the second step, or need not."""
    forwarded = "X-Forwarded-For" in request.headers  # whoever asks is not on this machine
    address = "" if forwarded else request.META.get("REMOTE_ADDR", "")
    host = request.get_host()
    return STEPPED in request.session or second.waived(staff, address=address, host=host)


def _wait(request: HttpRequest, staff: Staff, onward: str) -> None:
    """The password was right: nobody is signed in yet, this browser may try the second step for ten minutes."""
    request.session.cycle_key()
    request.session[WAITING] = {
        "staff": staff.pk,
        "password": staff.get_session_auth_hash(),
        "until": (timezone.now() + PATIENCE).isoformat(),
        "onward": onward,
    }


def _waiting(request: HttpRequest) -> Staff | None:
    """Who gave the password here; None where that was long ago, or anything has changed since."""
    told = request.session.get(WAITING, {})
    if not told or datetime.fromisoformat(told["until"]) < timezone.now():
        return None
    staff = Staff.objects.filter(pk=told["staff"], is_active=True).first()
    return staff if staff and staff.get_session_auth_hash() == told["password"] else None


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@login_not_required
def second_step(request: HttpRequest) -> HttpResponse:
    """A code, or a passkey."""
    staff, at = _waiting(request), timezone.now()
    if staff is None:
        return redirect("login")
    wrong = ""
    if second.closed(staff, at=at):
        wrong = _("Too many wrong codes: this step is closed for half an hour.")
    elif request.method == "POST":
        if _shown(request, staff):
            second.passed(staff)
            return enter(request, staff, request.session.pop(WAITING)["onward"], step=True)
        second.missed(staff, at=at)
        wrong = _("This is not right. Each code is taken once, and only while the app shows it.")
    found = second.factors(staff)
    asked = passkeys.ask(staff) if found.passkeys else None
    context = {"wrong": wrong, "factors": found, "asked": asked}
    return render(request, "people/second.html", context, status=422 if wrong else 200)


def _shown(request: HttpRequest, staff: Staff) -> bool:
    if answer := request.POST.get("credential", ""):
        return passkeys.answered(staff, answer, at=timezone.now())
    return second.check(staff, request.POST.get("code", ""), at=timezone.now())


@require_GET
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link as it was handed over. The token moves to the session: addresses stay in histories."""
    request.session.flush()  # whoever was signed in here is not whom the link is for
    request.session[INVITATION] = token
    return redirect("people:accept")


def _opened(form: LinkForm, token: str, at: datetime) -> bool:
    """Whether the link has set the password; a wrong code is told in the form. Raises NotInvited."""
    told = form.cleaned_data
    try:
        inviting.accept(token, told["new_password1"], code=told.get("code", ""), at=at)
    except WrongCode:
        form.add_error("code", _("This code does not belong to this link."))
        return False
    return True


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@login_not_required
def accept(request: HttpRequest) -> HttpResponse:
    """Set the password; the link is worth nothing afterwards."""
    token, at = request.session.get(INVITATION, ""), timezone.now()
    try:
        account = inviting.invited(token, at=at)
        coded = inviting.asks_code(token, at=at)
        form = LinkForm(account, request.POST or None, coded=coded)
        if request.method == "POST" and form.is_valid() and _opened(form, token, at):
            del request.session[INVITATION]
            account.refresh_from_db()
            if second.has(account):  # the link replaces the password alone
                _wait(request, account, reverse("home"))
                return redirect("people:second")
            return enter(request, account, reverse("home"))
    except NotInvited:
        return render(request, "people/not_invited.html", {"hours": inviting.HOURS}, status=410)
    context = {"form": form, "account": account}
    return render(request, "people/accept.html", context, status=422 if form.errors else 200)
