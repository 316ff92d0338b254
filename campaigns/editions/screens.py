"""Screens as values: the keys that mean the same everywhere, budgets, pages, menus, what a country is offered (D6).

Plain values, no Django: an edition holds them, a replay walks them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from campaigns.editions.leaves import Leaves
from campaigns.editions.tokens import Option
from gateways import segments

BACK = "<"  # a move that goes where the caller came from; from the first screen it leaves
SWITCH = "="  # a move "=am" takes up Amharic and its main menu
MAIN, LANGUAGES, HELP, BYE = "main", "lang", "help", "bye"
LANGUAGES_AGAIN = "lang.again"  # the same list, reached by the key 9: its 0 goes back
ASK, FOUND, NOTHING = "ask", "ask.found", "ask.none"
CHOICES_MARK = "{choices}"  # where the screen `ask.found` takes the answers found
SMS, SMS_SENT = "sms", "sms.yes"  # the warning before an answer is sent as an SMS, and what follows
WHO, CHILD = "who.", "who.child"  # screens that ask who is calling; what under-18s are told
TELL = "?"  # a move "?18-24" is the caller's answer to such a screen
# Keys that mean the same on every screen (D6); a screen's own moves come first.
EVERYWHERE: Mapping[str, str] = {
    "0": BACK,
    "00": MAIN,
    "8": HELP,
    "9": LANGUAGES_AGAIN,
    "99": BYE,
}


class Budget(NamedTuple):
    """Longest screen an operator shows, in units of each encoding; ucs2 0: it cannot show that script."""

    gsm: int = 156
    ucs2: int = 66

    def most(self, encoding: segments.Encoding) -> int:
        return self.gsm if encoding == "GSM-7" else self.ucs2

    def holds(self, *texts: str) -> bool:
        return all(segments.fits(text, gsm7=self.gsm, ucs2=self.ucs2) for text in texts)


STANDARD = Budget()
LATIN = Budget(ucs2=0)  # of a phone that shows no letters but those of GSM-7


class Asking(NamedTuple):
    """How often callers of a country are asked about themselves: one call in `one_in` (0: none), and what."""

    one_in: int = 0
    questions: tuple[str, ...] = ()


NEVER = Asking()


@dataclass(frozen=True, slots=True)
class Page:
    """One USSD screen, measured. `wrong` is the same screen under the line "not a choice".

    `place` is the static name of the screen, `item` the content item it shows ("" on menus and
    notices). `moves` maps an input to the next place. `quiz`: on a question of the quiz, its item and
    whether it is put "before" or "after" the answer was read.
    """

    place: str
    text: str
    wrong: str
    item: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    wish: str = ""
    quiz: str = ""


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

    def menu(self, base: str) -> Menu:
        """The menu whose screens are shown in this language; before a choice ("") in the first."""
        return self.menus[base or self.languages[0]]


def offer(here: Iterable[Menu], listed: Menu | None, *, able: bool) -> Offer:
    """One menu a base language: its own script where the phone is `able` to show it, else the Latin variant.

    `here`: the country's menus; `listed`: its list of languages, None where nothing fits.
    """
    if listed is None:
        return Offer((), {}, {})
    menus: dict[str, Menu] = {}
    for menu in here:
        if able or not menu.unicode:
            rival = menus.get(menu.base)
            if rival is None or rival.language != rival.base:
                menus[menu.base] = menu
    moves = (move for page in listed.pages.values() for move in page.moves.values())
    languages = tuple(dict.fromkeys(move[1:] for move in moves if move.startswith(SWITCH)))
    return Offer(languages, menus, _pages(listed, languages, menus))


def _pages(
    listed: Menu, languages: tuple[str, ...], menus: Mapping[str, Menu]
) -> Mapping[str, Mapping[str, Page]]:
    """Every language's screens with the list's among them; before a choice, help is in the first."""
    shown = dict(zip((*languages, ""), (*languages, *languages[:1]), strict=False))
    return Leaves(shown, lambda base: {**menus[base].pages, **listed.pages})
