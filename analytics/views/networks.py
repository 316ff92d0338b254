"""Pages: what the codes of networks are called. Whoever names one sees the name on every page at once."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import labels, naming
from analytics import networks as known
from analytics.forms import NetworkForm
from analytics.models import Network
from analytics.naming import Act
from analytics.networks import Named
from analytics.refusals import NotKept
from analytics.views.reader import countries


@dataclass(frozen=True, slots=True)
class Group:
    """The named networks of one country."""

    country: str
    name: str
    rows: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class Nameless:
    """A code without a name; `row`: that of a name which was taken back."""

    code: str
    country: str
    people: int
    row: Network | None = None


@require_GET
@permission_required("analytics.view_network", raise_exception=True)
def networks(request: HttpRequest) -> HttpResponse:
    """Codes that were met and have no name, then the names by country."""
    own = countries(request)
    rows = known.kept(own)
    context = {
        "nameless": _nameless(own, rows),
        "groups": _groups(own, [row for row in rows if row.name]),
        "none_of_mine": not own,
    }
    return render(request, "analytics/networks.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.add_network", raise_exception=True)
def add(request: HttpRequest) -> HttpResponse:
    """Name a code for the first time; a list of codes without a name leads here with its code."""
    code = request.GET.get("code", "")[:16]
    if Network.objects.filter(pk=code).exists():
        return redirect("analytics:network-change", code)
    initial = {"code": code, "country": known.country_of(code) or request.GET.get("country", "")}
    form = NetworkForm(request.POST or None, countries=countries(request), initial=initial)
    return _edited(request, form, None)


@require_http_methods(["GET", "POST"])
@permission_required("analytics.change_network", raise_exception=True)
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another name; exposures, figures and prices keep the code."""
    row = _row(request, code)
    old = Named(row.code, row.country, row.name, row.source)
    form = NetworkForm(request.POST or None, countries=countries(request), old=old)
    return _edited(request, form, row)


@require_POST
@permission_required("analytics.change_network", raise_exception=True)
def put_back(request: HttpRequest, code: str) -> HttpResponse:
    """Undo the last change of a name."""
    _row(request, code)
    try:
        one = naming.put_back(code, _act(request))
    except NotKept as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(code)s is called %(name)s again.") if one.name else _("%(code)s has no name.")
        messages.success(request, words % {"code": code, "name": one.name})
    return redirect("analytics:networks")


def _edited(request: HttpRequest, form: NetworkForm, row: Network | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        one = form.named()
        try:
            (naming.add if row is None else naming.rename)(one, _act(request))
        except NotKept as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(code)s is called %(name)s from now on.")
            messages.success(request, words % {"code": one.code, "name": one.name})
            return redirect("analytics:networks")
    seen = request.POST.get("seen", "") or (row.changes if row else 0)
    context = {"form": form, "row": row, "seen": seen}
    return render(request, "analytics/network.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest) -> Act:
    """Who presses, and how often the row had been changed when they saw it; nonsense is never."""
    told = request.POST.get("seen", "")
    seen = int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1
    return Act(request.user.get_username(), timezone.now(), seen)


def _row(request: HttpRequest, code: str) -> Network:
    """A network of the reader's countries or of none. Raises Http404."""
    row = get_object_or_404(Network, pk=code)
    if row.country not in ("", *countries(request)):
        raise Http404
    return row


def _nameless(own: list[str], rows: list[Network]) -> list[Nameless]:
    """Codes that were met, then names that were taken back of codes that were not."""
    taken_back = {row.code: row for row in rows if not row.name}
    met = known.unnamed(own)
    found = [
        Nameless(one.code, _country(one.country), one.people, taken_back.pop(one.code, None))
        for one in met
    ]
    return found + [
        Nameless(row.code, _country(row.country), 0, row) for row in taken_back.values()
    ]


def _groups(own: list[str], rows: list[Network]) -> list[Group]:
    found: list[Group] = []
    for country in ["", *own]:
        mine = tuple(row for row in rows if row.country == country)
        found += [Group(country, _country(country), mine)] if mine else []
    return sorted(found, key=lambda group: (not group.country, group.name))


def _country(code: str) -> str:
    return labels.label("country", code) if code else _("Test networks")
