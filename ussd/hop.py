"""One USSD hop: its session's pin, its screen, its journal line. Everything from memory, no HTTP.

The walk is pure, so screens reached by keys alone are made once per edition and start, and then only
looked up; what people write is walked each time and kept nowhere.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

from campaigns.editions.edition import Edition
from campaigns.editions.inquiry import AGE, UNDER_18
from campaigns.editions.screens import LATIN, NEVER, SMS
from campaigns.press.shelf import Shelf
from gateways.base import BadForm, Gateway, UssdHop
from gateways.wire import PLAIN_TEXT
from journal.writer import Journal
from people import consent, identity
from people.languages import Remembered
from ussd import sessions
from ussd.crowd import Crowd
from ussd.dialled import opening, owner
from ussd.menu import STANDARD, Ask, Budget, Screen, Start, walk
from ussd.sessions import Away, Elsewhere, Key, Pin, Pins, Shown
from ussd.wishes import WISHED

SESSION: Final = 180.0  # seconds; no session that began earlier can still be open
HOP_METADATA: Final = "at-ussd-hop-metadata"
ELSEWHERE: Final = "elsewhere"  # no screen of ours is called so
NOT_YET: Final = "This service is not available yet. Please try again later."
TOO_LONG: Final = "This session has become too long. Please dial again."
NOTHING_YET: Final = Screen(NOT_YET, ends=True, place="none")
_encode = json.JSONEncoder(separators=(",", ":")).encode
FIRST, LATER, LOST = (
    f'"new":{new},"lost":{lost}}}\n'
    for new, lost in (("true", "false"), ("false", "false"), ("false", "true"))
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a door works with; all of it in memory, save the journal's one write.

    `ask` gives an edition's matcher, which a floor below may not import. `clock` gives epoch seconds.
    """

    gateways: Mapping[str, Gateway]
    shelf: Shelf
    journal: Journal
    ask: Callable[[Edition], Ask]
    remembered: Remembered
    elsewhere: Elsewhere | None = None
    pins: Pins = field(default_factory=Pins)
    crowd: Crowd = field(default_factory=Crowd)
    clock: Callable[[], float] = time.time


class Call(NamedTuple):  # a third of the time of a frozen dataclass, once a hop
    """One hop and its caller. `echo`: the screen that the gateway says it answers, "" unknown."""

    gateway: Gateway
    hop: UssdHop
    token: str
    country: str
    address: str
    echo: str
    at: float

    def __repr__(self) -> str:
        """Without the number, which no log may show."""
        return f"Call({self.gateway.name}, {self.hop})"


def answered(desk: Desk, call: Call) -> Shown:
    """The screen of the hop, journalled. Raises BadForm where the session is somebody else's."""
    if call.hop.text.count("*") >= sessions.INPUTS_MOST:
        return note_error(desk, call, "too-long", TOO_LONG)
    key = (call.gateway.name, call.hop.code, call.hop.session)
    pin, state = desk.pins.get(key), LATER
    if pin is None:
        edition = desk.shelf.current(call.gateway.simulated)
        if edition is None:
            return _unserved(desk, call)
        pin, state = _begin(desk, call, key, edition)
        desk.pins.put(key, pin)
    if pin.token != call.token:
        raise BadForm("the phone number changed within the session")
    shown = _shown(desk, call, key, pin)
    desk.journal.write(f'hop\t{{"at":{call.at:.3f},{pin.head}{shown.entry}{state}'.encode("ascii"))
    pin.place = shown.screen.place
    if shown.screen.wish or shown.screen.language != pin.language:
        _remember(desk, call, pin, shown.screen)
    return shown


def _shown(desk: Desk, call: Call, key: Key, pin: Pin) -> Shown:
    """The screen of this hop, looked up where keys alone led to it."""
    if call.gateway.input_mode == "last":
        return _made(desk, call, pin, _said(desk, call, key, pin))
    text = call.hop.text
    _move(desk, call, key, pin)
    if pin.ends is not None:
        return _made(desk, call, pin, sessions.inputs(text, pin.ends))
    shown = pin.screens.get(text)
    if shown is None:
        shown = _made(desk, call, pin, sessions.inputs(text, None))
        if _keys_only(text) and len(pin.screens) < sessions.SCREENS_MOST:
            pin.screens[text] = shown
    return shown


def _move(desk: Desk, call: Call, key: Key, pin: Pin) -> None:
    """Move the pin on. Where other processes can have served hops between, they are asked what they saw;
    where Redis is silent, and another one was at work, stars part."""
    text, ends, echo, elsewhere = call.hop.text, pin.ends, call.echo, desk.elsewhere
    if elsewhere and sessions.leaps(pin, text):
        found = elsewhere.read(key)
        if isinstance(found, Pin):
            sessions.catch_up(pin, found)
        elif found is Away.AWAY and desk.journal.others_active(since=call.at - SESSION):
            echo = ELSEWHERE
    sessions.move(pin, text, echo=echo)
    if elsewhere and (pin.shared or pin.ends is not ends):
        elsewhere.later(key, pin)


