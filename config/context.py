"""What every page may ask for."""

from django.conf import settings
from django.http import HttpRequest


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """`demonstration`: whether the page must say that nothing here reaches a real phone."""
    return {"demonstration": settings.DEMONSTRATION}
