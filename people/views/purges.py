"""Page: how long what is kept, and what was purged when."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from analytics import recounts
from people import purged


@require_GET
@permission_required("people.view_purgerun", raise_exception=True)
def purges(request: HttpRequest) -> HttpResponse:
    """Counts of rows only: of whom, nobody can say."""
    now = timezone.now()
    lines = purged.lines(at=now)
    context = {
        "lines": lines,
        "days": purged.days(at=now),
        "standing": purged.standing(lines),
        "late": any(line.late for line in lines),
        "span": purged.DAYS,
        "recounts": recounts.possible(),
    }
    return render(request, "people/purges.html", context)
