"""The page of what goes wrong: since when, and what to do. A look can be had at once."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from operations import standing
from operations.checks import CHECKS
from people.countries import COUNTRIES
from people.views.reader import whoever

if TYPE_CHECKING:
    from operations.models import Trouble

guarded = permission_required("operations.view_trouble", raise_exception=True)


@require_GET
@guarded
def troubles(request: HttpRequest) -> HttpResponse:
    """What stands, and what was over lately."""
    staff, now = whoever(request), timezone.now()
    rows = standing.open_to(staff)
    at = standing.looked_at()
    context = {
        "wrong": [_shown(row) for row in rows if row.wrong],
        "worth": [_shown(row) for row in rows if not row.wrong],
        "over": [_shown(row) for row in standing.over(staff)],
        "at": at,
        "late": at is None or now - at > standing.LATE,
        "checks": [check.label for check in CHECKS.values()],
    }
    return render(request, "operations/troubles.html", context)


def _shown(row: "Trouble") -> dict[str, Any]:
    check, finding = CHECKS.get(row.check_name), row.finding
    return {
        "label": check.label if check else row.check_name,
        "country": COUNTRIES[row.country].name if row.country in COUNTRIES else "",
        "said": finding.sentence(),
        "do": finding.advice(),
        "since": row.since,
        "over": row.over_at,
    }


@require_POST
@guarded
def look(request: HttpRequest) -> HttpResponse:
    """Look now at what waits for no other machine."""
    standing.look(at=timezone.now(), slow=False)
    messages.success(request, gettext("Looked at everything again."))
    return redirect("operations:troubles")
