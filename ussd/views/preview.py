"""Any edition, or the drafts of now, on a phone that leaves no trace: what was pressed is in the page alone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.blasts import routes
from campaigns.blasts.reasons import titles
from campaigns.editions.edition import Edition
from campaigns.editions.problems import Problem
from campaigns.press import attempting, serving
from campaigns.views.problems import grouped
from people import languages
from people.countries import CODES, COUNTRIES
from ussd import preview
from ussd.preview import Handset
from ussd.views.simulator import LONGEST

DRAFT = "draft"
INPUTS_MOST = 60  # keys that a page keeps
OFFERED = 20  # editions to choose from


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page is asked to show; `said` None: the phone has not dialled."""

    edition: str
    handset: Handset
    item: str
    said: tuple[str, ...] | None

    @property
    def address(self) -> str:
        """The query that opens it again from its beginning."""
        own = self.handset
        return urlencode(
            {
                "edition": self.edition,
                "country": own.country,
                "language": own.language,
                "operator": "letters" if own.letters else "latin",
                "item": self.item,
            }
        )


@require_http_methods(["GET", "POST"])
@permission_required("ussd.use_simulator", raise_exception=True)
def phone(request: HttpRequest) -> HttpResponse:
    """The page, opened on an item where one is named; each press sends all earlier ones with it."""
    known = languages.known()
    wish = _wish(request.POST or request.GET, list(getattr(request.user, "countries", [])), known)
    edition, problems = _edition(wish)
    if request.method == "POST":
        wish = _pressed(wish, request.POST)
    elif wish.item and edition:
        wish = _opened(wish, edition)
    context = {
        "wish": wish,
        "problems": grouped(one for one in problems if wish.item in ("", one.code)),
        "elsewhere": grouped(one for one in problems if wish.item not in ("", one.code)),
        "draft": wish.edition == DRAFT,
        **_shown(wish, edition),
    }
    if request.headers.get("HX-Request"):
        return render(request, "ussd/preview_phone.html", context)
    return render(request, "ussd/preview.html", context | _choices(known))


def _wish(asked: QueryDict, own: list[str], known: dict[str, languages.Language]) -> Wish:
    """What makes no sense is the reader's first country, no language, the draft."""
    country, language = asked.get("country", ""), asked.get("language", "")
    if country not in CODES:
        country = next(iter(own), CODES[0])
    language = language if language in known else ""
    latin = asked.get("operator") == "latin" or language.endswith("-Latn")
    handset = Handset(country, languages.base(language) if language else "", letters=not latin)
    said = tuple(asked.getlist("said")[-INPUTS_MOST:]) if "open" in asked else None
    return Wish(asked.get("edition") or DRAFT, handset, asked.get("item", "")[:64], said)


def _edition(wish: Wish) -> tuple[Edition | None, tuple[Problem, ...]]:
    if wish.edition != DRAFT:
        return serving.read(wish.edition, routes.shelf()), ()
    tried = attempting.attempt(wish.handset.country, wish.handset.language, at=timezone.now())
    return tried.edition, tried.problems


def _pressed(wish: Wish, told: QueryDict) -> Wish:
    word = (told.get("key") or told.get("word", "")).strip()[:LONGEST]
    said: tuple[str, ...] | None
    if "hang" in told:
        said = None
    elif wish.said is None:
        said = ()
    else:
        said = (*wish.said, word) if word else wish.said
    return Wish(wish.edition, wish.handset, wish.item, said)


def _opened(wish: Wish, edition: Edition) -> Wish:
    """On the item's own screen, where keys lead to it."""
    if not wish.handset.language:
        offer = edition.offer(wish.handset.country, wish.handset.start.budget)
        first = next(iter(offer.languages), "")
        handset = Handset(wish.handset.country, first, letters=wish.handset.letters)
        wish = Wish(wish.edition, handset, wish.item, None)
    return Wish(
        wish.edition, wish.handset, wish.item, preview.way(edition, wish.handset, wish.item)
    )


def _shown(wish: Wish, edition: Edition | None) -> dict[str, Any]:
    if edition is None:
        trouble = _("Nothing can be shown: what is wrong stands beside the phone.")
        old = _(
            "This edition was written by an older release in its own way and cannot be read here."
        )
        return {"trouble": trouble if wish.edition == DRAFT else old}
    look = preview.look(edition, wish.handset, wish.said) if wish.said is not None else None
    language = preview.spoken(edition, wish.handset)
    item = (look.item if look else "") or wish.item
    country = wish.handset.country
    known = edition.items.get(item)
    return {
        "look": look,
        "keys": wish.said or (),
        "spoken": language,
        "item": item if known else "",
        "title": titles([item], language or "en")[item] if item else "",
        "sms": preview.sms(edition, item, language, country) if known else None,
        "chat": preview.chat(edition, item, language, country) if known else "",
        "absent": bool(wish.item) and wish.said is None,
    }


def _choices(known: dict[str, languages.Language]) -> dict[str, Any]:
    bases = {languages.base(one): one for one in known}
    return {
        "editions": serving.rows()[:OFFERED],
        "countries": [(code, str(COUNTRIES[code].name)) for code in CODES],
        "languages": [known[code] for code in sorted(bases) if code in known],
    }
