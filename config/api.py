"""The JSON API's addresses, put together from the doors of the rooms, and the document that describes them."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

import analytics.api
import campaigns.api

DOCUMENT: Final = Path(__file__).parent / "openapi.json"


@lru_cache(maxsize=1)
def text() -> str:
    """The document in OpenAPI 3.1, as it is written."""
    return DOCUMENT.read_text(encoding="utf-8")


@require_safe
@login_not_required
def document(_request: HttpRequest) -> HttpResponse:
    """What can be asked for; for whoever writes a program, with or without a badge."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(text(), content_type="application/json", headers=headers)


doors: list[URLPattern] = [
    path("openapi.json", document, name="api-document"),
    path("indicators", analytics.api.indicators, name="api-indicators"),
    path("figures", analytics.api.figures, name="api-figures"),
    path("editions/live", campaigns.api.edition, name="api-edition"),
    path("editions/live/texts", campaigns.api.texts, name="api-texts"),
    path("editions/live/numbers", campaigns.api.numbers, name="api-numbers"),
    path("blasts", campaigns.api.blasts, name="api-blasts"),
    path("blasts/<int:pk>", campaigns.api.blast, name="api-blast"),
]
