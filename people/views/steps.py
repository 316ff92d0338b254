"""Pages of the own account: setting up the second step of signing in, and taking parts of it away."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from people import second, sessions
from people.models import Staff
from people.views import passkeys
from people.views.entrance import STEPPED, stepped
from people.views.own_password import is_own_password
from people.views.reader import whoever

SECRET: Final = "app_secret"  # noqa: S105 - its name in the session, while the app is set up
View = Callable[..., HttpResponse]


def sure(view: View) -> View:
    """Who has a second step must have taken it in this session to change it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        staff = whoever(request)
        if second.has(staff) and not stepped(request, staff):
            messages.error(
                request, _("Sign out and in again, with your second step, to change it.")
            )
            return redirect("people:account")
        return view(request, *args, **kwargs)

    return guarded


def _own_password(request: HttpRequest) -> bool:
    return is_own_password(request, request.POST.get("password", ""))


WRONG_PASSWORD: Final = "password"  # noqa: S105 - the field
WRONG_CODE: Final = "code"


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@sure
def app(request: HttpRequest) -> HttpResponse:
    """Show the secret to an app; its first code proves that it arrived."""
    staff, wrong = whoever(request), ""
    secret = request.session.setdefault(SECRET, second.new_secret())
    if request.method == "POST":
        code = request.POST.get("code", "")
        if not _own_password(request):
            wrong = WRONG_PASSWORD
        elif not second.add_app(staff, secret, code, at=timezone.now()):
            wrong = WRONG_CODE
        else:
            del request.session[SECRET]
            return _set_up(request)
    context = {"picture": _picture(staff, secret), "secret": _spaced(secret), "wrong": wrong}
    return render(request, "people/second_app.html", context, status=422 if wrong else 200)


def _picture(staff: Staff, secret: str) -> SafeString:
    """The square code as SVG, made here: the secret goes to no other server."""
    adapter = second.Adapter()
    drawn: str = adapter.build_totp_svg(adapter.build_totp_url(staff, secret))
    return mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308 - drawn by qrcode, from our own text


def _spaced(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
@sure
def passkey(request: HttpRequest) -> HttpResponse:
    """Have the browser, the phone or a key make a passkey."""
    staff, wrong = whoever(request), ""
    if request.method == "POST":
        name, answer = request.POST.get("name", "").strip(), request.POST.get("credential", "")
        if not _own_password(request):
            wrong = WRONG_PASSWORD
        elif not passkeys.kept(staff, name or _("Passkey"), answer, at=timezone.now()):
            wrong = WRONG_CODE
        else:
            return _set_up(request)
    possible = passkeys.possible(request)
    context = {"asked": passkeys.offer(staff) if possible else None, "wrong": wrong}
    return render(request, "people/second_passkey.html", context, status=422 if wrong else 200)


def _set_up(request: HttpRequest) -> HttpResponse:
    """This browser has shown it; the others must sign in anew. Whoever has no recovery codes sees some."""
    staff = whoever(request)
    request.session[STEPPED] = timezone.now().isoformat()
    sessions.end_all(staff, but=request.session.session_key)
    if second.factors(staff).codes:
        messages.success(request, _("From now on signing in takes this second step."))
        return redirect("people:account")
    return _shown(request)


def _shown(request: HttpRequest) -> HttpResponse:
    codes = second.new_codes(whoever(request), at=timezone.now())
    return render(request, "people/second_codes.html", {"codes": codes})


@require_POST
@sensitive_post_parameters()
@never_cache
@sure
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, on this one answer."""
    if second.has(whoever(request)) and _own_password(request):
        return _shown(request)
    messages.error(request, _("The password is not right."))
    return redirect("people:account")


@require_POST
@sensitive_post_parameters()
@sure
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away one app or passkey."""
    staff = whoever(request)
    if not _own_password(request):
        messages.error(request, _("The password is not right."))
    elif second.remove(staff, pk, at=timezone.now()):
        messages.success(request, _("It is taken away."))
        if not second.has(staff):
            request.session.pop(STEPPED, None)
    return redirect("people:account")
