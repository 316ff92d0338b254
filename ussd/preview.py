"""A phone that walks any edition, or the drafts of now, and leaves no trace: nothing is journalled or counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.editions.edition import Edition
from campaigns.editions.screens import EVERYWHERE, MAIN, STANDARD, Budget, Page
from gateways import segments
from people.languages import base
from understanding.safeguarding import hears_danger
from ussd.menu import Asked, Start, walk

LATIN = Budget(STANDARD.gsm, 0)
DEEPEST = 8  # keys from the main menu to any answer


@dataclass(frozen=True, slots=True)
class Handset:
    """Whose phone it is. `language` "" asks first; `letters`: its operator shows Ethiopic and Arabic."""

    country: str
    language: str = ""
    letters: bool = True

    @property
    def start(self) -> Start:
        language = base(self.language) or None
        return Start(language, self.country, STANDARD if self.letters else LATIN)


@dataclass(frozen=True, slots=True)
class Look:
    """What the phone shows and how full its screen is: `units` of `most` in that encoding."""

    text: str
    ends: bool
    place: str
    item: str
    units: int
    most: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Form:
    """An item as a channel without screens has it."""

    text: str
    encoding: str
    units: int
    parts: int


def look(edition: Edition, handset: Handset, inputs: Sequence[str]) -> Look:
    """The screen after these inputs, the very one that the door would answer from this edition."""
    screen = walk(edition, handset.start, inputs, ask)
    counted = segments.count(screen.text)
    budget = handset.start.budget
    return Look(
        text=screen.text,
        ends=screen.ends,
        place=screen.place,
        item=next(iter(screen.content), ""),
        units=counted.units,
        most=budget.gsm if counted.encoding == "GSM-7" else budget.ucs2,
        encoding=counted.encoding,
    )


def ask(text: str, _language: str) -> Asked:
    """Danger is heard as everywhere; answers are found only where the edition is served, by its matcher."""
    return Asked(danger=bool(hears_danger(text)))


def way(edition: Edition, handset: Handset, item: str) -> tuple[str, ...] | None:
    """The keys from the main menu to an item's first screen, or to a menu; None where nothing leads to it.

    Without a language of its own the phone takes the first of its country's list.
    """
    offer = edition.offer(handset.country, handset.start.budget)
    pages = offer.pages.get(base(handset.language)) or offer.pages.get("", {})
    trails: dict[str, tuple[str, ...]] = {MAIN: ()}
    todo = [MAIN]
    while todo:
        page = pages.get(todo.pop(0))
        if page is None:
            continue
        if item in (page.item, page.place):
            return trails[page.place]
        for key, place in _onward(page):
            if place in pages and place not in trails and len(trails[page.place]) < DEEPEST:
                trails[place] = (*trails[page.place], key)
                todo.append(place)
    return None


def _onward(page: Page) -> Iterator[tuple[str, str]]:
    yield from page.moves.items()
    yield from ((key, place) for key, place in EVERYWHERE.items() if key not in page.moves)


def spoken(edition: Edition, handset: Handset) -> str:
    """The language, with its script, in which this phone shows the edition; "" where it has none of it."""
    offer = edition.offer(handset.country, handset.start.budget)
    menu = offer.menus.get(base(handset.language))
    return menu.language if menu else ""


def sms(edition: Edition, item: str, language: str, country: str) -> Form | None:
    """The item as one SMS; None where it is not in the language."""
    text = edition.sms(item, language, country)
    return None if text is None else _form(text)


def chat(edition: Edition, item: str, language: str, country: str) -> str:
    """The item as chat says it; "" where it is not in the language."""
    answer = edition.answer(item, language, country)
    return answer.text if answer else ""


def _form(text: str) -> Form:
    counted = segments.count(text)
    return Form(text, counted.encoding, counted.units, counted.parts)
