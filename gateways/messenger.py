"""What accounts of chat apps have in common: people write first, each answer goes to one of them.

No blast goes through them: the apps have it paid, or forbid it, and nobody there agreed to it.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import ClassVar, Literal

from gateways import fates
from gateways.account import Account, BadSettings
from gateways.base import (
    BadForm,
    Batch,
    Inbound,
    Money,
    OptOut,
    Outcome,
    Reason,
    Receipt,
    Sms,
    State,
    UssdEnd,
    UssdHop,
)
from gateways.carriage import LOCAL, AnswerLost, Carriage, NotSent

Form = Literal["text", "voice", "picture", "place"]
MOST_TEXT = 4096  # characters of one message, in Telegram and in WhatsApp


@dataclass(frozen=True, slots=True)
class Written:
    """A message of a person. `address`: `telegram:123` or `tel:+254...`; `number`: their own, where they shared it.

    `form`: what came instead of, or with, the text, which is then a caption, often "". Of a key that was pressed
    the text is its label.
    `language`: of their app, may be "".
    """

    reference: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    language: str = ""
    number: str = field(default="", repr=False)
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Left:
    """A person closed the chat to us: nothing may be sent there."""

    address: str = field(repr=False)


Event = Written | Left | Receipt


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `to` as Written.address; `choices`: (key, title), shown as keys to press."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Messenger(Account):
    """country: of the people who write, where all are of one; "": by their numbers, or not known.

    public: our own web address, as the app's servers see it. Timeouts in seconds.
    """

    base: str
    country: str = ""
    public: str = ""
    connect_timeout: float = 3.05
    read_timeout: float = 30.0

    kind: ClassVar[str]  # the last part of the hook's path
    header: ClassVar[str]  # which proves who posts, as WSGI names it
    window: ClassVar[timedelta | None] = (
        None  # after a person's message in which they may be answered
    )
    body_most: ClassVar[int] = 256 * 1024  # bytes of a post

    def __post_init__(self) -> None:
        host = fates.check_address(self, self.base, self.base)
        if self.simulated and host not in LOCAL:
            raise BadSettings(f"Gateway {self.name}: a simulated gateway may not speak to {host}.")
        if self.public:
            fates.check_address(self, self.public, self.public, setting="public")
        if self.country and not (len(self.country) == 2 and self.country.isupper()):
            raise BadSettings(f"Gateway {self.name}: country must be a code like KE.")

    @cached_property
    def carriage(self) -> Carriage:
        """Made at first use, so that reading the settings opens nothing."""
        return Carriage(self.base.rstrip("/"), (self.connect_timeout, self.read_timeout))

    @property
    def callback(self) -> str:
        """The address that the app's servers post to, secret included."""
        return f"{self.public.rstrip('/')}{self.hook(self.kind)}"

    # --- what comes in

    @abstractmethod
    def vouches(self, raw: bytes, said: str) -> bool:
        """Whether the header's words prove that the app itself posted this body; in constant time."""

    def challenge(self, query: Mapping[str, str]) -> str:
        """What a GET that asks whether we are there is answered with. Raises BadForm where none is."""
        raise BadForm("this app posts only")

    @abstractmethod
    def events(self, raw: bytes) -> Iterator[Event]:
        """What a posted body tells. Raises BadForm where it is none of the app's."""

    # --- what goes out

    def write(self, letter: Letter) -> Batch:
        """Send one message, once; one outcome. Never raises."""
        if not fates.sayable(letter.text):
            return one(letter, State.REFUSED, Reason.TEXT)
        try:
            return self._written(letter)
        except NotSent:
            return one(letter, State.RETRY, Reason.UNREACHABLE)
        except AnswerLost:
            return one(letter, State.UNSURE, Reason.NO_ANSWER)

    @abstractmethod
    def _written(self, letter: Letter) -> Batch:
        """The same. Raises NotSent, AnswerLost."""

    def send(self, sms: Sms) -> Batch:
        """Nothing: whoever is on a list agreed to SMS."""
        return fates.whole(sms.numbers, State.REFUSED, Reason.NO_ROUTE)

    def balance(self) -> Money | None:
        return None

    def ussd(self, form: Mapping[str, str]) -> UssdHop:
        raise BadForm("a chat has no USSD")

    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd:
        raise BadForm("a chat has no USSD")

    def receipt(self, form: Mapping[str, str]) -> Receipt:
        raise BadForm(f"receipts come in at the hook {self.kind}")

    def sms(self, form: Mapping[str, str]) -> Inbound:
        raise BadForm(f"messages come in at the hook {self.kind}")

    def opt_out(self, form: Mapping[str, str]) -> OptOut:
        raise BadForm(f"opt-outs come in at the hook {self.kind}")


def one(
    letter: Letter,
    state: State,
    reason: Reason = Reason.NONE,
    *,
    reference: str | None = None,
    retry_after: float | None = None,
) -> Batch:
    """The fate of the one message."""
    outcome = Outcome(letter.to, state, reference, reason=reason)
    return Batch((outcome,), fates.PAUSES.get(reason), retry_after)


def cut(text: str, most: int = MOST_TEXT) -> str:
    """A text as long as the app takes; the app refuses a longer one, and nobody would hear anything."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def label(key: str, title: str, most: int) -> str:
    """What stands on a key: "2 The second title", cut to what the app shows."""
    return cut(f"{key} {title}", most)


def pressed(said: str, choices: Mapping[str, str]) -> str:
    """The key of the choice whose label this is (key -> title), cut or whole; "" where it is none of them."""
    said = said.strip()
    for key, title in choices.items():
        whole = f"{key} {title}"
        begins = said.endswith("…") and len(said) > len(key) + 2 and whole.startswith(said[:-1])
        if said == whole or begins:
            return key
    return ""
