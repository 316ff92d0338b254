"""Page: which content counts for which indicator, and what counts nowhere."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campaigns import tagged as content


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def tagged(request: HttpRequest) -> HttpResponse:
    """Items under the indicators they carry; those that carry none come first."""
    return render(request, "campaigns/tagged.html", {"tags": content.tags()})
