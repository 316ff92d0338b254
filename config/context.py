"""What every page may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import lazy

from people.staff import ROLES


def demonstration(request: HttpRequest) -> dict[str, Any]:
    """`demonstration`: whether the page must say that nothing here reaches a real phone.

    `roles`: names of the reader's roles in the page's language, asked of the database only where shown.
    """
    return {"demonstration": settings.DEMONSTRATION, "roles": lazy(_roles, list)(request)}


def _roles(request: HttpRequest) -> list[str]:
    held = getattr(getattr(request, "user", None), "role_names", [])
    return [str(ROLES[code].name) if code in ROLES else code for code in held]
