"""The pages of editions: what is served, what would be published now, what changed, and the way back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from campaigns.blasts import routes
from campaigns.editions.edition import Edition, Kind
from campaigns.editions.problems import Problem, Refused
from campaigns.models import Edition as Row
from campaigns.press import announcing, publishing, serving
from campaigns.views.differences import difference
from campaigns.views.effects import changed
from campaigns.views.problems import grouped
from campaigns.writing.workbench import house_kind
from people import languages
from people.views.reader import whoever

SEE, PUBLISH = "campaigns.view_edition", "campaigns.publish_edition"


@require_GET
@permission_required(SEE, raise_exception=True)
def editions(request: HttpRequest) -> HttpResponse:
    """What is served now and to whom, what is missing in it, and what was served before."""
    now, names = serving.serving(routes.gateways().values(), routes.shelf()), _names()
    context = {
        "now": [_served(one, names) for one in now],
        "history": serving.history(),
        "choices": serving.rows()[: serving.LISTED],
        "kinds": _kinds(),
        "house": house_kind(),
    }
    return render(request, "campaigns/editions.html", context)


@require_GET
@permission_required(SEE, raise_exception=True)
def edition(request: HttpRequest, name: str) -> HttpResponse:
    """One edition: what is in it, what is not, how it differs from what is served, and serving it again."""
    row = get_object_or_404(serving.rows(), hash=name)
    found = serving.read(name, routes.shelf())
    newest = serving.newest(Kind(row.kind))
    current = newest is not None and newest.hash == name
    lost = sorted(set(newest.languages) - set(row.languages)) if newest and not current else []
    names = _names()
    context = {
        "row": row,
        "readable": found is not None,
        "spoken": _spoken(serving.spoken(found), names) if found else [],
        "left_out": grouped(_left_out(row)),
        "current": current,
        "newest": newest,
        "lost": [(code, names.language(code)) for code in lost],
        "publications": row.publications.select_related("by"),
    }
    return render(request, "campaigns/edition.html", context)


@require_GET
@permission_required(SEE, raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Two editions of the list, `old` and `new`, change by change."""
    names = request.GET.get("old", ""), request.GET.get("new", "")
    rows = {row.hash: row for row in serving.rows().filter(hash__in=names)}
    if set(names) - rows.keys():
        raise Http404(_("There is no such edition."))
    old, new = (serving.read(name, routes.shelf()) for name in names)
    context = {"old": rows[names[0]], "new": rows[names[1]], "readable": bool(old and new)}
    if old and new:
        context |= difference(old, new)
    part = "edition_difference" if _part(request) else "edition_compare"
    return render(request, f"campaigns/{part}.html", context)


@require_GET
@permission_required(SEE, raise_exception=True)
def draft(request: HttpRequest) -> HttpResponse:
    """What publishing now would give. Compiling takes up to seconds: the page asks for it afterwards."""
    kind = _kind(request.GET.get("kind", ""))
    context: dict[str, Any] = {"kind": kind, "kinds": _kinds()}
    part = _part(request)
    if part or "now" in request.GET:
        context |= _draft(kind)
    return render(request, f"campaigns/{'publish_draft' if part else 'publish'}.html", context)


@require_POST
@permission_required(PUBLISH, raise_exception=True)
def publish(request: HttpRequest) -> HttpResponse:
    """Publish what was looked at; pressed twice, the second time says that nothing changed."""
    kind = _kind(request.POST.get("kind", ""))
    try:
        done = publishing.publish(
            kind,
            by=whoever(request),
            at=timezone.now(),
            shelf=routes.shelf(),
            dropping=request.POST.getlist("dropping"),
            expecting=request.POST.get("edition", ""),
        )
    except publishing.Changed:
        said = _("Nothing was published: the content has changed since you looked. Look once more.")
        messages.error(request, said)
    except Refused as refused:
        messages.error(request, _refusal(refused))
    else:
        _say(request, done)
        return redirect("campaigns:editions")
    return redirect(f"{reverse('campaigns:edition-draft')}?kind={kind}")


@require_POST
@permission_required(PUBLISH, raise_exception=True)
def roll_back(request: HttpRequest, name: str) -> HttpResponse:
    """Serve that edition's content again."""
    row = get_object_or_404(Row.objects.defer("body"), hash=name)
    try:
        done = publishing.roll_back(
            row,
            by=whoever(request),
            at=timezone.now(),
            shelf=routes.shelf(),
            dropping=request.POST.getlist("dropping"),
        )
    except Refused as refused:
        messages.error(request, _refusal(refused))
        return redirect("campaigns:edition", name=name)
    _say(request, done)
    return redirect("campaigns:editions")


def _part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of the page; a form that it sends for the browser gets the whole."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")


def _say(request: HttpRequest, done: publishing.Published) -> None:
    if done.new:
        said = _(
            "Edition %(edition)s is served now: to each new session, everywhere within seconds."
        )
        messages.success(request, said % {"edition": done.edition.id})
    else:
        said = _("Nothing changed: edition %(edition)s is served already.")
        messages.info(request, said % {"edition": done.edition.id})


def _refusal(refused: Refused) -> str:
    return " ".join([_("Nothing was published."), *map(str, refused.problems[:3])])


def _served(one: serving.Serving, names: announcing.Names) -> dict[str, Any]:
    return {
        "row": one.row,
        "real": one.real,
        "gateways": [gateway.name for gateway in one.gateways],
        "spoken": _spoken(one.spoken, names),
        "left_out": grouped(_left_out(one.row)),
        "before": one.before,
        "loses": one.before and set(one.row.languages) - set(one.before.languages),
    }


def _spoken(found: dict[str, tuple[str, ...]], names: announcing.Names) -> list[tuple[str, str]]:
    """(language, its countries), in words."""
    return [(names.language(code), announcing.countries(where)) for code, where in found.items()]


def _names() -> announcing.Names:
    return announcing.Names({}, languages.known())


def _left_out(row: Row) -> list[Problem]:
    return [Problem.from_json(raw) for raw in row.left_out]


def _draft(kind: Kind) -> dict[str, Any]:
    """The draft with all that stands against it, or all that it would change."""
    now = publishing.served(kind)
    made = publishing.draft(kind, at=timezone.now(), dropping=now)
    shown: dict[str, Any] = {
        "made": made,
        "problems": grouped(made.problems),
        "left_out": grouped(made.left_out),
    }
    if made.edition is None:
        return shown
    lost = sorted(now - set(made.edition.words))
    newest, names = serving.newest(kind), _names()
    return shown | {
        "lost": [(code, names.language(code)) for code in lost],
        "newest": newest,
        "same": newest is not None and newest.hash == made.edition.id,
        "gateways": [
            one.name
            for one in routes.gateways().values()
            if kind.may_serve(simulated=one.simulated)
        ],
        "spoken": _spoken(serving.spoken(made.edition), names),
        **_against(newest, made.edition),
    }


def _against(newest: Row | None, made: Edition) -> dict[str, Any]:
    """How it differs from what is served now; nothing where there is none, or none that can be read."""
    old = serving.read(newest.hash, routes.shelf()) if newest else None
    if old is None:
        return {"compared": False}
    return {"compared": True, "heard": changed(old, made), **difference(old, made)}


def _kinds() -> list[Kind]:
    """What this house may publish from a page: its own kind, and a demonstration for simulated phones."""
    return list(dict.fromkeys((house_kind(), Kind.DEMONSTRATION)))


def _kind(asked: str) -> Kind:
    known = _kinds()
    return next((kind for kind in known if kind == asked), known[0])
