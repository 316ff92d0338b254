"""The menu: pure replay of a caller's inputs over an edition (D6). No clock, no I/O.

The same start and the same inputs give the same screen in every process: a retried request, a
restart or a deep dial need no memory of what was shown before.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.editions.edition import Edition, Item
from campaigns.editions.inquiry import UNDER_18
from campaigns.editions.screens import (
    ASK,
    BACK,
    BYE,
    CHILD,
    CHOICES_MARK,
    EVERYWHERE,
    FOUND,
    HELP,
    LANGUAGES,
    MAIN,
    NOTHING,
    SMS,
    STANDARD,
    SWITCH,
    TELL,
    WHO,
    Budget,
    Offer,
    Page,
)
from people import ages, keywords
from ussd import wishes

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
ASKED_ON = (ASK, FOUND, NOTHING)  # words typed there are a question: many type the next one at once
SILENCE = "Service not available. Goodbye."


@dataclass(frozen=True, slots=True)
class Start:
    """A session's pin: what it was begun with.

    `language` is the remembered base language or None; inputs before `first` belong to a
    transcript whose pin was lost and are passed over. `asks`: the one question about the caller that
    this session may put ("age_band" ...), "" none.
    """

    language: str | None = None
    country: str = "KE"
    budget: Budget = STANDARD
    first: int = 0
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is made of a free question: item ids best first, and whether danger was heard, or a word that asks for help."""

    items: tuple[str, ...] = ()
    danger: bool = False


Ask = Callable[[str, str], Asked]


@dataclass(frozen=True, slots=True)
class Screen:
    """What the caller sees, and what the fold of hops needs to know about it.

    `content` holds the ids of content items shown (none on menus), `language` the base language
    ("" before one was chosen), `place` the static screen id, `wish` "stop", "start" or "forget" once confirmed,
    or "sms" for the item that `sends` names. `told`: what the caller said of themselves in this session,
    ("age_band", "18-24"); `waits`: that may still come, None where this session asks nothing. `quiz`: the item, "before" or "after", and the
    option (from 1) that this very input chose.
    """

    text: str
    ends: bool
    content: tuple[str, ...] = ()
    language: str = ""
    place: str = ""
    wish: str = ""
    sends: str = ""
    told: tuple[str, str] | None = None
    waits: bool | None = None
    quiz: tuple[str, str, int] | None = None


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
    asks: str
    items: Mapping[str, Item]
    edition: Edition
    wrong: bool = False
    wanted: str = ""  # the item that may be sent as an SMS
    told: tuple[str, str] | None = None
    quiz: tuple[str, str, int] | None = None

    @property
    def waits(self) -> bool:
        """Whether something may still be told of the caller."""
        if self.asks:
            return not self.language or WHO + self.asks in self.pages
        # from help or the list of languages the way back leads to the question again
        ways = (self.page, *self.trail)
        return self.told is None and any(page.place.startswith(WHO) for page in ways)


