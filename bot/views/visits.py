"""Who writes on the chat page, without a table: a random name, signed, in the page's own forms and in a cookie.

The forms carry it where a browser takes no cookie, as inside another site's page. No database is asked, so the page
answers while there is none; nobody's number or account is in it, and it ends with the browser or after hours.
"""

import json
import uuid
from dataclasses import asdict, dataclass, field
from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse

NAME: Final = "visit"  # of the field
COOKIE: Final = "chat"
HOURS: Final = 12
SALT: Final = "bot.visit"


@dataclass(frozen=True, slots=True)
class Visit:
    """`who`: the random part of `web:<uuid>`; country "" and language "" where none was chosen."""

    who: str = field(default_factory=lambda: str(uuid.uuid4()))
    country: str = ""
    language: str = ""


def sealed(visit: Visit) -> str:
    return signing.dumps(json.dumps(asdict(visit)), salt=SALT)


def _opened(word: str) -> Visit | None:
    """The visit; None for what we did not sign, or signed too long ago."""
    try:
        return Visit(**json.loads(signing.loads(word, salt=SALT, max_age=HOURS * 3600)))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def posted(request: HttpRequest) -> Visit | None:
    """What the form itself carries: proof that the page it was on is ours."""
    return _opened(request.POST.get(NAME, ""))


def of(request: HttpRequest) -> Visit:
    """The visit of the form, else of the cookie, else a new one."""
    return posted(request) or _opened(request.COOKIES.get(COOKIE, "")) or Visit()


def keep(response: HttpResponse, visit: Visit | None, *, secure: bool) -> HttpResponse:
    """The response with the visit in its cookie, for as long as the browser is open; None: nothing is left."""
    if visit is None:
        response.delete_cookie(COOKIE, samesite="Lax")
    else:
        response.set_cookie(COOKIE, sealed(visit), secure=secure, httponly=True, samesite="Lax")
    return response
