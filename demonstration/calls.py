"""How invented people go through the USSD menu: they read the screen, choose, read on, go back, give up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.editions.edition import Edition
from campaigns.editions.screens import LANGUAGES, LATIN, SMS, STANDARD, SWITCH, Offer, Page
from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from demonstration.phones import Phones
from gateways.base import Gateway
from gateways.network.operators import network

MOST = 16  # inputs of a session
LEAVES, HELP = 0.09, 0.035  # by chance, on a screen with a choice: hang up; get help
READS_ON, ASKS_AFTER, AGAIN = 0.8, 0.85, 0.45  # after a page: the next; the question again; back
KNOWS, LEARNT = 0.46, 0.74  # who answers the quiz rightly, before and after the explanation
UNTOLD = 0.03  # sessions of which no end is told
QUIET = frozenset({"mine", "stop", "forget", "ask", SMS})  # places that nobody goes to by chance
NEXT, BACK, HELP_KEY = "98", "0", "8"
STOP, START = ("STOP",), ("START", "1", "2")


@dataclass(frozen=True, slots=True)
class Call:
    """One session to be. `words`: what is typed once the menu is there; else the screens are followed."""

    who: Inhabitant
    at: datetime
    words: Sequence[str] = ()

    @property
    def session(self) -> str:
        return f"ATUid_demonstration{self.who.index}x{int(self.at.timestamp())}"


def make(call: Call, phones: Phones, edition: Edition, gateway: Gateway, lot: Lot) -> None:
    """Dial and go through the menu until the session ends, as of the call's time."""
    who, session = call.who, call.session
    reader = _reader(call, edition, gateway, lot)
    phones.now = began = call.at.timestamp()
    given: list[str] = []
    place, over = phones.hop(session, who.number, who.country, "")
    while not over and (key := reader.key(place, len(given))) is not None:
        given.append(key)
        phones.now += 4 + 16 * lot.share("pause", session, len(given))
        place, over = phones.hop(session, who.number, who.country, "*".join(given))
    if not lot.happens(UNTOLD, "untold", session):
        phones.now += 2
        _end(call, phones, whole=over, hops=len(given) + 1, seconds=phones.now - began)


def _end(call: Call, phones: Phones, *, whole: bool, hops: int, seconds: float) -> None:
    who = call.who
    phones.end(call.session, who.number, who.country, whole=whole, hops=hops, seconds=seconds)


def _reader(call: Call, edition: Edition, gateway: Gateway, lot: Lot) -> "Reader":
    able = gateway.ucs2_ussd.get(network(call.who.number))
    offer = edition.offer(call.who.country, STANDARD if able else LATIN)
    return Reader(call, offer, {one.id: one.correct or 0 for one in edition.items.values()}, lot)


class Reader:
    """Somebody before the screens of a session: which key they press."""

    def __init__(self, call: Call, offer: Offer, right: Mapping[str, int], lot: Lot) -> None:
        own = call.who.language
        self.language = own if own in offer.pages else offer.languages[0]
        self._pages, self._right = offer.pages[self.language], right
        self._words: Iterator[str] | None = iter(call.words) if call.words else None
        self._lot, self._session = lot, call.session

    def key(self, place: str, turn: int) -> str | None:
        """The key, or None for who hangs up."""
        if place.startswith(LANGUAGES):
            return self._own_language(self._pages[place])
        if self._words is not None:
            return next(self._words, None)
        page = self._pages.get(place)
        if page is None or page.ends or turn >= MOST or self._happens(LEAVES, "leaves", turn):
            return None
        if page.quiz:
            return self._answer(page, turn)
        return self._onward(page, turn) if page.item else self._choice(page, turn)

    def _own_language(self, page: Page) -> str:
        """On whichever page of the list it stands."""
        own = f"{SWITCH}{self.language}"
        return next((key for key, move in page.moves.items() if move == own), NEXT)

    def _answer(self, page: Page, turn: int) -> str:
        code, phase = page.quiz.split(" ")
        right = str(self._right[code] + 1)
        if self._happens(KNOWS if phase == "before" else LEARNT, phase, code):
            return right
        wrong = [key for key, at in page.moves.items() if at.startswith(code) and key != right]
        return self._lot.one(wrong, "wrong", self._session, turn)

    def _onward(self, page: Page, turn: int) -> str | None:
        """After a page of an answer: read on, the question again, back to the menu, or enough."""
        if NEXT in page.moves and self._happens(READS_ON, "reads", turn):
            return NEXT
        after = [key for key, move in page.moves.items() if move.endswith(".after")]
        if after and self._happens(ASKS_AFTER, "after", turn):
            return after[0]
        return BACK if self._happens(AGAIN, "again", turn) else None

    def _choice(self, page: Page, turn: int) -> str:
        keys = [key for key, move in page.moves.items() if self._plain(key, move)]
        if not keys or self._happens(HELP, "help", turn):
            return HELP_KEY
        return self._lot.one(keys, "choice", self._session, turn)

    def _plain(self, key: str, move: str) -> bool:
        """Whether a key may be pressed by chance."""
        target = self._pages.get(move)
        loud = move.partition(".")[0] in QUIET or (target is not None and bool(target.wish))
        return key != BACK and not loud and not move.startswith(SWITCH)

    def _happens(self, chance: float, *name: object) -> bool:
        return self._lot.happens(chance, self._session, *name)
