"""One message and what was answered, as the folds know it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from analytics.ledger import Channel
from bot.replies import Reply, State
from people import identity


@dataclass(frozen=True, slots=True)
class Said:
    """One message and what was answered, whichever door it came through. `number` sealed, may be ""."""

    entry: int
    reference: str
    door: str
    channel: Channel
    gateway: str
    token: str
    linked: bool
    number: str = field(repr=False)
    country: str
    network: str
    code: str
    language: str
    text: str = field(repr=False)
    question: str = field(repr=False)
    items: tuple[str, ...]
    before: int
    decision: str
    wish: str
    rule: str
    at: datetime
    asked_in: str = ""  # the edition whose words were answered with yes
    former: tuple[str, ...] = ()  # tokens under keys of before, while a rotation is open
    minor: bool = False  # said in this conversation to be under 18
    shared: tuple[str, ...] = ()  # of a number that a chat's person shared, today's token first
    when: str = ""  # with the wish "call" when it is safe (bot.windows); with "danger" yes or no
    word: str = field(default="", repr=False)  # sealed: what makes the call known
    asked: str = field(default="", repr=False)  # of a person; with the wish "person"
    address: str = field(default="", repr=False)  # sealed: of a chat that an answer goes to


class Answered(TypedDict):
    """What a message's own turn says of it."""

    language: str
    question: str
    items: tuple[str, ...]
    before: int
    decision: str
    wish: str
    rule: str
    asked_in: str
    minor: bool
    when: str
    word: str
    asked: str


def answered(reply: Reply, before: State) -> Answered:
    """The part of Said that comes out of the turn, where a fold makes it; chats journal theirs at the door."""
    return Answered(
        language=reply.state.language,
        question=reply.question,
        items=reply.items,
        before=before.seen,
        decision=reply.decision,
        wish=reply.wish,
        rule=str(reply.danger or ""),
        asked_in=before.edition if reply.wish == "start" else "",
        minor=reply.state.minor,
        when=reply.when,
        word=identity.seal(reply.word) if reply.word else "",
        asked=reply.asked,
    )
