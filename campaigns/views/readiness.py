"""The page of all languages: how far each is, and how well questions in it are understood."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.writing import text_fields, translating, understanding
from people.countries import COUNTRIES
from people.views.reader import whoever


@require_GET
@permission_required("campaigns.view_text", raise_exception=True)
def readiness(request: HttpRequest) -> HttpResponse:
    """Every language at a glance."""
    context = {
        "rows": translating.readiness(whoever(request).countries, at=timezone.now()),
        "names": COUNTRIES,
        "enough": text_fields.ENOUGH,
        "understood": understanding.lines(),
    }
    return render(request, "campaigns/translation.html", context)
