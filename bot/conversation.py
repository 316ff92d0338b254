"""A turn with everything around it: what is remembered, the edition, the journal line before the answer."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings

from bot import meanings, office, ways
from bot.dialogue import turn
from bot.memory import Memory
from bot.replies import Form, Reply, State, Told
from campaigns.editions.edition import Edition
from journal.writer import Journal
from people import consent, identity

TEXT_MOST = 2000  # characters kept of a message
NUMBER = "tel:"
NUMBERED = ("start", "call", "person")  # wishes that need the number
PASSING = (
    "web:",
    "once:",
)  # nothing is ever sent there, so no opt-out is kept of everybody passing by


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as a door took it: `door` web or ask, `gateway` "" for the web, `address` see identity.

    `number`: `tel:+...` that the person of a chat shared, so that both are one; else "".
    """

    door: str
    gateway: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    country: str
    language: str
    at: float  # epoch seconds
    number: str = field(default="", repr=False)
    form: Form = "text"  # of a voice, a picture or a place the text is its caption, often ""

    @property
    def token(self) -> str:
        return identity.token(self.address)

    @property
    def phone(self) -> str:
        """The E.164 number they write from or shared; "" where there is none."""
        shared = self.number or (self.address if self.address.startswith(NUMBER) else "")
        return shared.removeprefix(NUMBER)


@dataclass(frozen=True, slots=True)
class Desk:
    """What conversations work with."""

    journal: Journal
    memory: Memory = field(default_factory=Memory)
    reads_in: Callable[[str, datetime], int | None] = office.reads_in


_placed: list[Desk] = []


def place(placed: Desk) -> None:
    """Give this process's desk to the pages: its journal is the one that the process's shipper carries away."""
    _placed[:] = [placed]


def desk() -> Desk:
    """The desk that was placed; a process without doors makes one, whose journal others take up when it ends."""
    if not _placed:
        _placed.append(Desk(Journal(settings.DATA / "journal"), Memory(settings.REDIS_URL)))
    return _placed[0]


def converse(desk: Desk, edition: Edition, heard: Heard) -> Reply:
    """The reply, after it was journalled; what it asks for (stop) is journalled too."""
    before = desk.memory.get(heard.token)
    told = Told(
        text=heard.text[:TEXT_MOST],
        country=heard.country,
        language=heard.language,
        reachable=bool(heard.phone),
        form=heard.form,
        reads=_reads(desk, heard),
        page=heard.address.startswith(ways.PAGE),
    )
    reply = turn(edition, meanings.of(edition).rank, before, told)
    desk.journal.append("chat", _entry(heard, before, reply))
    if reply.wish in ("stop", "forget") and not heard.address.startswith(PASSING):
        met = identity.Met(heard.number or heard.address, heard.token, heard.country)
        line = consent.line(
            met, gateway=heard.gateway, how="word", at=heard.at, chat=not heard.phone
        )
        desk.journal.append("opt-out", line)
    desk.memory.put(heard.token, reply.state)
    return reply


def _reads(desk: Desk, heard: Heard) -> Callable[[], int | None] | None:
    """Asked only when somebody wants a person; None where no answer could come back to them."""
    if not ways.leads(heard.door, heard.gateway, heard.address):
        return None
    return partial(desk.reads_in, heard.country, datetime.fromtimestamp(heard.at, UTC))


def forget(desk: Desk, heard: Heard) -> None:
    """What is remembered of the conversation is gone; what was kept of its person goes when the line is folded."""
    done = Reply("", "forget", State(), wish="forget")
    desk.journal.append("chat", _entry(heard, State(), done))
    desk.memory.put(heard.token, State())


def marked(edition: Edition, text: str) -> str:
    """A demonstration says so wherever it speaks outside its own pages (D5)."""
    return edition.mark + text


def _entry(heard: Heard, before: State, reply: Reply) -> dict[str, Any]:
    """The journal line: texts sealed, the number too, and only where a wish needs it."""
    number, kept = heard.phone, reply.wish in NUMBERED
    return {
        "at": heard.at,
        "g": heard.gateway,
        "id": secrets.token_hex(12),
        "door": heard.door,
        "t": heard.token,
        "num": identity.seal(number, identity.NUMBER) if number and kept else "",
        "lk": bool(number),
        "c": heard.country,
        "l": reply.state.language or heard.language,
        "text": identity.seal(heard.text[:TEXT_MOST]),
        "q": identity.seal(reply.question) if reply.question else "",
        "i": list(reply.items),
        "d": before.seen,
        "decision": reply.decision,
        "w": reply.wish,
        "cw": reply.when,
        "cx": identity.seal(reply.word) if reply.word else "",
        "m": reply.state.minor,
        "pq": identity.seal(reply.asked) if reply.asked else "",
        "pa": identity.seal(heard.address) if reply.asked and ways.sealed(heard.address) else "",
        "e": before.edition if reply.wish == "start" else "",
        "rule": str(reply.danger or ""),
        **identity.trail(heard.address),
        **identity.shared(heard.number),
    }
