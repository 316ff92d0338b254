"""Pages: the tables that outsiders may get, for each closed period; released once, then only handed out."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from analytics import definitions, handing, indicators, labels, outside, periods, releasing
from analytics.exports import tidy
from analytics.exports.settled import WITHHELD
from analytics.models import ClosedPeriod, Release, Releasing
from analytics.periods import Period
from analytics.views import files
from analytics.views.reader import countries

Key = tuple[str, date, date]  # indicator, ends, starts
TITLES: dict[str, Promise] = {
    "total": gettext_lazy("Total"),
    "country": gettext_lazy("By country"),
    "channel": gettext_lazy("By channel"),
    "campaign": gettext_lazy("By campaign"),
    "language": gettext_lazy("By language"),
    "sex": gettext_lazy("By sex"),
    "age": gettext_lazy("By age"),
    "sex-age": gettext_lazy("By sex and age"),
    "status": gettext_lazy("By status"),
    "district": gettext_lazy("By district"),
}
NAMES: dict[str, Promise] = {
    "unique": gettext_lazy("Unique"),
    "first_time": gettext_lazy("First time"),
    "cumulative": gettext_lazy("Cumulative"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One closed period of one indicator, released or not yet."""

    code: str
    title: str
    indicator: str
    name: str
    made_by: str
    tables: int
    wish: Releasing | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A released table as a page shows it; None stands for what is withheld."""

    table: str
    title: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]
    withheld: int
    digest: str


@require_GET
@permission_required("analytics.view_release", raise_exception=True)
def outsiders(request: HttpRequest) -> HttpResponse:
    """Every closed period: what may leave, and what has left."""
    return render(request, "analytics/outside.html", _told(request))


@require_GET
@permission_required("analytics.view_release", raise_exception=True)
def offers(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that waits."""
    return render(request, "analytics/outside_offers.html", _told(request))


def _told(request: HttpRequest) -> dict[str, object]:
    found = _offers(countries(request))
    return {"offers": found, "open": any(one.wish and not one.wish.failed for one in found)}


@require_GET
@permission_required("analytics.view_release", raise_exception=True)
def tables(request: HttpRequest, indicator: str, code: str) -> HttpResponse:
    """The released tables of a period, as they stand for ever."""
    found, period = _released(request, indicator, code)
    context = {
        "tables": [_shown(one) for one in found],
        "period": periods.title(period),
        "indicator": indicators.find(indicator),
        "code": code,
        "first": found[0],
        "definitions": definitions,
        "late": _late(indicator, period),
    }
    return render(request, "analytics/outside_tables.html", context)


@require_GET
@permission_required("analytics.view_release", raise_exception=True)
def download(request: HttpRequest, indicator: str, code: str) -> HttpResponse:
    """All tables of a period as one CSV, the same bytes each time."""
    found, period = _released(request, indicator, code)
    name = f"outside-{indicator}-{period.code}.csv"
    rows = [HEADER, *(row for one in found for row in _lines(one, period))]
    return files.csv(tidy.write(rows), name)


@require_POST
@permission_required("analytics.add_release", raise_exception=True)
def release(request: HttpRequest, indicator: str, code: str) -> HttpResponse:
    """Have a worker decide once what leaves of a closed period."""
    period = _mine(request, indicator, code)
    try:
        releasing.ask(indicator, period, by=request.user.get_username(), at=timezone.now())
    except outside.NotReleased as refusal:
        messages.error(request, str(refusal))
    return redirect("analytics:outside")


HEADER = (
    "indicator",
    "rule",
    "from",
    "to",
    "table",
    "category",
    "measure",
    "value",
    "unit",
    "digest",
)


def _lines(one: Release, period: Period) -> list[tuple[object, ...]]:
    head = (one.indicator, f"{one.indicator}/{one.rule}", period.starts, period.ends, one.table)
    return [
        (
            *head,
            " ".join(row.category),
            name,
            WITHHELD if value is None else value,
            handing.UNIT,
            one.digest,
        )
        for row in outside.rows(one)
        for name, value in row.numbers.items()
    ]


def _offers(own: Collection[str]) -> list[Offer]:
    made: dict[Key, list[Release]] = defaultdict(list)
    for one in Release.objects.defer("content", "truth"):
        made[one.indicator, one.ends, one.starts].append(one)
    closed = list(ClosedPeriod.objects.only("indicator", "starts", "ends", "countries"))
    keys = {*made, *((one.indicator, one.ends, one.starts) for one in closed)}
    names = {one.code: one.name for one in indicators.counted()}
    wishes = {(one.indicator, one.ends, one.starts): one for one in Releasing.objects.all()}
    return [
        _offer(key, names.get(key[0], ""), made.get(key, []), wishes.get(key))
        for key in sorted(keys, key=lambda key: (key[1], key[2], key[0]), reverse=True)
        if Period(key[2], key[1]).kind
        and handing.concerns(closed, key[0], Period(key[2], key[1]), own)
    ]


def _offer(key: Key, name: str, made: list[Release], wish: Releasing | None) -> Offer:
    period = Period(key[2], key[1])
    by = made[0].made_by if made else ""
    return Offer(period.code, periods.title(period), key[0], name, by, len(made), wish)


def _released(request: HttpRequest, indicator: str, code: str) -> tuple[list[Release], Period]:
    """Raises Http404 where nothing was released."""
    period = _mine(request, indicator, code)
    found = outside.released(indicator, period)
    if not found:
        raise Http404
    return found, period


def _mine(request: HttpRequest, indicator: str, code: str) -> Period:
    """A closed period of the reader's countries alone. Raises Http404."""
    period = _period(code)
    closed = ClosedPeriod.objects.filter(indicator=indicator)
    if not handing.concerns(
        closed.only("indicator", "starts", "ends", "countries"),
        indicator,
        period,
        countries(request),
    ):
        raise Http404
    return period


def _period(code: str) -> Period:
    try:
        return periods.parse(code)
    except ValueError as error:
        raise Http404 from error


def _shown(one: Release) -> Shown:
    rows = outside.rows(one)
    by = outside.LAYOUT.tables[one.table]
    measures = tuple(rows[0].numbers) if rows else ()
    return Shown(
        table=one.table,
        title=str(TITLES[one.table]),
        names=tuple(str(NAMES[name]) for name in measures),
        rows=tuple((_label(by, row.category), tuple(row.numbers.values())) for row in rows),
        withheld=sum(value is None for row in rows for value in row.numbers.values()),
        digest=one.digest,
    )


def _label(by: tuple[str, ...], category: tuple[str, ...]) -> str:
    words = [labels.label(one, word) for one, word in zip(by, category, strict=True)]
    return ", ".join(words) or _("Total")


def _late(indicator: str, period: Period) -> list[str]:
    """Earlier periods that facts came too late for: told here, because their tables never change."""
    earlier = ClosedPeriod.objects.filter(
        indicator=indicator, ends__lte=period.starts, restatements__isnull=False
    )
    ends = earlier.order_by("starts", "ends").values_list("starts", "ends").distinct()
    return [periods.title(Period(*one)) for one in ends]
