"""Pages of the own account: password, and the browsers in which it is signed in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import audit, second, sessions
from people.audit import Kind
from people.views.own_password import OwnPasswordForm
from people.views.reader import whoever


@require_GET
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """The own account."""
    found = list(sessions.sessions_of(whoever(request), at=timezone.now()))
    own = request.session.session_key
    factors = second.factors(whoever(request))
    context = {
        "sessions": found,
        "own": own,
        "others": sum(one.pk != own for one in found),
        "factors": factors,
        "ways": second.ways(factors),
        "needs": second.needs(whoever(request)),
    }
    return render(request, "people/account.html", context)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """A new password; every other browser is signed out. Wrong old ones count as when signing in."""
    staff = whoever(request)
    form = OwnPasswordForm(staff, request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, staff)
        sessions.end_all(staff, but=request.session.session_key)
        audit.note(Kind.STAFF, by=staff, what="password changed", at=timezone.now())
        messages.success(request, _("The new password holds. Other browsers are signed out."))
        return redirect("people:account")
    return render(
        request, "people/password.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def first_hour(request: HttpRequest) -> HttpResponse:
    """Put the first hour away, or show it again ("shown" in the form)."""
    staff = whoever(request)
    staff.guided = "shown" in request.POST
    staff.save(update_fields=["guided"])
    if not staff.guided:
        messages.success(request, _("Put away. Your account's page shows it again."))
    return redirect("home")


@require_POST
def end_session(request: HttpRequest, mark: str) -> HttpResponse:
    """Sign out one browser."""
    if sessions.end(whoever(request), mark):
        messages.success(request, _("That browser is signed out."))
    return redirect("people:account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out every browser but this one."""
    ended = sessions.end_all(whoever(request), but=request.session.session_key)
    told = ngettext("%(count)d browser is signed out.", "%(count)d browsers are signed out.", ended)
    messages.success(request, told % {"count": ended})
    return redirect("people:account")