def walk(edition: Edition, start: Start, inputs: Sequence[str], ask: Ask) -> Screen:
    """The screen after these inputs. Any input gives a screen; the edition has done the measuring."""
    offer = edition.offer(start.country, start.budget)
    if not offer.languages:
        return Screen(SILENCE, ends=True, place="none")
    language = _remembered(start.language, offer)
    pages = offer.pages[language]
    page = pages[MAIN if language else LANGUAGES]
    caller = _Caller(
        offer, language, pages, page, [], start.budget, ask, start.asks, edition.items, edition
    )
    for given in inputs[start.first :] if start.first else inputs:
        caller.quiz = None
        _step(caller, given)
    page = caller.page
    return Screen(
        text=page.wrong if caller.wrong else page.text,
        ends=page.ends,
        content=(page.item,) if page.item else (),
        language=caller.language,
        place=page.place,
        wish=page.wish,
        sends=caller.wanted if page.wish == SMS else "",
        told=caller.told,
        waits=(not page.ends and caller.waits) if start.asks else None,
        quiz=caller.quiz,
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
        return
    if move == BACK:
        caller.page = caller.trail.pop() if caller.trail else caller.pages[BYE]
        caller.wrong = False
    elif move[0] == TELL:
        _tell(caller, move[1:])
    else:
        if page.quiz and given in page.moves and len(given) == 1:
            item, phase = page.quiz.split(" ")
            caller.quiz = (item, phase, int(given))
        _go(caller, move)
    if caller.asks and page.item and move in (BACK, MAIN):
        _inquire(caller, page.item)


def _unusual(caller: _Caller, given: str) -> None:
    """Digits of other scripts, blanks around a key, free text, or a key that is no choice here."""
    text = unicodedata.normalize("NFKC", given).strip()
    key = text.translate(DIGITS)
    if caller.page.ends or not key:
        caller.wrong = False
    elif key != given and (key in caller.page.moves or key in EVERYWHERE):
        _step(caller, key)
    elif key.isdecimal():
        caller.wrong = True
    elif not _wish(caller, text):
        _written(caller, text)


def _wish(caller: _Caller, text: str) -> bool:
    """STOP and START typed anywhere, and a yes in words: whether the text was one of these."""
    if move := caller.page.moves.get(text.casefold()):
        _go(caller, move)
        return True
    asked = keywords.word(text)
    if asked is None:
        return False
    language = caller.language or caller.offer.languages[0]
    pages = caller.offer.pages[language]
    if asked == "start":
        script = caller.offer.menus[language].language
        child = CHILD if CHILD in pages else HELP
        pages = {**pages, **wishes.start_pages(caller.edition, script, caller.budget, child)}
    place = wishes.STOP_DONE if asked == "stop" else wishes.START
    if place not in pages:
        return False
    caller.language, caller.pages = language, pages
    _go(caller, place)
    return True


def _go(caller: _Caller, move: str) -> None:
    """Show another place; a new language or the main menu forgets the way back."""
    caller.wrong = False
    if move[0] == SWITCH:
        caller.language, move = move[1:], MAIN
        caller.pages = caller.offer.pages[caller.language]
    if move == MAIN:
        caller.language = caller.language or caller.offer.languages[0]
        caller.trail.clear()
    elif not _passing(caller.page.place, move):
        _leave(caller.trail, caller.page, move)
    if move == SMS:
        caller.wanted = caller.page.item
    caller.page = caller.pages[move]


def _passing(place: str, move: str) -> bool:
    """Whether nobody goes back to this screen: itself, a warning, another page of the same question."""
    asked = place.partition(".")[0]
    return move == place or asked == SMS or (f"{asked}." == WHO and move.startswith(WHO))


def _leave(trail: list[Page], page: Page, move: str) -> None:
    """Remember the way back; to a place that somebody came through, it is the way they came."""
    for at, passed in enumerate(trail):
        if passed.place == move:
            del trail[at:]
            return
    trail.append(page)


def _inquire(caller: _Caller, item: str) -> None:
    """Leaving an answer: the session's question comes first, what was gone to stands behind it.

    Nobody is asked anything after content that could tell of danger.
    """
    asked, left = caller.pages.get(WHO + caller.asks), caller.items.get(item)
    if asked is None or caller.page.ends or caller.page.item == item:
        return
    if left is None or left.sensitive:
        return
    caller.asks = ""
    caller.trail.append(caller.page)
    caller.page = asked


def _tell(caller: _Caller, answer: str) -> None:
    """Keep what was answered and go on; who is under 18 is shown whom children can call."""
    question = caller.page.place.removeprefix(WHO).partition(".")[0]
    caller.told, caller.wrong = (question, answer), False
    if answer == UNDER_18:
        caller.page = caller.pages.get(CHILD) or caller.pages[HELP]
    else:
        caller.page = caller.trail.pop() if caller.trail else caller.pages[MAIN]


def _written(caller: _Caller, text: str) -> None:
    """Words of a person: danger, and a child's own word, are heard on any screen; a question where one is asked for."""
    asked = caller.ask(text, caller.language)
    if asked.danger:
        _go(caller, HELP)  # whoever writes "they beat me" into a menu is not told to try again
    elif ages.minor(text):
        _go(caller, CHILD if CHILD in caller.pages else HELP)
    elif caller.page.place in ASKED_ON:
        _question(caller, asked)
    else:
        caller.wrong = True


def _question(caller: _Caller, asked: Asked) -> None:
    """Up to three answers to choose from, or "not found"."""
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
    if len(found) > 1 and not caller.budget.holds(page.text, page.wrong):
        return _choices(caller, found[:-1], labels)
    return page
