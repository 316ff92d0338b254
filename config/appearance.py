"""How pages look to a reader, light or dark, and the one form that changes this and their language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.i18n import set_language

AUTO = "auto"
CHOICES: dict[str, Promise] = {
    AUTO: pgettext_lazy("light or dark", "As the device"),
    "light": pgettext_lazy("light or dark", "Light"),
    "dark": pgettext_lazy("light or dark", "Dark"),
}
COOKIE = "appearance"
KEPT = 365 * 24 * 3600  # seconds


def of(request: HttpRequest) -> str:
    """What the reader chose; the device decides where nothing, or nothing we know, was chosen."""
    chosen = request.COOKIES.get(COOKIE, AUTO)
    return chosen if chosen in CHOICES else AUTO


@login_not_required
def change(request: HttpRequest) -> HttpResponseBase:
    """The form at the foot of a page: back to that page, in the language and the look that were chosen."""
    response = set_language(request)
    chosen = request.POST.get("appearance")
    if chosen == AUTO:
        response.delete_cookie(COOKIE)
    elif chosen in CHOICES:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=KEPT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
