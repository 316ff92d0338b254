"""The pages of all content: the tree of topics, and the wordings of the screens."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from campaigns.editions.content import MENU, ROOT
from campaigns.forms import countries
from campaigns.models import Component, Sort, Status
from campaigns.writing import inventory, items
from campaigns.writing.inventory import Filter, Inventory
from people.countries import CODES
from people.views.reader import whoever

FIELDS = ("kind", "topic", "country", "component")


class Choice(NamedTuple):
    """A list to filter by: its name in the address, its label, what is chosen and what could be."""

    name: str
    label: str
    chosen: str
    options: Sequence[tuple[str, Any]]


@require_GET
@permission_required("campaigns.view_contentitem", raise_exception=True)
def contents(request: HttpRequest) -> HttpResponse:
    """Everything we say, under the menus that list it, with the state of its texts."""
    staff = whoever(request)
    asked = {name: request.GET.get(name, "") for name in FIELDS}
    wanted = Filter(request.GET.get("q", "").strip(), **asked)
    found = inventory.inventory(items.visible(staff), wanted)
    context = {
        "wanted": wanted,
        "found": found,
        "number": found.found(),
        "choices": _choices(found, wanted, staff.countries),
        "counted": _counted(found),
    }
    return _shown(request, "content_tree" if _part(request) else "content", context)


def _choices(found: Inventory, wanted: Filter, own: Sequence[str]) -> list[Choice]:
    """The lists to filter by."""
    topics = [
        (row.item.code, row.title)
        for row in found.rows
        if row.item.parent == ROOT and row.item.kind == MENU
    ]
    kinds = [one for one in Sort.choices if one[0] != Sort.WORDING]
    places = countries([code for code in CODES if code in own])
    components = [one for one in Component.choices if one[0]]
    return [
        Choice("kind", _("Kind"), wanted.kind, kinds),
        Choice("topic", _("Topic"), wanted.topic, topics),
        Choice("country", _("Country"), wanted.country, places),
        Choice("component", _("About"), wanted.component, components),
    ]


def _counted(found: Inventory) -> dict[str, int]:
    """What waits for somebody, over all items."""
    live = [row for row in found.rows if not row.item.retired]
    return {
        "items": sum(row.item.kind != MENU for row in live),
        "drafts": sum(row.state in (Status.DRAFT, Status.REVIEWED) for row in live),
        "returned": sum(row.state == Status.RETURNED for row in live),
        "stale": sum(len(row.stale) for row in live),
        "missing": sum(len(row.missing) for row in live),
    }


@require_GET
@permission_required("campaigns.view_contentitem", raise_exception=True)
def wordings(request: HttpRequest) -> HttpResponse:
    """The short texts of the screens themselves."""
    words = request.GET.get("q", "").strip()
    groups = inventory.wordings(items.visible(whoever(request)), words)
    context = {"groups": groups, "words": words}
    return _shown(
        request, "content_wordings_list" if _part(request) else "content_wordings", context
    )


def _part(request: HttpRequest) -> bool:
    """Whether only the list is asked for; a page gone back to wants all of itself."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def _shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, f"campaigns/{template}.html", context)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
