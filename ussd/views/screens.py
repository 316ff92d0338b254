"""All screens of an edition or of the drafts of now, as one phone shows them; to look through and to print."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from campaigns.editions.edition import Edition
from campaigns.models import ContentItem
from ussd import preview
from ussd.atlas import Atlas, Section, Shot, Spot, atlas
from ussd.views.choosing import Choice, chosen, edition_of, lists, unreadable


@dataclass(frozen=True, slots=True)
class Drawn:
    """A spot with the addresses that its screens lead to: each screen's on the preview, the text's editor."""

    spot: Spot
    editor: str
    shots: tuple[tuple[Shot, str], ...]
    below: tuple["Drawn", ...]


@require_GET
@permission_required("ussd.use_simulator", raise_exception=True)
def screens(request: HttpRequest) -> HttpResponse:
    """The tree, its sections closed; `section` opens one, `all` every one of them."""
    choice = chosen(request)
    edition, problems = edition_of(choice)
    if edition is None:
        told = {"trouble": unreadable(choice), "choice": choice}
        return render(request, "ussd/screens.html", told | lists(choice))
    choice = _spoken(replace(choice, begun=edition.id if choice.draft else ""), edition)
    found = atlas(edition, choice.handset)
    context: dict[str, Any] = {
        "choice": choice,
        "spoken": preview.spoken(edition, choice.handset),
        "problems": len(problems),
    }
    show = _section if request.headers.get("HX-Request") else _page
    answer = show(request, choice, found, context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _page(
    request: HttpRequest, choice: Choice, found: Atlas | None, context: dict[str, Any]
) -> HttpResponse:
    """The whole page, with those sections open that are asked for."""
    whole, wanted = "all" in request.GET, request.GET.get("section", "")
    if found:
        draw = _Drawing(request, choice)
        shown = [(one, whole or one.name == wanted) for one in found.sections]
        context["sections"] = draw.sections(shown)
        context["main"] = draw.spots([found.main], deep=False)[0]
        context["count"] = found.count
    return render(request, "ussd/screens.html", context | {"whole": whole} | lists(choice))


def _section(
    request: HttpRequest, choice: Choice, found: Atlas | None, context: dict[str, Any]
) -> HttpResponse:
    """One section alone."""
    wanted = request.GET.get("section", "")
    section = next((one for one in found.sections if one.name == wanted), None) if found else None
    if section is None:
        raise Http404
    context["spots"] = _Drawing(request, choice).spots(section.spots)
    return render(request, "ussd/screens_section.html", context)


def _spoken(choice: Choice, edition: Edition) -> Choice:
    """With the first language of the country where none was chosen."""
    own = choice.handset
    offer = edition.offer(own.country, own.start.budget)
    if own.language in offer.languages:
        return choice
    return replace(choice, handset=replace(own, language=next(iter(offer.languages), "")))


class _Drawing:
    """Spots with their addresses, as one reader gets them."""

    def __init__(self, request: HttpRequest, choice: Choice) -> None:
        self.edits = request.user.has_perm("campaigns.view_contentitem")
        self.phone = f"{reverse('ussd:preview')}?{choice.address}"

    def sections(
        self, sections: Iterable[tuple[Section, bool]]
    ) -> list[tuple[Section, list[Drawn] | None]]:
        """Each section with what is drawn of it: None where it is closed."""
        every = list(sections)
        codes = self._known([spot for one, opened in every if opened for spot in one.spots])
        return [
            (one, [self._drawn(spot, codes) for spot in one.spots] if opened else None)
            for one, opened in every
        ]

    def spots(self, spots: Iterable[Spot], *, deep: bool = True) -> list[Drawn]:
        every = list(spots)
        codes = self._known(every)
        return [self._drawn(spot, codes, deep=deep) for spot in every]

    def _known(self, spots: Iterable[Spot]) -> set[str]:
        """The content that any of them may be, in one query."""
        if not self.edits:
            return set()
        wanted = {code for spot in spots for one in spot.all() for code in one.codes()}
        found = ContentItem.objects.filter(code__in=wanted)
        return set(found.values_list("code", flat=True))

    def _drawn(self, spot: Spot, codes: set[str], *, deep: bool = True) -> Drawn:
        code = next(filter(codes.__contains__, spot.codes()), "")
        return Drawn(
            spot,
            reverse("campaigns:item", args=[code]) if code else "",
            tuple((shot, self._walked(shot)) for shot in spot.shots),
            tuple(self._drawn(one, codes) for one in spot.below) if deep else (),
        )

    def _walked(self, shot: Shot) -> str:
        """The preview with the screen on it; "" where no keys lead there."""
        if shot.keys is None:
            return ""
        return f"{self.phone}&{urlencode([('open', '1'), *(('said', key) for key in shot.keys)])}"
