"""One message and what was answered, as the folds know it."""

from dataclasses import dataclass, field
from datetime import datetime

from analytics.ledger import Channel


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
    when: str = (
        ""  # when a call is safe (bot.windows); with the wish "call"; with "danger": yes or no
    )
    word: str = field(default="", repr=False)  # sealed: what makes the call known
    asked: str = field(default="", repr=False)  # of a person; with the wish "person"
    address: str = field(default="", repr=False)  # sealed: of a chat that an answer goes to