def _keys_only(text: str) -> bool:
    """Whether nothing a person wrote is in it: such transcripts may stay in memory."""
    return len(text) <= 60 and (not text or text.replace("*", "0").isdecimal())


def _said(desk: Desk, call: Call, key: Key, pin: Pin) -> tuple[str, ...]:
    """The inputs so far, where the gateway sends only the last one; a first hop may bring the code."""
    text = call.hop.text
    if opening(call.gateway, call.hop) is not None and (text or not pin.said):
        return pin.said
    if desk.elsewhere and isinstance(found := desk.elsewhere.read(key), Pin):
        sessions.catch_up(pin, found)  # nothing else tells what was said at another door
    given = sessions.last_input(pin, text, now=time.monotonic())
    if desk.elsewhere:
        desk.elsewhere.later(key, pin)
    return given


def _made(desk: Desk, call: Call, pin: Pin, given: tuple[str, ...]) -> Shown:
    """Walk the pinned edition, and make the screen ready."""
    edition = desk.shelf.get(pin.edition)
    if edition is None or not edition.kind.may_serve(simulated=call.gateway.simulated):
        return _ready(NOTHING_YET, "", 0)
    screen = walk(edition, pin.start, given, desk.ask(edition))
    return _ready(screen, edition.id, max(len(given) - pin.start.first, 0))


def _ready(screen: Screen, edition: str, depth: int) -> Shown:
    body: dict[str, object] = {
        "l": screen.language,
        "e": edition,
        "x": screen.place,
        "i": screen.content,
        "d": depth,
        "w": screen.wish,
        **_said_of(screen),
    }
    reply = ("END " if screen.ends else "CON ") + screen.text
    place = screen.place.encode("ascii", "ignore").decode().replace("|", "")[:99]
    return Shown(
        screen,
        [reply.encode("utf-8", "replace")],
        [PLAIN_TEXT, (HOP_METADATA, place)],
        _encode(body)[1:-1] + ",",
    )


def _said_of(screen: Screen) -> dict[str, object]:
    """What most lines lack: answers about the caller, that they may still come, an answer of the quiz."""
    rare = {
        "told": screen.told,
        "waits": screen.waits,
        "quiz": screen.quiz,
        "ends": screen.ends or None,
    }
    return {name: value for name, value in rare.items() if value is not None}


def _remember(desk: Desk, call: Call, pin: Pin, screen: Screen) -> None:
    """A language chosen is known at the next dial; what was wished for is journalled by itself."""
    if len(call.hop.text) >= pin.length:  # a late hop shows a language that was left since
        pin.language = screen.language
        if screen.language:
            desk.remembered.note(call.token, screen.language)
    if screen.wish == SMS:
        _note_parcel(desk, call, pin, screen)
    elif screen.wish == WISHED:
        _note_opt_in(desk, call, pin, screen)
    elif screen.wish:
        _note_opt_out(desk, call, screen)


def _whose(call: Call) -> dict[str, object]:
    """What a wish for a message is journalled with: when, where, and of whom."""
    return {"at": call.at, "g": call.gateway.name, "t": call.token, "c": call.country}


def _sealed(call: Call) -> str:
    """The number, where a later rule must send to it (D4)."""
    return identity.seal(call.address.removeprefix("tel:"), identity.NUMBER)


def _note_parcel(desk: Desk, call: Call, pin: Pin, screen: Screen) -> None:
    """Somebody was warned and wants the answer as an SMS, in the letters that they read it in."""
    edition = desk.shelf.get(pin.edition)
    if edition is None or not call.address:
        return
    offer = edition.offer(pin.start.country, pin.start.budget)
    body = {
        **_whose(call),
        "s": call.hop.session,
        "item": screen.sends,
        "language": offer.menu(screen.language).language,
        "edition": edition.id,
        "number": _sealed(call),
    }
    desk.journal.append("send-me", body)


def _note_opt_in(desk: Desk, call: Call, pin: Pin, screen: Screen) -> None:
    """START, confirmed. Whoever said in this session that they are under 18 is put on no list (S8)."""
    if not call.address or screen.told == (AGE, UNDER_18):
        return
    body = {
        **_whose(call),
        "s": call.hop.session,
        "l": screen.language,
        "e": pin.edition,
        "num": _sealed(call),
    }
    desk.journal.append("opt-in", body)


def _note_opt_out(desk: Desk, call: Call, screen: Screen) -> None:
    if screen.wish == "forget":
        for token in (call.token, *identity.former_tokens(call.address)):
            desk.remembered.drop(token)
    met, gateway = identity.Met(call.address, call.token, call.country), call.gateway
    line = consent.line(met, gateway=gateway.name, how="menu", at=call.at, sender=gateway.sender)
    desk.journal.append("opt-out", line)


# --- how a session begins -------------------------------------------------------------------------


