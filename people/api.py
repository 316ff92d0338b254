"""The door of the JSON API that all rooms share: who asks and how often, what an answer and a refusal look like.

A program shows its badge with every request. Cookies open nothing here, and none is ever set. Refusals are
problems as RFC 9457 has them, in plain words; every answer has an ETag, so that what is known costs no bytes.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.paging import Unclear
from people import badges
from people.badges import NotAdmitted

Handler = Callable[[HttpRequest], HttpResponse]
ROOT: Final = "/api/"
SAFE: Final = ("GET", "HEAD")
PROBLEM: Final = "application/problem+json"
NONE: Mapping[str, str] = MappingProxyType({})
WHY: Mapping[str, Promise] = MappingProxyType(
    {
        "missing": gettext_lazy(
            "Show a badge: the line “Authorization: Bearer njia_…” with what an administrator gave you."
        ),
        "unknown": gettext_lazy("Nobody knows this badge."),
        "ended": gettext_lazy("This badge was ended. Ask an administrator for another."),
        "expired": gettext_lazy(
            "The time of this badge is over. Ask an administrator for another."
        ),
    }
)
WORDS: Mapping[int, Promise] = MappingProxyType(
    {
        400: gettext_lazy("This request cannot be read."),
        403: gettext_lazy("Your badge does not open this: its scopes leave it out."),
        404: gettext_lazy("There is nothing at this address."),
        405: gettext_lazy("Nothing can be changed here: ask by GET or HEAD."),
    }
)
FAULT = gettext_lazy("Something failed on our side. It is on record; try again later.")


def problem(status: int, detail: str = "", headers: Mapping[str, str] = NONE) -> HttpResponse:
    """A refusal (RFC 9457). Without words of its own: what its status says."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or str(WORDS.get(status, FAULT)),
    }
    kept = {"Cache-Control": "no-store", **headers}
    return JsonResponse(told, status=status, content_type=PROBLEM, headers=kept)


# --- what an answer looks like ----------------------------------------------------------------------


def answering(get_response: Handler) -> Handler:
    """Middleware, above all that may refuse: answers get their ETag, and every refusal becomes a problem."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return get_response(request)
        response = get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return _refused(response)
        return _told(request, response)

    return middleware


def _refused(response: HttpResponse) -> HttpResponse:
    """Pages of refusal are for people who read."""
    if response.get("Content-Type") == PROBLEM:
        return response
    allow = {"Allow": response["Allow"]} if "Allow" in response else NONE
    return problem(response.status_code, headers=allow)


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whoever has the same already gets 304. Caches keep it for one badge and ask each time."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ["Authorization"])
    changed = parse_http_date_safe(response.get("Last-Modified", ""))
    return get_conditional_response(request, etag, changed, response) or response


def modified(response: HttpResponse, at: datetime) -> HttpResponse:
    """With when its content last changed."""
    response["Last-Modified"] = http_date(at.timestamp())
    return response


# --- who asks ---------------------------------------------------------------------------------------


class Badges:
    """Middleware, below authentication and above what asks for it: a badge in the place of a session.

    What anybody may read is marked `login_not_required`, as everywhere.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ROOT) and request.method not in SAFE:
            return problem(405, headers={"Allow": ", ".join(SAFE)})
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        _named: object,
    ) -> HttpResponse | None:
        if not request.path_info.startswith(ROOT) or not getattr(view, "login_required", True):
            return None
        try:
            badge = badges.shown(_bearer(request), at=timezone.now())
        except NotAdmitted as refusal:
            return _unknown(refusal.why)
        if seconds := badges.wait(badge, at=timezone.now()):
            return _held_back(seconds)
        request.user = badges.partner(badge)  # type: ignore[assignment]
        return None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """What a view of ours refuses, in its words."""
        if not request.path_info.startswith(ROOT):
            return None
        if isinstance(fault, Unclear):
            return problem(400, str(fault))
        if isinstance(fault, Http404):
            return problem(404, str(fault))
        return _not_opened(str(fault)) if isinstance(fault, PermissionDenied) else None


def _bearer(request: HttpRequest) -> str:
    """Raises NotAdmitted where the request shows no badge."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotAdmitted("missing")
    return secret.strip()


def _unknown(why: str) -> HttpResponse:
    fault = "" if why == "missing" else ', error="invalid_token"'
    return problem(401, str(WHY[why]), {"WWW-Authenticate": f'Bearer realm="Njia Salama"{fault}'})


def _not_opened(said: str) -> HttpResponse:
    told = 'Bearer realm="Njia Salama", error="insufficient_scope"'
    return problem(403, said, {"WWW-Authenticate": told})


def _held_back(seconds: int) -> HttpResponse:
    said = _("A badge may ask %(most)s times a minute. Ask again in %(seconds)s seconds.")
    told = said % {"most": badges.MOST, "seconds": seconds}
    return problem(429, told, {"Retry-After": str(seconds)})
