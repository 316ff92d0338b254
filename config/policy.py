"""What holds for pages whoever made them: the browser's rules of the administration, addresses that say nothing."""

from collections.abc import Callable
from email.message import Message
from typing import cast

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from people import audit, second, sessions
from people.audit import Kind
from people.countries import CODES
from people.models import Staff
from people.views.entrance import stepped

# unfold is built on Alpine, which evaluates the expressions in its attributes and styles elements by hand:
# under our own rules its pages stay hidden behind their search box. The price is paid on these pages only,
# where members of staff with an account work; nothing from elsewhere is allowed here either.
ADMINISTRATION = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


def administration(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, below django-csp's: pages of the administration may evaluate, all others not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            response._csp_replace = ADMINISTRATION  # type: ignore[attr-defined]  # noqa: SLF001 - its door
        return response

    return middleware


def readable(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address with a zero byte is refused; no table can be asked for one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
            raise SuspiciousOperation("A zero byte in the address.")
        return get_response(request)

    return middleware


def second_step(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, below authentication: what takes the second step does not hold in a session without it.

    The administration takes it from everybody.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        staff = request.user
        if isinstance(staff, Staff) and not stepped(request, staff):
            staff.withheld = second.PROVED
            if request.path_info.startswith(reverse("admin:index")):
                return redirect("people:account")
        return get_response(request)

    return middleware


def attended(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, below authentication: when a session of staff was last seen is noted now and then."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(request.user, Staff):
            sessions.seen(cast("sessions.SessionStore", request.session), at=timezone.now())
        return response

    return middleware


# what leaves by these holds texts of ours alone
OWN_TEXTS = {"campaigns:translation-download", "ussd:dialogue"}
MOST_WORDS = 20  # of an address, in an entry


def audited(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, below authentication: no file leaves without an entry in the audit, whichever room made it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        leaves = response.get("Content-Disposition", "").startswith("attachment")
        view = request.resolver_match.view_name if request.resolver_match else ""
        if leaves and response.status_code == 200 and view not in OWN_TEXTS:
            _note_export(request, view, response)
        return response

    return middleware


def _note_export(request: HttpRequest, view: str, response: HttpResponse) -> None:
    staff = request.user if isinstance(request.user, Staff) else None
    asked = {word: request.GET[word][:100] for word in list(request.GET)[:MOST_WORDS]}
    own = {"page": view, "of countries": " ".join(staff.countries if staff else ())}
    country = asked.get("country", "")
    audit.note(
        Kind.EXPORT,
        by=staff,
        what=_file_name(response),
        country=country if country in CODES else "",
        details=asked | own,
        at=timezone.now(),
    )


def _file_name(response: HttpResponse) -> str:
    said = Message()
    said["Content-Disposition"] = response["Content-Disposition"]
    return said.get_filename("a file")