def _begin(desk: Desk, call: Call, key: Key, edition: Edition) -> tuple[Pin, str]:
    """The pin of a session unknown to this process, and whether it is new, known elsewhere or lost."""
    text, last = call.hop.text, call.gateway.input_mode == "last"
    begun = opening(call.gateway, call.hop)
    found = _elsewhere(desk, call, key) if begun is None else None
    if isinstance(found, Pin):
        _equip(call, found)
        if not last and not found.shared:  # how far it was seen elsewhere is not told
            found.length, found.shared = len(text), True
        return found, LATER
    lost = found is Away.AWAY or (last and begun is None)
    plain = begun == ()
    start = _start(
        # a code printed on a poster with its answers behind it means the same to everybody
        language=_spoken(desk, call) if plain or lost else None,
        country=call.country or Start().country,
        budget=STANDARD if call.gateway.ucs2_ussd.get(call.hop.network) else LATIN,
        first=1 if lost and last else text.count("*") + 1 if lost else 0,
        asks=_asks(edition, call) if plain else "",
    )
    pin = Pin(edition.id, start, call.token, length=0 if last else len(text))
    pin.code = call.hop.code if lost else owner(call.gateway, call.hop, begun)
    pin.said = begun or ()
    _equip(call, pin, near=desk.crowd.near(call.address, call.at))
    if desk.elsewhere:
        desk.elsewhere.later(key, pin)
    return pin, LOST if lost else FIRST


def _spoken(desk: Desk, call: Call) -> str | None:
    """The language this caller chose last, known by their token, or by one of before a rotation."""
    for token in (call.token, *identity.former_tokens(call.address)):
        if language := desk.remembered.get(token):
            return language
    return None


def _elsewhere(desk: Desk, call: Call, key: Key) -> Pin | Away | None:
    """A later hop of a session begun in another process, or a code dialled with its answers behind it.

    Redis knows. Where it is silent: lost, if another process was at work while this session can have
    begun; else nobody can have begun it. A gateway that echoes our last screen says itself that it is late.
    """
    found = desk.elsewhere.read(key) if desk.elsewhere else Away.AWAY
    if isinstance(found, Pin):
        if found.token in identity.former_tokens(call.address):
            found.token = call.token
        known = desk.shelf.get(found.edition)
        here = known and known.kind.may_serve(simulated=call.gateway.simulated)
        return found if here else Away.AWAY
    if call.echo or (found is Away.AWAY and desk.journal.others_active(since=call.at - SESSION)):
        return Away.AWAY
    return None


def _equip(call: Call, pin: Pin, *, near: bool = False) -> None:
    """Give a pin what it does not carry from process to process. `near` stands in the lines of this one alone."""
    pin.born = time.monotonic()
    pin.language = pin.start.language or ""
    pin.screens = _screens(pin.edition, pin.start)
    body = {
        "g": call.gateway.name,
        "s": call.hop.session,
        "t": call.token,
        "c": call.country,
        "n": call.hop.network,
        "code": pin.code,
        **({"near": True} if near else {}),
        **identity.trail(call.address),
    }
    pin.head = _encode(body)[1:-1] + ","


def _asks(edition: Edition, call: Call) -> str:
    """The question about the caller that this session may put: one session in so many, by its own name."""
    asking = edition.asking.get(call.country, NEVER)
    if not asking.one_in or not asking.questions:
        return ""
    drawn, rest = divmod(crc32(call.hop.session.encode()), asking.one_in)
    return "" if rest else asking.questions[drawn % len(asking.questions)]


@lru_cache(maxsize=512)
def _start(*, language: str | None, country: str, budget: Budget, first: int, asks: str) -> Start:
    """Sessions of a kind share one start: hundreds of thousands of pins would else hold their own."""
    return Start(language, country, budget, first, asks)


@lru_cache(maxsize=512)
def _screens(edition: str, start: Start) -> dict[str, Shown]:
    """The screens that one edition and start have in common; old editions' go with time."""
    del edition, start
    return {}


# --- when there is nothing to show ------------------------------------------------------------------


def _unserved(desk: Desk, call: Call) -> Shown:
    """No edition for this gateway: say so. The hop is journalled, it was one."""
    pin = Pin("", Start(), call.token, code=call.hop.code)
    _equip(call, pin)
    shown = _ready(NOTHING_YET, "", 0)
    desk.journal.write(f'hop\t{{"at":{call.at:.3f},{pin.head}{shown.entry}{LOST}'.encode("ascii"))
    return shown


def note_error(desk: Desk, call: Call, what: str, text: str) -> Shown:
    """End the session with these words; what went wrong is counted, nothing of it is kept."""
    body = {"at": call.at, "g": call.gateway.name, "code": call.hop.code, "door": "ussd"}
    desk.journal.append("error", {**body, "what": what})
    return parting(text)


def parting(text: str) -> Shown:
    """These words, and the session is over."""
    return _ready(Screen(text, ends=True, place="none"), "", 0)
