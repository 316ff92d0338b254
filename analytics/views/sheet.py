"""What all pages of figures share: the filters in the address, the page, its tables as files, its methods."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_GET

from analytics import indicators, labels, periods
from analytics.exports import tidy
from analytics.forms import SieveForm
from analytics.sheets import Sheet, Table
from analytics.sieves import Sieve
from analytics.views import files
from analytics.views.reader import countries

OWN: Final = ("csv", "how")  # words of an address that choose nothing


def page(make: Callable[[HttpRequest, Sieve], Sheet]) -> Callable[[HttpRequest], HttpResponse]:
    """A view out of what makes the sheet for what the address asks."""

    @permission_required("analytics.view_reach", raise_exception=True)
    @require_GET
    def view(request: HttpRequest) -> HttpResponse:
        form = SieveForm(request.GET or None, at=timezone.now(), countries=countries(request))
        sieve = sieve_of(form)
        with indicators.one_moment():
            sheet = make(request, sieve)
        return answered(request, sheet, sieve, form)

    return view


def answered(request: HttpRequest, sheet: Sheet, sieve: Sieve, form: SieveForm) -> HttpResponse:
    """The page, one of its tables as a file, or how one of them is counted."""
    if "csv" in request.GET:
        return _file(sheet, _named(sheet, request.GET["csv"]), sieve)
    asked = request.GET.get("how", "")
    if asked and request.headers.get("HX-Request"):
        return render(request, "analytics/how.html", {"method": _named(sheet, asked).method()})
    context = {
        "sheet": sheet,
        "form": form,
        "sieve": sieve,
        "period": periods.title(sieve.period),
        "countries": [labels.label("country", one) for one in sieve.countries],
        "everywhere": sieve.scope is None,
        "query": query(request),
        "how": asked,
        "method": _named(sheet, asked).method() if asked else None,
    }
    return render(request, "analytics/sheet.html", context)


def query(request: HttpRequest) -> str:
    """The filters alone, for addresses that lead on."""
    chosen = request.GET.copy()
    for one in OWN:
        chosen.pop(one, None)
    return chosen.urlencode()


def sieve_of(form: SieveForm) -> Sieve:
    chosen = form.chosen()
    indicator = indicators.find(chosen.indicator)
    return Sieve(
        indicator=indicator,
        rule=indicators.rule_of(indicator.code, chosen.period.starts),
        period=chosen.period,
        own=form.own,
        countries=chosen.countries,
        campaign=chosen.campaign,
        at=form.at,
    )


def mirrored() -> bool:
    """Whether the reader's page is read from the right."""
    return bool(get_language_bidi())


def asked_to_count(request: HttpRequest, sieve: Sieve) -> bool:
    """Dear counts only on request."""
    return not sieve.dear or request.GET.get("count") == "now"


def _named(sheet: Sheet, key: str) -> Table:
    found = sheet.table(key)
    if found is None:
        raise Http404
    return found


def _file(sheet: Sheet, table: Table, sieve: Sieve) -> HttpResponse:
    """One table, with what it is of in each line."""
    span = sieve.period.code.replace("/", "_")
    said: tuple[Any, ...] = (
        sieve.indicator.code,
        str(sieve.rule),
        sieve.period.starts,
        sieve.period.ends,
        " ".join(sieve.countries),
        sieve.campaign,
    )
    head, *rows = table.lines()
    names = ("indicator", "rule", "from", "to", "countries", "campaign")
    lines = [(*names, *head), *((*said, *row) for row in rows)]
    name = f"{sheet.name}-{table.key}-{sieve.indicator.code}-{span}.csv"
    return files.csv(tidy.write(lines), name)
