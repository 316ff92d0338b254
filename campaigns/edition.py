"""The edition: one immutable published set of all content, as ussd and bot serve it (D5).

Plain values, no Django. A published edition is a JSON file whose name is the hash of its content, so
that a pinned session meets the same screens in every process, today and after a restart.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from campaigns.tokens import EVERYBODY, LISTED, Number, Option, Tokens, choose, fill

BACK = "<"  # a move that goes where the caller came from; from the first screen it leaves
SWITCH = "="  # a move "=am" takes up Amharic and its main menu
MAIN, LANGUAGES, HELP, BYE = "main", "lang", "help", "bye"
LANGUAGES_AGAIN = "lang.again"  # the same list, reached by the key 9: its 0 goes back
ASK, FOUND, NOTHING = "ask", "ask.found", "ask.none"
CHOICES_MARK = "{choices}"  # where the screen `ask.found` takes the answers found
# Keys that mean the same on every screen (D6); a screen's own moves come first.
EVERYWHERE: Mapping[str, str] = {
    "0": BACK,
    "00": MAIN,
    "8": HELP,
    "9": LANGUAGES_AGAIN,
    "99": BYE,
}


class BadEdition(ValueError):  # noqa: N818 (a name that says what is wrong)
    """The text is not an edition, or not the one its name promises."""


class Kind(StrEnum):
    """`live` demands approvals and verified numbers; `demonstration` says so on every screen."""

    LIVE = "live"
    DEMONSTRATION = "demonstration"


MARKS: Mapping[Kind, str] = {Kind.LIVE: "", Kind.DEMONSTRATION: "DEMO "}  # before all it says


class Budget(NamedTuple):
    """Longest screen an operator shows, in units of each encoding; ucs2 0: it cannot show that script."""

    gsm: int = 156
    ucs2: int = 66


STANDARD = Budget()


@dataclass(frozen=True, slots=True)
class Rendered:
    """One item in one language. Tokens like `{hotline}` are still inside `body` and `sms`."""

    title: str
    body: str
    sms: str
    short: str  # menu label, 20 characters at most
    options: tuple[str, ...] = ()  # of a quiz item
    audio: str = ""  # address of the text read aloud; chat offers it


@dataclass(frozen=True, slots=True)
class Item:
    """One thing we say. `indicators` are codes of the donor's scheme ("3.3", "2.7")."""

    id: str
    kind: str
    topic: str
    indicators: tuple[str, ...]
    sensitive: bool
    countries: tuple[str, ...]
    component: str  # risk, rights, safe or help
    source: str
    dated: str
    texts: Mapping[str, Rendered]
    correct: int | None = None  # of a quiz item: its right option, from 0
    explains: str = ""  # of a quiz item: the answer that says why

    def serves(self, country: str) -> bool:
        return EVERYBODY in self.countries or country in self.countries

    def place(self, country: str) -> str:
        """The country whose numbers belong into this item when somebody in `country` reads it."""
        return country if self.serves(country) else self.countries[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A curated answer with its tokens filled; `source`, `date` and `audio` may be empty."""

    text: str
    source: str
    date: str
    audio: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One USSD screen, measured. `wrong` is the same screen under the line "not a choice".

    `place` is the static name of the screen, `item` the content item it shows ("" on menus and
    notices). `moves` maps an input to the next place.
    """

    place: str
    text: str
    wrong: str
    item: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """All screens of one country in one language; with language "" the list of languages."""

    country: str
    language: str
    base: str  # the language, whatever the script: "am" for "am-Latn"
    unicode: bool  # some screen needs UCS-2
    pages: Mapping[str, Page]
    main: tuple[Option, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # item -> menu label


@dataclass(frozen=True, slots=True)
class Offer:
    """What a country can show within a budget, by base language; the list's screens are in each.

    `languages` keeps the order of the list. The pages under "" are those before a choice: the list,
    with help and main menu of the first language behind it.
    """

    languages: tuple[str, ...]
    menus: Mapping[str, Menu]
    pages: Mapping[str, Mapping[str, Page]]


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything ussd and bot may say. `id`: first 16 hex digits of the content's SHA-256."""

    kind: Kind
    made_at: datetime
    budget: Budget
    items: Mapping[str, Item]
    menus: Mapping[tuple[str, str], Menu]
    lists: Mapping[tuple[str, str], Menu]  # (country, "full" or "latin") -> list of languages
    phrasings: Mapping[str, Mapping[str, tuple[str, ...]]]
    words: Mapping[str, Mapping[str, str]]  # language -> key -> text of [ui]
    numbers: tuple[Number, ...]
    figures: Mapping[str, str]  # token -> digits, "figure:F01" -> "922"
    id: str
    # worked out by need, no part of the content
    offers: dict[tuple[str, Budget], Offer] = field(default_factory=dict, compare=False, repr=False)

    def offer(self, country: str, budget: Budget) -> Offer:
        """The menus of a country that fit the budget; worked out once a process."""
        key = (country, budget)
        offer = self.offers.get(key)  # a plain dict: two threads may do the same work, once
        if offer is None:
            offer = self.offers[key] = _offer(self, country, budget)
        return offer

    def main(self, country: str, language: str) -> tuple[Option, ...]:
        """The main menu's lines, for channels that speak it without USSD screens."""
        menu = self.menus.get((country, language))
        return menu.main if menu else ()

    def answer(self, item: str, language: str, country: str) -> Answer | None:
        """The whole answer, tokens filled; None for an unknown item or one not in that language.

        What is said for one country only (its law, its offices) comes with the numbers of that country.
        """
        found, text = self._text(item, language)
        if found is None or text is None:
            return None
        words = self.fill(text.body, language, found.place(country))
        return Answer(words, found.source, found.dated, text.audio)

    def sms(self, item: str, language: str, country: str) -> str | None:
        """The item as one SMS, tokens filled; None and numbers as in `answer`."""
        found, text = self._text(item, language)
        if found is None or text is None:
            return None
        return self.mark + self.fill(text.sms, language, found.place(country))

    @property
    def mark(self) -> str:
        """What stands before every message of a demonstration that leaves its own pages."""
        return MARKS[self.kind]

    def _text(self, item: str, language: str) -> tuple[Item | None, Rendered | None]:
        found = self.items.get(item)
        return found, found.texts.get(language) if found else None

    def ui(self, language: str, key: str, /, **values: object) -> str:
        """A short text of ours; English where the language lacks it, KeyError where nobody has it."""
        texts = self.words.get(language, {})
        text = texts[key] if key in texts else self.words["en"][key]
        return text.format(**values) if values else text

    def numbers_for(self, country: str, language: str) -> dict[str, str]:
        """Kind -> the country's own number, one whose staff speak the language before any other."""
        return choose(self.numbers, country, language)

    def helps(self, country: str, language: str) -> bool:
        """Whether the help list of the country holds a number at all."""
        return not set(LISTED).isdisjoint(self.numbers_for(country, language))

    def fill(self, text: str, language: str, country: str) -> str:
        """Replace `{hotline}` and `{menu:topic}`; a kind without a number says so in words."""
        tokens = Tokens(
            words={**self.words["en"], **self.words.get(language, {})},
            numbers=self.numbers_for(country, language),
            main=self.main(country, language),
            route="bot.route",
            figures=self.figures,
        )
        return fill(text, tokens)

    def to_json(self) -> str:
        content = _content(self)
        return json.dumps(
            {"id": self.id, "made_at": self.made_at.timestamp(), "content": content},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @staticmethod
    def from_json(text: str) -> "Edition":
        """The edition; raises BadEdition where the text was damaged or is of another making."""
        try:
            raw = json.loads(text)
            edition = _read(raw["content"], datetime.fromtimestamp(raw["made_at"], UTC))
        except (ValueError, KeyError, TypeError) as error:
            raise BadEdition(f"not an edition: {error!r}") from error
        if edition.id != raw["id"]:
            raise BadEdition(f"edition {raw['id']} does not hold what its name promises")
        return edition


def make(  # noqa: PLR0913 (one argument a part of the edition)
    *,
    kind: Kind,
    made_at: datetime,
    items: Iterable[Item],
    menus: Iterable[Menu],
    lists: Mapping[tuple[str, str], Menu],
    phrasings: Mapping[str, Mapping[str, tuple[str, ...]]],
    words: Mapping[str, Mapping[str, str]],
    numbers: Iterable[Number] = (),
    figures: Mapping[str, str] = MappingProxyType({}),
    budget: Budget = STANDARD,
) -> Edition:
    """An edition with its id: the same content gives the same id, whenever it was made."""
    draft = Edition(
        kind=kind,
        made_at=made_at,
        budget=budget,
        items={item.id: item for item in items},
        menus={(menu.country, menu.language): menu for menu in menus},
        lists=lists,
        phrasings=phrasings,
        words=words,
        numbers=tuple(numbers),
        figures=dict(figures),
        id="",
    )
    # Through JSON and back, so that a fresh edition and a loaded one are equal to the last tuple.
    return _read(json.loads(json.dumps(_content(draft))), made_at)


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _content(edition: Edition) -> dict[str, Any]:
    """What the hash is taken over: everything but the id and the moment."""
    return {
        "kind": str(edition.kind),
        "budget": list(edition.budget),
        "items": [asdict(item) for item in edition.items.values()],
        "menus": [_menu_out(menu) for menu in edition.menus.values()],
        "lists": [[*key, _menu_out(menu)] for key, menu in edition.lists.items()],
        "phrasings": edition.phrasings,
        "words": edition.words,
        "numbers": [asdict(number) for number in edition.numbers],
        "figures": edition.figures,
    }


def _menu_out(menu: Menu) -> dict[str, Any]:
    return {**asdict(menu), "pages": [asdict(page) for page in menu.pages.values()]}


def _read(content: dict[str, Any], made_at: datetime) -> Edition:
    return Edition(
        kind=Kind(content["kind"]),
        made_at=made_at,
        budget=Budget(*content["budget"]),
        items={raw["id"]: _item(raw) for raw in content["items"]},
        menus={(raw["country"], raw["language"]): _menu(raw) for raw in content["menus"]},
        lists={(country, script): _menu(raw) for country, script, raw in content["lists"]},
        phrasings={
            language: {item: tuple(texts) for item, texts in items.items()}
            for language, items in content["phrasings"].items()
        },
        words=content["words"],
        numbers=tuple(
            Number(**{**raw, "languages": tuple(raw["languages"])}) for raw in content["numbers"]
        ),
        figures=content["figures"],
        id=_digest(content),
    )


def _item(raw: dict[str, Any]) -> Item:
    return Item(
        **{
            **raw,
            "indicators": tuple(raw["indicators"]),
            "countries": tuple(raw["countries"]),
            "texts": {language: _rendered(text) for language, text in raw["texts"].items()},
        }
    )


def _rendered(raw: dict[str, Any]) -> Rendered:
    return Rendered(**{**raw, "options": tuple(raw["options"])})


def _menu(raw: dict[str, Any]) -> Menu:
    pages = {page["place"]: Page(**page) for page in raw["pages"]}
    main = tuple(Option(*option) for option in raw["main"])
    return Menu(**{**raw, "pages": pages, "main": main})


def _offer(edition: Edition, country: str, budget: Budget) -> Offer:
    """One menu a base language: its own script where it fits the budget, else the Latin variant."""
    if budget.gsm < edition.budget.gsm:
        return Offer((), {}, {})
    able = budget.ucs2 >= edition.budget.ucs2
    listed = edition.lists.get((country, "full" if able else "latin"))
    if listed is None:
        return Offer((), {}, {})
    menus: dict[str, Menu] = {}
    for menu in edition.menus.values():
        if menu.country == country and (able or not menu.unicode):
            rival = menus.get(menu.base)
            if rival is None or rival.language != rival.base:
                menus[menu.base] = menu
    moves = (move for page in listed.pages.values() for move in page.moves.values())
    languages = tuple(dict.fromkeys(move[1:] for move in moves if move.startswith(SWITCH)))
    return Offer(languages, menus, _pages(listed, languages, menus))


def _pages(
    listed: Menu, languages: tuple[str, ...], menus: Mapping[str, Menu]
) -> dict[str, Mapping[str, Page]]:
    """Every language's screens with the list's among them; before a choice, help is in the first."""
    pages = {base: {**menus[base].pages, **listed.pages} for base in languages}
    return {**pages, "": pages[languages[0]]} if languages else {}
