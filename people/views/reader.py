"""Who reads a page that asks for a member of staff."""

from typing import cast

from django.http import HttpRequest

from people.models import Staff


def whoever(request: HttpRequest) -> Staff:
    """The member of staff who is signed in; for views whose guard lets in nobody else."""
    return cast("Staff", request.user)
