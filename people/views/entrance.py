"""The way in: signing in, and the link with which a new colleague sets a password."""

from typing import TYPE_CHECKING, Final

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from people import inviting, sessions
from people.inviting import NotInvited

if TYPE_CHECKING:
    from people.models import Staff

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
INVITATION: Final = "invitation"  # in the session: the token of the link that was opened


class SignIn(LoginView):
    """Name and password."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        enter(self.request, form.get_user())
        return redirect(self.get_success_url())


def enter(request: HttpRequest, staff: "Staff") -> None:
    """From now on this browser is theirs; its session says when it began and in what browser."""
    login(request, staff, backend=BACKEND)
    agent = request.headers.get("User-Agent", "")
    request.session.update(sessions.described(agent, at=timezone.now()))


@require_GET
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link as it was handed over. The token moves to the session: addresses stay in histories."""
    request.session.flush()  # whoever was signed in here is not whom the link is for
    request.session[INVITATION] = token
    return redirect("people:accept")


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@login_not_required
def accept(request: HttpRequest) -> HttpResponse:
    """Set the password; the link is worth nothing afterwards."""
    token, at = request.session.get(INVITATION, ""), timezone.now()
    try:
        account = inviting.invited(token, at=at)
        form = SetPasswordForm(account, request.POST or None)
        if request.method == "POST" and form.is_valid():
            account = inviting.accept(token, form.cleaned_data["new_password1"], at=at)
            del request.session[INVITATION]
            enter(request, account)
            return redirect("home")
    except NotInvited:
        return render(request, "people/not_invited.html", {"hours": inviting.HOURS}, status=410)
    context = {"form": form, "account": account}
    return render(request, "people/accept.html", context, status=422 if form.errors else 200)
