"""What every page may ask for."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import check_for_language

from people.staff import ROLES


def demonstration(request: HttpRequest) -> dict[str, Any]:
    """`demonstration`: whether the page must say that nothing here reaches a real phone.

    `roles`: names of the reader's roles in the page's language, asked of the database only where shown.
    `page_languages`: those a page can be read in.
    """
    return {
        "demonstration": settings.DEMONSTRATION,
        "roles": lazy(_roles, list)(request),
        "page_languages": _page_languages(),
    }


def _roles(request: HttpRequest) -> list[str]:
    held = getattr(getattr(request, "user", None), "role_names", [])
    return [str(ROLES[code].name) if code in ROLES else code for code in held]


@lru_cache(maxsize=1)
def _page_languages() -> list[tuple[str, str]]:
    """Languages with a catalogue: Django would pass over the others and stay where it is."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if check_for_language(code)]
