"""What every page may ask for."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import check_for_language

from config import appearance, first_hour, places
from people.staff import ROLES

if TYPE_CHECKING:
    from people.models import Staff


def page(request: HttpRequest) -> dict[str, Any]:
    """`demonstration`: whether the page must say that nothing here reaches a real phone.

    `roles`: names of the reader's roles in the page's language, asked of the database only where shown.
    `page_languages`: those a page can be read in. `cases_waiting`: how many cases nobody has, of the reader's
    countries; counted only where shown, and None for who may not look at cases. `navigation`: its menus as the
    reader sees it. `appearance`: light, dark, or as the device has it; `appearances`: what there is to choose.
    `first_hour`: the steps of a new manager, asked of the database only where shown.
    """
    return {
        "demonstration": settings.DEMONSTRATION,
        "roles": lazy(_roles, list)(request),
        "page_languages": _page_languages(),
        "cases_waiting": lambda: _cases_waiting(request),
        "navigation": lambda: places.of(request),
        "appearance": appearance.of(request),
        "appearances": appearance.CHOICES,
        "first_hour": lambda: first_hour.of(request),
    }


def _roles(request: HttpRequest) -> list[str]:
    held = getattr(getattr(request, "user", None), "role_names", [])
    return [str(ROLES[code].name) if code in ROLES else code for code in held]


def _cases_waiting(request: HttpRequest) -> int | None:
    from bot import cases  # noqa: PLC0415 - settings name this module before the apps are loaded

    staff = cast("Staff", request.user)
    return cases.untaken(staff) if staff.has_perm("bot.view_case") else None


@lru_cache(maxsize=1)
def _page_languages() -> list[tuple[str, str]]:
    """Languages with a catalogue: Django would pass over the others and stay where it is."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if check_for_language(code)]
