"""The menu: pure replay of a caller's inputs over an edition (D6). No clock, no I/O.

The same start and the same inputs give the same screen in every process: a retried request, a
restart or a deep dial need no memory of what was shown before.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.editions.edition import Edition
from campaigns.editions.screens import (
    ASK,
    BACK,
    BYE,
    CHOICES_MARK,
    EVERYWHERE,
    FOUND,
    HELP,
    LANGUAGES,
    MAIN,
    NOTHING,
    STANDARD,
    SWITCH,
    Budget,
    Offer,
    Page,
)
from gateways import segments

__all__ = ["STANDARD", "Ask", "Asked", "Budget", "Screen", "Start", "walk"]

CHOICES = 3
# Ethiopic 1-9 are no decimals for Python ('፩'.isdigit() but int() fails), so they are mapped here;
# Arabic-Indic and Persian digits likewise, since a caller types what the handset's keys give.
DIGITS = str.maketrans(
    {
        **{chr(0x1368 + n): str(n) for n in range(1, 10)},
        **{chr(0x0660 + n): str(n) for n in range(10)},
        **{chr(0x06F0 + n): str(n) for n in range(10)},
    }
)
SILENCE = "Service not available. Goodbye."


@dataclass(frozen=True, slots=True)
class Start:
    """A session's pin: what it was begun with.

    `language` is the remembered base language or None; inputs before `first` belong to a
    transcript whose pin was lost and are passed over.
    """

    language: str | None = None
    country: str = "KE"
    budget: Budget = STANDARD
    first: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the matcher makes of a free question: item ids best first, and whether danger was heard."""

    items: tuple[str, ...] = ()
    danger: bool = False


Ask = Callable[[str, str], Asked]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the caller sees, and what the fold of hops needs to know about it.

    `content` holds the ids of content items shown (none on menus), `language` the base language
    ("" before one was chosen), `place` the static screen id, `wish` "stop" or "forget" once confirmed.
    """

    text: str
    ends: bool
    content: tuple[str, ...] = ()
    language: str = ""
    place: str = ""
    wish: str = ""


@dataclass(slots=True)
class _Caller:
    """Where a caller stands during one replay; `pages` are those of `language`."""

    offer: Offer
    language: str
    pages: Mapping[str, Page]
    page: Page
    trail: list[Page]
    budget: Budget
    ask: Ask
    wrong: bool = False


def walk(edition: Edition, start: Start, inputs: Sequence[str], ask: Ask) -> Screen:
    """The screen after these inputs. Any input gives a screen; the edition has done the measuring."""
    offer = edition.offer(start.country, start.budget)
    if not offer.languages:
        return Screen(SILENCE, ends=True, place="none")
    language = _remembered(start.language, offer)
    pages = offer.pages[language]
    page = pages[MAIN if language else LANGUAGES]
    caller = _Caller(offer, language, pages, page, [], start.budget, ask)
    for given in inputs[start.first :] if start.first else inputs:
        _step(caller, given)
    page = caller.page
    return Screen(
        text=page.wrong if caller.wrong else page.text,
        ends=page.ends,
        content=(page.item,) if page.item else (),
        language=caller.language,
        place=page.place,
        wish=page.wish,
    )


def _remembered(language: str | None, offer: Offer) -> str:
    """ "am" for "am" and "am-Latn"; "" for a language that is not offered here (any more)."""
    base = (language or "").partition("-")[0]
    return base if base in offer.pages else ""


def _step(caller: _Caller, given: str) -> None:
    """One input: a move of the screen, a key that means the same everywhere, or a free question."""
    page = caller.page
    move = page.moves.get(given) or EVERYWHERE.get(given)
    if move is None or page.ends:
        _unusual(caller, given)
    elif move == BACK:
        caller.page = caller.trail.pop() if caller.trail else caller.pages[BYE]
        caller.wrong = False
    else:
        _go(caller, move)


def _unusual(caller: _Caller, given: str) -> None:
    """Digits of other scripts, blanks around a key, free text, or a key that is no choice here."""
    text = unicodedata.normalize("NFKC", given).strip()
    key = text.translate(DIGITS)
    if caller.page.ends or not key:
        caller.wrong = False
    elif key != given and (key in caller.page.moves or key in EVERYWHERE):
        _step(caller, key)
    elif caller.page.place == ASK and not key.isdecimal():
        _question(caller, text)
    else:
        caller.wrong = True


def _go(caller: _Caller, move: str) -> None:
    """Show another place; a new language or the main menu forgets the way back."""
    caller.wrong = False
    if move[0] == SWITCH:
        caller.language, move = move[1:], MAIN
        caller.pages = caller.offer.pages[caller.language]
    if move == MAIN:
        caller.language = caller.language or caller.offer.languages[0]
        caller.trail.clear()
    elif move != caller.page.place:
        caller.trail.append(caller.page)
    caller.page = caller.pages[move]


def _question(caller: _Caller, text: str) -> None:
    """Danger heard: the help screen. Else up to three answers to choose from, or "not found"."""
    asked = caller.ask(text, caller.language)
    if asked.danger:
        _go(caller, HELP)
        return
    labels = caller.offer.menus[caller.language].labels
    found = [item for item in asked.items if item in labels][:CHOICES]
    if found:
        caller.trail.append(caller.page)
        caller.page = _choices(caller, found, labels)
    else:
        _go(caller, NOTHING)


def _choices(caller: _Caller, found: list[str], labels: Mapping[str, str]) -> Page:
    """The answers as numbered choices, as many as the screen holds; this page alone is made on the spot."""
    frame = caller.pages[FOUND]
    lines = "\n".join(f"{n} {labels[item]}" for n, item in enumerate(found, 1))
    page = replace(
        frame,
        text=frame.text.replace(CHOICES_MARK, lines),
        wrong=frame.wrong.replace(CHOICES_MARK, lines),
        moves={**frame.moves, **{str(n): item for n, item in enumerate(found, 1)}},
    )
    if len(found) > 1 and not (
        _fits(page.text, caller.budget) and _fits(page.wrong, caller.budget)
    ):
        return _choices(caller, found[:-1], labels)
    return page


def _fits(text: str, budget: Budget) -> bool:
    counted = segments.count(text)
    return counted.units <= (budget.gsm if counted.encoding == "GSM-7" else budget.ucs2)
