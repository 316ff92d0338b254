"""What the preview's pages are asked for: an edition or the drafts of now, and whose phone looks at it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.editions.inquiry import AGE, DISTRICT, QUESTIONS, SEX, STATUS
from campaigns.editions.problems import Problem
from campaigns.press import serving
from people import languages
from people.countries import CODES, COUNTRIES
from people.views.reader import whoever
from ussd import drafts
from ussd.operators import Operator, code_of, operators
from ussd.preview import Handset

DRAFT = "draft"
ASKS: Mapping[str, str | Promise] = {
    AGE: gettext_lazy("how old people are"),
    SEX: gettext_lazy("whether they are women or men"),
    STATUS: gettext_lazy("what is true for them"),
    DISTRICT: gettext_lazy("where they are"),
}
OFFERED = 20  # editions to choose from
LETTERS, LATIN = "letters", "latin"  # operators that are not one certain network


@dataclass(frozen=True, slots=True)
class Choice:
    """An edition by its name, or `draft`; and a phone. `begun`: the drafts that its call began with."""

    edition: str
    handset: Handset
    begun: str = ""

    @property
    def draft(self) -> bool:
        return self.edition == DRAFT

    @property
    def operator(self) -> str:
        return self.handset.network or (LETTERS if self.handset.letters else LATIN)

    @property
    def fields(self) -> dict[str, str]:
        """What a form or an address says to ask for the same again."""
        own = self.handset
        return {
            "edition": self.edition,
            "country": own.country,
            "language": own.language,
            "operator": self.operator,
            "asks": own.asks,
        }

    @property
    def address(self) -> str:
        return urlencode(self.fields)


def chosen(request: HttpRequest) -> Choice:
    """What makes no sense is the reader's first country, no language, all letters, the drafts."""
    asked, known = request.POST or request.GET, languages.known()
    country, language = asked.get("country", ""), asked.get("language", "")
    if country not in CODES:
        country = next(iter(whoever(request).countries), CODES[0])
    handset = _handset(country, language, known, asked)
    return Choice(asked.get("edition") or DRAFT, handset, asked.get("begun", ""))


def _handset(country: str, language: str, known: Collection[str], asked: QueryDict) -> Handset:
    operator = asked.get("operator", "")
    here = {one.code: one for one in networks(country)}
    network = here.get(operator)
    letters = network.letters if network else operator != LATIN
    if language.endswith("-Latn") and language in known:
        letters, network = False, None
    own = languages.base(language) if language in known else ""
    asks = asked.get("asks", "")
    return Handset(
        country, own, letters, network.code if network else "", asks if asks in QUESTIONS else ""
    )


def networks(country: str) -> list[Operator]:
    return operators(country, routes.gateways().values())


def service_code(country: str) -> str:
    """The code to dial there; the first of all where the country has none of its own."""
    gateways = routes.gateways().values()
    codes = (code for gateway in gateways for code in gateway.codes)
    return code_of(country, gateways) or next(codes, "")


def edition_of(choice: Choice) -> tuple[Edition | None, tuple[Problem, ...]]:
    """The edition, None where it cannot be shown; and for the drafts what is wrong with them."""
    if not choice.draft:
        return serving.read(choice.edition, routes.shelf()), ()
    own = choice.handset
    tried = drafts.attempt(own.country, own.language, begun=choice.begun)
    return tried.edition, tried.problems


def unreadable(choice: Choice) -> str:
    """Why nothing is shown."""
    if choice.draft:
        return _("Nothing can be shown: what is wrong stands beside the phone.")
    return _("This edition was written by an older release in its own way and cannot be read here.")


def lists(choice: Choice) -> dict[str, Any]:
    """What can be chosen instead."""
    known = languages.known()
    bases = {languages.base(one): one for one in known}
    return {
        "editions": serving.rows()[:OFFERED],
        "countries": [(code, str(COUNTRIES[code].name)) for code in CODES],
        "languages": [known[code] for code in sorted(bases) if code in known],
        "networks": networks(choice.handset.country),
        "questions": [(name, label) for name, label in ASKS.items()],
    }
