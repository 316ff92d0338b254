"""A phone that walks any edition, or the drafts of now, and leaves no trace: nothing is journalled or counted."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from campaigns.editions.edition import Edition
from campaigns.editions.screens import EVERYWHERE, LATIN, MAIN, STANDARD, Page
from gateways import segments
from people.languages import base
from understanding.safeguarding import hears_danger
from ussd.dialogues import Dialogue, listening
from ussd.menu import Ask, Asked, Start, walk

Asker = Callable[[Edition, str], Ask | None]  # an edition's matcher of a language; None: not yet
_placed: list[Asker] = []


@dataclass(frozen=True, slots=True)
class Handset:
    """Whose phone it is. `language` "" asks first; `letters`: its operator shows Ethiopic and Arabic.

    `network` is the operator's code, "" where no certain one is meant. `asks`: the question about the caller
    that this call may put, "" none.
    """

    country: str
    language: str = ""
    letters: bool = True
    network: str = ""
    asks: str = ""

    @property
    def start(self) -> Start:
        language = base(self.language) or None
        budget = STANDARD if self.letters else LATIN
        return Start(language, self.country, budget, asks=self.asks)

    def dialling(self, answers: Sequence[str]) -> "Handset":
        """As the door takes it: a code with answers behind it means the same to everybody, and asks nothing."""
        return replace(self, language="", asks="") if answers else self


@dataclass(frozen=True, slots=True)
class Look:
    """What the phone shows and how full its screen is: `units` of `most` in that encoding.

    `fitting`: a question found nothing only because the edition's matcher is not ready yet; look again.
    `asked`: what the matcher made of each question on the way here.
    """

    text: str
    ends: bool
    place: str
    item: str
    units: int
    most: int
    encoding: str
    fitting: bool = False
    asked: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """An item as a channel without screens has it."""

    text: str
    encoding: str
    units: int
    parts: int


def place(asker: Asker) -> None:
    """Hand over what gives an edition's matcher; a floor above knows it."""
    _placed[:] = [asker]


def look(edition: Edition, handset: Handset, inputs: Sequence[str]) -> Look:
    """The screen after these inputs, the very one that the door would answer from this edition."""
    ear, heard = _Ear(edition), dict[str, Asked]()
    screen = walk(edition, handset.start, inputs, listening(ear.ask, heard))
    counted = segments.count(screen.text)
    return Look(
        text=screen.text,
        ends=screen.ends,
        place=screen.place,
        item=next(iter(screen.content), ""),
        units=counted.units,
        most=handset.start.budget.most(counted.encoding),
        encoding=counted.encoding,
        fitting=ear.fitting,
        asked=heard,
    )


class _Ear:
    """Danger is heard at once and everywhere; other questions by the edition's matcher, as soon as it is ready."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.fitting = False

    def ask(self, text: str, language: str) -> Asked:
        if hears_danger(text):
            return Asked(danger=True)
        if not _placed:
            return Asked()
        found = _placed[0](self.edition, language)
        if found is None:
            self.fitting = True
            return Asked()
        return found(text, language)


def dialogue(
    edition: Edition, handset: Handset, dialled: Sequence[str], said: Sequence[str]
) -> Dialogue | None:
    """The whole call, to be saved; None while the matcher is not ready."""
    handset = handset.dialling(dialled)
    whole = look(edition, handset, (*dialled, *said))
    if whole.fitting:
        return None
    return Dialogue(handset.start, tuple(said), tuple(dialled), whole.asked, edition.id)


def way(edition: Edition, handset: Handset, item: str) -> tuple[str, ...] | None:
    """The keys from the main menu to an item's first screen, or to a menu; None where nothing leads to it."""
    shown = pages(edition, handset)
    return next(
        (keys for place, keys in trails(shown).items() if item in (shown[place].item, place)), None
    )


def pages(edition: Edition, handset: Handset) -> Mapping[str, Page]:
    """All screens of this phone; without a language of its own those of the first of its country's list."""
    offer = edition.offer(handset.country, handset.start.budget)
    return offer.pages.get(base(handset.language)) or offer.pages.get("", {})


def trails(shown: Mapping[str, Page]) -> dict[str, tuple[str, ...]]:
    """Each screen that keys lead to, with the fewest keys from the main menu; nearest screens first."""
    found: dict[str, tuple[str, ...]] = {MAIN: ()} if MAIN in shown else {}
    todo = deque(found)
    while todo:
        page = shown[todo.popleft()]
        for key, place in _onward(page):
            if place in shown and place not in found:
                found[place] = (*found[page.place], key)
                todo.append(place)
    return found


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
