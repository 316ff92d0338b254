"""RapidPro (TextIt): a workspace's broadcasts, through whatever channels it has.

Source of the wire: RapidPro's API v2 and the official client rapidpro-python 2.21. There is no idempotency
key, so a lost answer is `unsure`. RapidPro calls no hook about a broadcast's messages: their states are asked
for (`statuses`). It has no USSD, and its flows ask questions at the hook `ask`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from gateways import fates
from gateways.account import Account, BadSettings, Texts
from gateways.base import (
    BadForm,
    Batch,
    Inbound,
    Money,
    NoStatuses,
    OptOut,
    Reason,
    Receipt,
    Sms,
    State,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import AnswerLost, NotSent
from gateways.rapidpro import channel as external
from gateways.rapidpro import replies
from gateways.rapidpro.client import FAILURES, IMPATIENT, Client, Patience, Turned, Unreadable

CHANNEL = re.compile(f"({external.UUID.pattern})?")
MOST = 100  # URNs in a broadcast
QUEUED = timedelta(
    hours=6
)  # a broadcast may wait so long behind others before its messages are made


@dataclass(frozen=True, kw_only=True, eq=False)
class RapidPro(Account):
    """base: the workspace's web address, such as https://rapidpro.example; token: of its API.

    rate: 3 600 requests an hour are allowed, so 100 numbers a second in broadcasts of 100; ours is below.
    connect_timeout and read_timeout in seconds. channel: the uuid of its External API channel, whose messages go
    out through the gateway named `carrier`. forwards: short codes of the carrier, as its provider writes them; what
    people text to those goes to the channel. groups: "audience = group" each, kept alike once somebody carried that
    audience over by hand.
    """

    base: str
    token: str = field(repr=False)
    rate: float = 90.0
    channel: str = ""
    carrier: str = ""
    forwards: Texts = ()
    groups: Texts = ()
    connect_timeout: float = 3.05
    read_timeout: float = 30.0

    def __post_init__(self) -> None:
        fates.check_address(self, self.base, self.base)
        if self.batch > MOST:
            raise BadSettings(
                f"Gateway {self.name}: batch may be {MOST} at most, as RapidPro has it."
            )
        if not re.fullmatch(r"[!-~]+", self.token):
            raise BadSettings(
                f"Gateway {self.name}: the token may hold no blanks and no letters outside ASCII."
            )

        if bool(self.channel) is not bool(self.carrier) or not CHANNEL.fullmatch(self.channel):
            raise BadSettings(
                f"Gateway {self.name}: channel is the uuid of an External API channel, and carrier the gateway "
                "its messages go through: both or neither."
            )
        if self.forwards and not self.carrier:
            raise BadSettings(
                f"Gateway {self.name}: forwards needs channel and carrier, where the texts come from."
            )

        if any(not all(pair) for pair in self.kept_alike):
            raise BadSettings(f'Gateway {self.name}: groups reads ["audience = group"].')

    @property
    def kept_alike(self) -> tuple[tuple[str, str], ...]:
        """(audience, group of contacts) of those that follow by themselves."""
        parts = (one.partition("=") for one in self.groups)
        return tuple((audience.strip(), group.strip()) for audience, _, group in parts)

    @cached_property
    def client(self) -> Client:
        """Made at first use, so that reading the settings opens nothing."""
        return self.client_of(IMPATIENT)

    def client_of(self, patience: Patience) -> Client:
        """A client of its own for long work, which waits where the quota is used up; to be closed."""
        timeout = (self.connect_timeout, self.read_timeout)
        return Client(self.base.rstrip("/"), self.token, timeout=timeout, patience=patience)

    def send(self, sms: Sms) -> Batch:
        """One broadcast to all numbers; the workspace's channels decide the sender. Never raises."""
        return fates.of_each(sms, lambda numbers: self._broadcast(sms.text, numbers))

    def _broadcast(self, text: str, numbers: list[str]) -> Batch:
        urns = [f"tel:{number}" for number in numbers]
        try:
            reference = self.client.broadcast(replies.escaped(text), urns)
        except Turned as turned:
            return replies.turned(turned.answer, numbers)
        except Unreadable:
            return fates.whole(numbers, State.UNSURE, Reason.UNREADABLE)
        return replies.accepted(reference, numbers)

    def statuses(
        self, texts: Collection[str], *, since: datetime, until: datetime
    ) -> Iterator[Receipt]:
        """By all broadcasts and messages of that time: 500 of them cost two requests at least.

        Raises NoStatuses: nothing of a listing cut short is used.
        """
        asked, upto = self.client, until + QUEUED
        try:
            broadcasts = list(asked.rows(asked.get_broadcasts(after=since, before=until)))
            messages = list(asked.rows(asked.get_messages(after=since, before=upto)))
        except FAILURES as error:
            raise NoStatuses(f"{type(error).__name__} {error}".strip()) from error
        yield from replies.receipts(broadcasts, messages, texts)

    def external(self, form: Mapping[str, str]) -> external.Outgoing:
        """What the channel wants sent. Raises BadForm, also where no carrier is named."""
        if not self.carrier:
            raise BadForm("no channel and no carrier are named in the settings")
        return external.outgoing(form)

    def tell(self, name: str, word: str) -> bool:
        """Say what became of the channel's message; whether RapidPro need not be told again."""
        base = self.base.rstrip("/")
        try:
            answer = external.tell(self.client.carriage, base, self.channel, name, word)
        except (NotSent, AnswerLost):
            return False
        return answer.status < 500 and answer.status != 429

    def takes(self, gateway: str, code: str) -> bool:
        """Whether what people text to this code of that gateway is for the channel."""
        return gateway == self.carrier and code in self.forwards

    def forward(self, number: str, text: str, at: datetime) -> Batch:
        """Give the channel a text somebody sent; one outcome. RapidPro knows no text again: an unsure one is
        never given twice. Never raises.
        """
        return fates.of_each(Sms(text, (number,)), lambda numbers: self._forward(numbers, text, at))

    def _forward(self, numbers: list[str], text: str, at: datetime) -> Batch:
        base = self.base.rstrip("/")
        answer = external.forward(
            self.client.carriage, base, self.channel, external.Incoming(numbers[0], text, at)
        )
        if answer.ok:
            return fates.whole(numbers, State.ACCEPTED, Reason.NONE)
        return replies.turned(answer, numbers)

    def balance(self) -> Money | None:
        """RapidPro knows no money; its channels do."""
        return None

    def ussd(self, form: Mapping[str, str]) -> UssdHop:
        raise BadForm("RapidPro has no USSD")

    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd:
        raise BadForm("RapidPro has no USSD")

    def receipt(self, form: Mapping[str, str]) -> Receipt:
        raise BadForm("RapidPro is asked for the states of its messages, it posts none")

    def sms(self, form: Mapping[str, str]) -> Inbound:
        raise BadForm("a flow of RapidPro asks at the hook ask")

    def opt_out(self, form: Mapping[str, str]) -> OptOut:
        """A flow that hears STOP posts the person's URN: urn=tel:+254..."""
        number = form.get("urn", "").strip().removeprefix("tel:")
        number = number if number.startswith("+") else f"+{number}"
        if not fates.NUMBER.fullmatch(number):
            raise BadForm("urn must read tel:+254...")
        return OptOut(number, "")
