"""The edition: one immutable published set of all content, as ussd and bot serve it (D5).

Plain values, no Django. A published edition is a JSON file whose name is the hash of its content, so
that a pinned session meets the same screens in every process, today and after a restart.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any

from campaigns.editions import leaves, screens, tongues
from campaigns.editions.leaves import Later, Leaves
from campaigns.editions.screens import STANDARD, Asking, Budget, Menu, Offer, Page
from campaigns.editions.tokens import EVERYBODY, LISTED, Number, Option, Tokens, choose, fill
from campaigns.editions.tongues import Tongue


class BadEdition(ValueError):  # noqa: N818 (a name that says what is wrong)
    """The text is not an edition, or not the one its name promises."""


class Kind(StrEnum):
    """`live` demands approvals and verified numbers; `demonstration` says so on every screen."""

    LIVE = "live"
    DEMONSTRATION = "demonstration"

    def may_serve(self, *, simulated: bool) -> bool:
        """Whether a gateway may send it: a demonstration goes out through simulated ones only (D5)."""
        return simulated or self is Kind.LIVE


MARKS: Mapping[Kind, str] = {Kind.LIVE: "", Kind.DEMONSTRATION: "DEMO "}  # before all it says


@dataclass(frozen=True, slots=True)
class Rendered:
    """One item in one language. Tokens like `{hotline}` are still inside `body` and `sms`."""

    title: str
    body: str
    sms: str
    short: str  # menu label, 20 characters at most
    options: tuple[str, ...] = ()  # of a quiz item
    audio: str = ""  # address of the text read aloud; chat offers it
    ussd: str = ""  # what the screens say where it is not the body; the menus hold it, cut


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
    languages: Mapping[str, Tongue] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # country -> its menu's
    asking: Mapping[str, Asking] = field(default_factory=dict)  # country -> how callers are asked
    # as it is stored, and what is worked out by need: no part of the content
    lines: tuple[bytes, ...] = field(default=(), compare=False, repr=False)
    offers: dict[tuple[str, Budget], Offer] = field(default_factory=dict, compare=False, repr=False)

    def offer(self, country: str, budget: Budget) -> Offer:
        """The menus of a country that fit the budget; worked out once a process."""
        key = (country, budget)
        offer = self.offers.get(key)  # a plain dict: two threads may do the same work, once
        if offer is None:
            offer = self.offers[key] = self._offer(country, budget)
        return offer

    def _offer(self, country: str, budget: Budget) -> Offer:
        able = budget.ucs2 >= self.budget.ucs2
        listed = self.lists.get((country, "full" if able else "latin"))
        here = (self.menus[key] for key in self.menus if key[0] == country)
        return screens.offer(here, listed if budget.gsm >= self.budget.gsm else None, able=able)

    def main(self, country: str, language: str) -> tuple[Option, ...]:
        """The main menu's lines, for channels without USSD screens; elsewhere the language's."""
        own = self.menus.get((country, language))
        all_ = (
            (own,) if own else (menu for menu in self.menus.values() if menu.language == language)
        )
        return next((menu.main for menu in all_), ())

    def answer(self, item: str, language: str, country: str) -> Answer | None:
        """The whole answer, tokens filled; None for an unknown item or one not in that language.

        What is said for one country only (its law, its offices) comes with the numbers of that country.
        """
        found, text = self._text(item, language)
        if found is None or text is None:
            return None
        words = self.fill(text.body, language, country, numbers=found.place(country))
        return Answer(words, found.source, found.dated, text.audio)

    def sms(self, item: str, language: str, country: str) -> str | None:
        """The item as one SMS, tokens filled; None and numbers as in `answer`."""
        found, text = self._text(item, language)
        if found is None or text is None:
            return None
        return self.mark + self.fill(text.sms, language, country, numbers=found.place(country))

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

    def fill(self, text: str, language: str, country: str, *, numbers: str = "") -> str:
        """Replace `{hotline}` and `{menu:topic}`; a kind without a number says so in words.

        `numbers`: the country whose numbers are meant, where it is not that of the reader's menus.
        """
        tokens = Tokens(
            words={**self.words["en"], **self.words.get(language, {})},
            numbers=self.numbers_for(numbers or country, language),
            main=self.main(country, language),
            route="bot.route",
            figures=self.figures,
        )
        return fill(text, tokens)

    def to_json(self) -> str:
        title = {"id": self.id, "made_at": self.made_at.timestamp()}
        return leaves.bind(title, self.lines).decode()

    @staticmethod
    def from_json(text: str | bytes) -> "Edition":
        """The edition; raises BadEdition where the text was damaged or is of another making."""
        try:
            title, lines = leaves.unbind(text.encode() if isinstance(text, str) else text)
            name, made_at = title["id"], datetime.fromtimestamp(title["made_at"], UTC)
            edition = _read(lines, made_at, name) if leaves.digest(lines) == name else None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise BadEdition(f"not an edition: {error!r}") from error
        if edition is None:
            raise BadEdition(f"edition {name} does not hold what its name promises")
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
    languages: Mapping[str, Tongue] = MappingProxyType({}),
    orders: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    asking: Mapping[str, Asking] = MappingProxyType({}),
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
        languages=dict(languages),
        orders=dict(orders),
        asking=dict(asking),
    )
    # Written and read, so that a fresh edition and a loaded one are equal to the last tuple.
    lines = [line.encode() for line in _lines(draft)]
    return _read(lines, made_at, leaves.digest(lines))


# --- how it is stored: a line that lists the parts, then a line for each ---------------------------------

APART = ("items", "menus", "lists", "phrasings", "words")  # fields with lines of their own
OUTSIDE = (*APART, "id", "made_at", "lines", "offers")  # not in the first line


def _lines(edition: Edition) -> Iterator[str]:
    """Screens that menus of a language share are written once, before the menus."""
    menus = [*edition.menus.values(), *edition.lists.values()]
    screens = {language: leaves.Sheets() for language in sorted({menu.language for menu in menus})}
    placed = [leaves.write(_placed(menu, screens[menu.language])) for menu in menus]
    keys: dict[str, Iterable[object]] = {
        "items": edition.items,
        "screens": screens,
        "menus": edition.menus,
        "lists": edition.lists,
        "phrasings": sorted(edition.phrasings),
        "words": sorted(edition.words),
    }
    rest = {name: one for name, one in leaves.plain(edition).items() if name not in OUTSIDE}
    parts = [(name, list(names)) for name, names in keys.items()]  # in the order of the lines
    yield leaves.write({**rest, "parts": parts})
    yield from map(leaves.write, edition.items.values())
    yield from (sheets.line() for sheets in screens.values())
    yield from placed
    for mapping in (edition.phrasings, edition.words):
        yield from (leaves.write(mapping[language]) for language in sorted(mapping))


def _placed(menu: Menu, screens: leaves.Sheets) -> dict[str, Any]:
    """The menu with the places of its screens instead of them."""
    return {**leaves.plain(menu), "pages": list(map(screens.place, menu.pages.values()))}


def _read(lines: list[bytes], made_at: datetime, name: str) -> Edition:
    """The edition of these lines; no part but the first is read yet."""
    head = json.loads(lines[0])
    keys = [(part, leaves.tuples(key)) for part, keys in head["parts"] for key in keys]
    parts: dict[str, dict[Any, bytes]] = {part: {} for part, _ in head["parts"]}
    for (part, key), line in zip(keys, lines[1:], strict=True):
        parts[part][key] = line
    menu = partial(_menu, Leaves(parts["screens"], _pages_of))
    return leaves.read(
        Edition,
        head,
        kind=Kind(head["kind"]),
        made_at=made_at,
        budget=Budget(*head["budget"]),
        items=Leaves(parts["items"], _item),
        menus=Leaves(parts["menus"], menu),
        lists=Leaves(parts["lists"], menu),
        phrasings=Leaves(parts["phrasings"], lambda line: leaves.tuples(json.loads(line))),
        words=Leaves(parts["words"], json.loads),
        numbers=tuple(leaves.read(Number, raw) for raw in head["numbers"]),
        id=name,
        asking={
            country: Asking(*leaves.tuples(one)) for country, one in head.get("asking", {}).items()
        },
        **tongues.read(head),
        lines=tuple(lines),
    )


def _item(line: bytes) -> Item:
    raw = json.loads(line)
    texts = {language: leaves.read(Rendered, text) for language, text in raw["texts"].items()}
    return leaves.read(Item, raw, texts=texts)


def _pages_of(line: bytes) -> list[Page]:
    return [leaves.read(Page, raw) for raw in json.loads(line)]


def _menu(screens: Mapping[str, list[Page]], line: bytes) -> Menu:
    raw = json.loads(line)

    def pages() -> dict[str, Page]:
        known = screens[raw["language"]]
        return {page.place: page for page in map(known.__getitem__, raw["pages"])}

    main = tuple(Option(*option) for option in raw.get("main", ()))
    return leaves.read(Menu, raw, pages=Later(pages), main=main)
