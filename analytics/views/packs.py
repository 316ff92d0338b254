"""Pages: evidence packs of other deployments, counted again and side by side with ours."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics import closing, foreign
from analytics.models import ForeignPack

SHOWN = 50


@require_GET
@permission_required("analytics.view_foreignpack", raise_exception=True)
def packs(request: HttpRequest) -> HttpResponse:
    """What was brought in, and the numbers of several deployments in one period."""
    rows = list(ForeignPack.objects.all()[:SHOWN])
    context = {
        "comparisons": [(one, closing.title(one.period)) for one in foreign.comparisons()],
        "rows": rows,
        "waits": any(row.state == ForeignPack.State.WAITING for row in rows),
    }
    part = (
        "analytics/packs_brought.html"
        if request.headers.get("HX-Request")
        else "analytics/packs.html"
    )
    answer = render(request, part, context)
    if request.headers.get("HX-Request") and not context["waits"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@permission_required("analytics.add_foreignpack", raise_exception=True)
def bring(request: HttpRequest) -> HttpResponse:
    """Take in a pack; a worker counts it again before anything of it is shown."""
    file = request.FILES.get("pack")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("analytics:packs")
    try:
        name, by = file.name or "pack", request.user.get_username()
        foreign.accept(file.chunks(), name=name, by=by, at=timezone.now())
    except foreign.NotTaken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Taken in. It is counted again before anything of it is shown.")
        )
    return redirect("analytics:packs")
