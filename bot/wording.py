"""What a conversation says, taken from the edition: answers with tokens filled, menus, lists of languages.

The menus are USSD's own, key for key, so that "Asylum: reply 4" is true on every channel.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.editions.edition import Edition, Item
from campaigns.editions.screens import SWITCH, Menu, Page
from campaigns.editions.tokens import Tokens, fill
from people import languages

HELP_ITEM = "get-help"
MORE = "98"
LABEL = re.compile(r"^([1-9]) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered line: `move` is an item id, the place of a menu, or `=am` for a language."""

    key: str
    move: str
    title: str


@dataclass(frozen=True, slots=True)
class Speech:
    """An edition as one conversation hears it: country, language (with its script), long or brief texts."""

    edition: Edition
    country: str
    language: str
    brief: bool = False

    def ui(self, key: str, **values: object) -> str:
        return self.edition.ui(self.language, key, **values)

    def says(self, key: str) -> bool:
        """Whether the language has this wording of its own: later ones are lacking in editions of before."""
        return key in self.edition.words.get(self.language, {})

    def text(self, item: Item) -> str | None:
        """The answer with its tokens filled for the country it speaks of; None where it is not in the language."""
        words = item.texts.get(self.language)
        if words is None:
            return None
        return fill(words.sms if self.brief else words.body, self._tokens(item.place(self.country)))

    def listen(self, item: Item) -> str:
        """Where the answer can be heard, as a line of its own; an SMS never leads to the internet."""
        address = item.texts[self.language].audio
        return self.ui("bot.listen", address=address) if address and not self.brief else ""

    def title(self, item: Item) -> str:
        words = item.texts[self.language]
        return words.short if self.brief else words.title

    def has(self, item_id: str) -> bool:
        item = self.edition.items.get(item_id)
        return item is not None and self.language in item.texts

    def menu(self) -> Menu | None:
        """The country's menu; elsewhere the language's first one, whose keys are the same."""
        exact = self.edition.menus.get((self.country, self.language))
        if exact is not None:
            return exact
        return next((m for m in self.edition.menus.values() if m.language == self.language), None)

    def choices(self, place: str) -> tuple[str, tuple[Choice, ...]]:
        """(title, numbered lines) of a menu; ("", ()) for a place that is none here."""
        menu = self.menu()
        pages = list(_following(menu, place)) if menu else []
        if menu is None or not pages:
            return "", ()
        first = pages[0].text.splitlines()[0]
        lines = [choice for page in pages for choice in self._lines(menu, page)]
        return first.removeprefix(self.edition.mark).strip(), tuple(dict.fromkeys(lines))

    def offered(self) -> tuple[str, ...]:
        """Base languages one can choose here: the country's in its order, then all others of the edition."""
        own = self.edition.offer(self.country, self.edition.budget).languages
        spoken = [languages.base(one) for one in self.edition.words if self._speaks(one)]
        return tuple(dict.fromkeys([*own, *sorted(spoken)]))

    def _speaks(self, language: str) -> bool:
        return any(menu.language == language for menu in self.edition.menus.values())

    def _lines(self, menu: Menu, page: Page) -> Iterator[Choice]:
        labels = dict(LABEL.findall(page.text.removeprefix(self.edition.mark)))
        for key, move in page.moves.items():
            target = menu.pages.get(move)
            if key in labels and target is not None:
                item = self.edition.items.get(target.item)
                title = self.title(item) if item and self.has(target.item) else labels[key]
                yield Choice(key, target.item or move, title)

    def _tokens(self, country: str) -> Tokens:
        menu = self.menu()
        return Tokens(
            words={**self.edition.words["en"], **self.edition.words.get(self.language, {})},
            numbers=self.edition.numbers_for(country, self.language),
            main=menu.main if menu else (),
            route="bot.route",
            figures=self.edition.figures,
        )


def _following(menu: Menu, place: str) -> Iterator[Page]:
    """A menu's page and those behind its key for more."""
    seen = set()
    while (page := menu.pages.get(place)) is not None and place not in seen:
        seen.add(place)
        yield page
        place = page.moves.get(MORE, "")


def language_choices(speech: Speech) -> tuple[Choice, ...]:
    """The list of languages by their own names, numbered from 1."""
    named = [known for one in speech.offered() if (known := speech.edition.languages.get(one))]
    return tuple(
        Choice(str(n), f"{SWITCH}{one.code}", one.autonym) for n, one in enumerate(named, 1)
    )


def speaking(edition: Edition, country: str, language: str, *, brief: bool = False) -> Speech:
    """The speech of a conversation; a language the edition lacks gives the country's first, or English.

    A country unknown or outside the programme stays so: nobody is given a neighbour's numbers.
    """
    wished = (language, languages.base(language), *edition.orders.get(country, ()), "en")
    for one in wished:
        speech = Speech(edition, country, one, brief)
        if speech.menu() is not None:
            return speech
    return Speech(edition, country, "en", brief)
