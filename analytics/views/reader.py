"""Who reads the pages of figures."""

from django.http import HttpRequest


def countries(request: HttpRequest) -> list[str]:
    """The countries of whoever is signed in; of nobody, none."""
    return sorted(getattr(request.user, "countries", []))
