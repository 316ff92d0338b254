"""Pages of administrators: the badges by which programs of partners read the JSON API."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import badges as rules
from people.forms import BadgeForm
from people.views.reader import whoever

if TYPE_CHECKING:
    from people.models import Badge


@require_GET
@permission_required("people.view_badge", raise_exception=True)
def badges(request: HttpRequest) -> HttpResponse:
    """Every badge of the own countries: what it opens, since when it was last used."""
    now = timezone.now()
    found = rules.seen_by(whoever(request))
    rows = [(one, _scopes(one), one.ended_at is None and one.expires_at > now) for one in found]
    context = {"rows": rows, "most": rules.MOST}
    return render(request, "people/badges.html", context)


def _scopes(badge: "Badge") -> list[str]:
    """What it opens, in the reader's words."""
    return [str(rules.SCOPES[one].name) for one in badge.scopes if one in rules.SCOPES]


@require_http_methods(["GET", "POST"])
@permission_required("people.add_badge", raise_exception=True)
def give(request: HttpRequest) -> HttpResponse:
    """A new badge; the answer shows it, this once."""
    by = whoever(request)
    form = BadgeForm(request.POST or None, countries=by.countries)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        given = rules.give(
            told["partner"],
            told["scopes"],
            told["countries"],
            told["days"],
            by=by,
            at=timezone.now(),
        )
        answer = render(request, "people/badge.html", {"given": given})
        answer["Cache-Control"] = "no-store"
        return answer
    return render(
        request, "people/badge_give.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
@permission_required("people.change_badge", raise_exception=True)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A badge opens nothing any more."""
    by = whoever(request)
    badge = get_object_or_404(rules.seen_by(by), pk=pk)
    if rules.end(badge, by=by, at=timezone.now()):
        messages.success(request, _("The badge %(mark)s is ended.") % {"mark": badge.mark})
    else:
        messages.info(request, _("It was over already."))
    return redirect("people:badges")
