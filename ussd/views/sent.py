"""Texts that people asked for by SMS on the menu: what became of them, for staff of their countries."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from campaigns.replies.overview import overview
from people.views.reader import whoever


@require_GET
@permission_required("campaigns.view_answer", raise_exception=True)
def sent(request: HttpRequest) -> HttpResponse:
    """Today and the last seven days, without anybody's number or path."""
    countries = whoever(request).countries
    found = overview(countries, language=get_language() or "en", at=timezone.now())
    return render(request, "ussd/sent.html", {"found": found, "countries": countries})
