"""Page: the indicator performance tracking table, to be printed or taken as CSV once every reason is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from analytics import definitions, indicators, iptt, periods, projects, schemes, targets
from analytics.exports import tracking
from analytics.goal_forms import Styled
from analytics.iptt import Flag, Line
from analytics.models import Indicator
from analytics.periods import Period
from analytics.refusals import NotKept
from analytics.targets import Act
from analytics.views import files
from analytics.views.reader import countries


@dataclass(frozen=True, slots=True)
class Group:
    """One indicator and its periods."""

    first: Line
    last: Line  # the longest period: its source of verification covers the others
    lines: tuple[Line, ...]


class TableForm(Styled):
    """Which year, in whose words."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), required=False, coerce=int)
    scheme = forms.ChoiceField(label=gettext_lazy("Words of"), required=False)

    def __init__(self, data: dict[str, str], *, at: datetime) -> None:
        this = periods.day_of(at).year
        oldest = min(projects.current().starts.year, this)
        super().__init__({"year": str(this), "scheme": "", **data})
        years = [(year, str(year)) for year in range(this, oldest - 1, -1)]
        first = ("", _("the first that has one"))
        names = [first, *((one.name, one.name) for one in schemes.known())]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.fields["scheme"].choices = names  # type: ignore[attr-defined]

    def lines(self, countries: Sequence[str], at: datetime) -> list[Line]:
        """What was asked for; nonsense is this year in the first scheme's words."""
        told = self.cleaned_data if self.is_valid() else {}
        asked = iptt.usual(at, told.get("year") or None)
        found = iptt.lines(asked, countries=countries, at=at, scheme=told.get("scheme", ""))
        return [
            line for line in found if line.period.begin <= at or Flag.NO_TARGET not in line.flags
        ]


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def table(request: HttpRequest) -> HttpResponse:
    """Every indicator in every usual period of a year, with what is still to be said."""
    now = timezone.now()
    form = TableForm(request.GET.dict(), at=now)
    found = form.lines(countries(request), now)
    place = indicators.place_of(countries(request))
    context = {
        "form": form,
        "groups": _groups(found),
        "due": len(iptt.due(found)),
        "REASON_DUE": Flag.REASON_DUE,
        "may_explain": place is not None and request.user.has_perm("analytics.add_deviation"),
        "none_of_mine": not countries(request),
        "definitions": definitions,
        "query": request.GET.urlencode(),
        "now": now,
    }
    return render(request, "analytics/iptt.html", context)


@require_GET
@permission_required("analytics.view_reach", raise_exception=True)
def download(request: HttpRequest) -> HttpResponse:
    """The table as CSV; not while a reason is due."""
    now = timezone.now()
    found = TableForm(request.GET.dict(), at=now).lines(countries(request), now)
    if missing := len(iptt.due(found)):
        words = ngettext(
            "%(count)s line lies more than 10 %% off its target: give the reason first.",
            "%(count)s lines lie more than 10 %% off their targets: give the reasons first.",
            missing,
        )
        messages.error(request, words % {"count": missing})
        return redirect(_address(request.GET.urlencode()))
    return files.csv(tracking.write(found), "iptt.csv")


@require_POST
@permission_required("analytics.add_deviation", raise_exception=True)
def explain(request: HttpRequest) -> HttpResponse:
    """Why an actual lies far from its target."""
    one = get_object_or_404(Indicator, pk=request.POST.get("indicator", "")[:20])
    place = indicators.place_of(countries(request))
    if place is None:
        raise Http404
    act = Act(request.user.get_username(), timezone.now(), place)
    try:
        targets.explain(one, _period(request), request.POST.get("reason", "")[:1000], act)
    except NotKept as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The reason stands in the table."))
    return redirect(_address(request.POST.get("query", "")))


def _period(request: HttpRequest) -> Period:
    try:
        return periods.parse(request.POST.get("period", ""))
    except ValueError as error:
        raise Http404 from error


def _address(query: str) -> str:
    return reverse("analytics:iptt") + (f"?{query}" if query else "")


def _groups(found: Sequence[Line]) -> list[Group]:
    by: dict[str, list[Line]] = {}
    for line in found:
        by.setdefault(line.indicator, []).append(line)
    return [Group(lines[0], lines[-1], tuple(lines)) for lines in by.values()]
