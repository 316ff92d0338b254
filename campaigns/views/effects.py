"""What publishing would change in understanding, one language at a time: a part of the page of the next edition."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from campaigns.blasts import routes
from campaigns.confusions import told
from campaigns.editions import asked
from campaigns.editions.content import SOURCE
from campaigns.editions.edition import Edition, Kind
from campaigns.press import serving
from campaigns.writing import teaching
from campaigns.writing.workbench import house_kind
from people import languages
from people.languages import Language
from understanding import unseen

SEE = "campaigns.view_edition"


@require_GET
@permission_required(SEE, raise_exception=True)
def effect(request: HttpRequest) -> HttpResponse:
    """The ways of asking that would be published against those that are served, each left out once.

    A second or so for one language: the page asks for each by itself.
    """
    known = languages.known().get(request.GET.get("language", SOURCE))
    kind = Kind.DEMONSTRATION if request.GET.get("kind") == Kind.DEMONSTRATION else house_kind()
    if known is None:
        raise Http404
    newest = serving.newest(kind)
    served = serving.read(newest.hash, routes.shelf()) if newest else None
    before = asked.examples(served, known.code) if served else {}
    after = teaching.drafted(known.code, at=timezone.now(), kind=kind)
    found = told(unseen.effect(before, after, known.code))
    part = "effect" if request.headers.get("HX-Request") else "effect_page"
    context = {"told": found, "language": known, "kind": kind}
    return render(request, f"campaigns/{part}.html", context)


def changed(old: Edition, new: Edition) -> list[Language]:
    """Languages in which people would be heard otherwise than now."""
    known = languages.known()
    bases = sorted({*old.phrasings, *new.phrasings})
    moved = [one for one in bases if asked.examples(old, one) != asked.examples(new, one)]
    return [known[one] for one in moved if one in known]
