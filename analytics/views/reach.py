"""The reach page: the donor's number with its definition, stricter numbers beside it, and its breakdowns."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analytics import charts, closing, definitions, indicators, labels, methods, periods, recounts
from analytics.charts import Chart, Lane
from analytics.counting import Numbers
from analytics.exports import tidy
from analytics.forms import EXTRA, ReachForm
from analytics.indicators import Overview
from analytics.models import ClosedPeriod
from analytics.questions import Cell
from analytics.sieves import Sieve
from analytics.targets import Goal
from analytics.views import files
from analytics.views.reader import countries
from analytics.views.sheet import mirrored, query, sieve_of

guarded = permission_required("analytics.view_reach", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One category of a breakdown; `width` is its part of the largest one, in percent."""

    label: str
    numbers: Numbers
    width: int

    @property
    def rest(self) -> int:
        """Where the bar starts when the page is read from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class Section:
    """One breakdown as a table with bars; `overlapping` when a number may stand in several rows."""

    dimension: str
    title: str
    rows: tuple[Row, ...]
    overlapping: bool


@dataclass(frozen=True, slots=True)
class Aimed:
    """The period's number against what was to be reached in it. `share`: in percent, None of a target of 0."""

    goal: Goal
    share: int | None
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Closed:
    """What the period was closed with."""

    row: ClosedPeriod
    total: Numbers


@guarded
@require_GET
def reach(request: HttpRequest) -> HttpResponse:
    form, found = _asked(request)
    sieve = sieve_of(form)
    method = (
        methods.counted(sieve, [()], counted_at=found.counted_at)()
        if "how" in request.GET
        else None
    )
    if method and request.headers.get("HX-Request"):
        return render(request, "analytics/how.html", {"method": method})
    context = {
        "form": form,
        "found": found,
        "sieve": sieve,
        "aimed": _aimed(found),
        "closed": _closed(sieve),
        "period": periods.title(found.period),
        "sections": [_section(one, cells) for one, cells in found.tables.items()],
        "countries": [labels.label("country", one) for one in sieve.countries],
        "everywhere": sieve.scope is None,
        "recounts": recounts.possible(countries=sieve.countries),
        "definitions": definitions,
        "query": query(request),
        "method": method,
    }
    return render(request, "analytics/reach.html", context)


@guarded
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """What the page shows, as CSV."""
    _form, found = _asked(request)
    name = f"reach-{found.indicator.code}-{found.period.code.replace('/', '_')}.csv"
    return files.csv(tidy.overview(found), name)


def _asked(request: HttpRequest) -> tuple[ReachForm, Overview]:
    now = timezone.now()
    form = ReachForm(request.GET or None, at=now, countries=countries(request))
    chosen = form.chosen()
    found = indicators.overview(
        chosen.indicator,
        chosen.period,
        ("country", "channel", chosen.by or EXTRA[1]),
        countries=chosen.countries,
        campaign=chosen.campaign,
        at=now,
    )
    return form, found


def _aimed(found: Overview) -> Aimed | None:
    if found.goal is None:
        return None
    actual, aimed = found.total.reached.unique, found.goal.value
    chart = charts.lanes(
        [
            Lane(_("Reached"), ((0, actual, 0),), charts.number(actual)),
            Lane(_("Target"), ((0, aimed, 2),), charts.number(aimed)),
        ],
        title=_("Reached in the period against its target"),
        mirrored=mirrored(),
    )
    return Aimed(found.goal, found.goal.share(actual), chart)


def _closed(sieve: Sieve) -> Closed | None:
    """The frozen number of the whole period, for who looks at all of it: late facts move only what is counted now."""
    if sieve.scope is not None or sieve.campaign:
        return None
    found = next(iter(closing.closed(sieve.indicator.code, sieve.period)), None)
    return Closed(found, closing.table_of(found)[()][()]) if found else None


def _section(dimension: str, cells: Mapping[Cell, Numbers]) -> Section:
    largest = max((one.reached.unique for one in cells.values()), default=0) or 1
    rows = [
        Row(labels.label(dimension, cell[0]), one, round(100 * one.reached.unique / largest))
        for cell, one in cells.items()
    ]
    if dimension != "month":
        rows.sort(key=lambda row: -row.numbers.reached.unique)
    overlapping = dimension in ("country", "channel", "campaign", "month")
    return Section(dimension, str(labels.DIMENSIONS[dimension]), tuple(rows), overlapping)
