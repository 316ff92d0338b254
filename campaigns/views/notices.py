"""A part of the page "Who is asking": the notice in each language of the country."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns.writing import notices as rules
from campaigns.writing.translating import STATE_WORDS
from people.countries import COUNTRIES
from people.views.reader import whoever


@require_GET
@permission_required("campaigns.view_text", raise_exception=True)
def notices(request: HttpRequest, country: str) -> HttpResponse:
    """What the notice says and where it stands, for whoever looks after the country."""
    if country not in COUNTRIES or country not in whoever(request).countries:
        raise Http404
    rows = [(one, STATE_WORDS[one.state]) for one in rules.notices(country)]
    return render(request, "campaigns/notices.html", {"rows": rows, "code": rules.NOTICE})
