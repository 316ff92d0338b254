"""What a gateway takes and gives: plain values, no Django, no HTTP.

A gateway is the adapter to one provider account. Everything here is frozen, so that it may cross
threads and floors; what a word means for the blast that waits for it is said once, below.
"""

import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Literal, Protocol, runtime_checkable

InputMode = Literal["cumulative", "last"]


class BadForm(ValueError):  # noqa: N818 - the name other rooms know it by
    """What came in is not what this hook takes; the text names the field that is missing or wrong."""


class State(StrEnum):
    """The fate of one number in one send()."""

    ACCEPTED = "accepted"  # the provider has it; a receipt may follow
    REFUSED = "refused"  # final, and surely not sent
    RETRY = "retry"  # surely not sent; asking again later is safe
    UNSURE = "unsure"  # it may have been sent: never again by itself


class Reason(StrEnum):
    """Why a message was not accepted or not delivered: a closed list, translated by the pages."""

    NONE = ""
    # the number
    BAD_NUMBER = "bad-number"
    NUMBER_TYPE = "number-type"
    OPTED_OUT = "opted-out"
    NO_ROUTE = "no-route"
    QUIET_HOURS = "quiet-hours"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"
    WRONG_NETWORK = "wrong-network"
    NO_SUCH_NUMBER = "no-such-number"
    ABSENT = "absent"
    NO_CREDIT = "no-credit"
    NOT_SUBSCRIBED = "not-subscribed"
    # the text or the whole request
    TEXT = "text"
    REQUEST = "request"
    TOO_LARGE = "too-large"
    EXPIRED = "expired"
    RISK_HOLD = "risk-hold"
    WINDOW = "window"  # of a chat app: the person wrote too long ago to be answered
    # our account: the blast pauses
    BALANCE = "balance"
    SENDER = "sender"
    CREDENTIALS = "credentials"
    # the provider
    THROTTLED = "throttled"
    PROVIDER_ERROR = "provider-error"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no-answer"
    SERVER_ERROR = "server-error"
    UNREADABLE = "unreadable"
    NOT_NAMED = "not-named"
    DELIVERY_FAILURE = "delivery-failure"
    OTHER = "other"


# How often a number may be tried in all when the answer was `retry` for this reason; absent: until
# the blast expires. The provider advises one more try after RejectedByGateway.
MOST_TRIES: Mapping[Reason, int] = {Reason.REJECTED: 2, Reason.PROVIDER_ERROR: 5}
REFERENCE_MOST = 128  # characters kept of a message's id, by answers and receipts alike


class Pause(StrEnum):
    """Why the whole blast must stop until somebody has acted."""

    BALANCE = "balance"
    SENDER = "sender"
    CREDENTIALS = "credentials"


class Standing(IntEnum):
    """How far a message came, by its receipts; the higher rank wins, in whatever order they come.

    Delivered outranks every failure: networks report "absent", then deliver when the phone is back.
    """

    UNKNOWN = 0  # a word we do not know: kept, changes nothing
    QUEUED = 10
    SENT = 20
    SUBMITTED = 30
    BUFFERED = 40
    ABSENT = 50
    EXPIRED = 51
    FAILED = 52
    REJECTED = 53
    DELIVERED = 60

    @property
    def final(self) -> bool:
        return self >= Standing.ABSENT


# what a failure means where the provider gives no reason with it
FAILURES: Mapping[Standing, Reason] = {
    Standing.ABSENT: Reason.ABSENT,
    Standing.EXPIRED: Reason.EXPIRED,
    Standing.FAILED: Reason.DELIVERY_FAILURE,
    Standing.REJECTED: Reason.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as the provider wrote it; currency "" where it named none."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Sms:
    """One text to many numbers (E.164 with "+"). Sender "": the gateway's own."""

    text: str
    numbers: tuple[str, ...] = field(repr=False)
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one number; reference is the provider's id, None where it gave none."""

    number: str = field(repr=False)
    state: State
    reference: str | None = None
    cost: Money | None = None
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class Batch:
    """One Outcome for every number asked, in the order asked.

    pause: stop the blast. retry_after: seconds the provider asked us to wait, None if it did not.
    whole: the provider refused the request itself, so halving it can find the number that spoils it.
    """

    outcomes: tuple[Outcome, ...]
    pause: Pause | None = None
    retry_after: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class UssdHop:
    """One USSD request: phone as received with its "+" repaired, text as the input mode has it."""

    session: str
    code: str
    phone: str = field(repr=False)
    network: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UssdEnd:
    """How a session ended; what the person typed and read, and the way through the screens, is not here on purpose (D4)."""

    session: str
    code: str
    phone: str = field(repr=False)
    network: str
    status: str
    cost: Money | None = None
    milliseconds: int | None = None
    hops: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the provider says later about one message; word and detail are its own words."""

    reference: str
    phone: str = field(repr=False)
    network: str
    status: Standing
    reason: Reason = Reason.NONE
    word: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """An SMS from a person; at is None where the provider's date makes no sense."""

    reference: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    to: str
    network: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OptOut:
    """A person blocked one of our senders at the provider."""

    phone: str = field(repr=False)
    sender: str


@dataclass(frozen=True, slots=True)
class ServiceCode:
    """A USSD code or its deep-dial prefix and who owns it; campaign "": always-on."""

    code: str
    country: str
    campaign: str = ""


class Gateway(Protocol):
    """One provider account. Read-only and safe to share between threads."""

    @property
    def name(self) -> str: ...
    @property
    def simulated(self) -> bool: ...  # demonstration editions are served through these only
    @property
    def secrets(self) -> tuple[str, ...]: ...  # newest first; older ones while a rotation overlaps
    @property
    def secret(self) -> str: ...  # the newest
    @property
    def allowed(self) -> tuple[str, ...]: ...  # networks (CIDR) hooks may come from; empty: any
    @property
    def input_mode(self) -> InputMode: ...
    @property
    def sender(self) -> str: ...
    @property
    def ucs2_ussd(self) -> Mapping[str, bool]: ...  # network -> shows UCS-2; absent: take Latin
    @property
    def codes(self) -> Mapping[str, ServiceCode]: ...
    @property
    def batch(self) -> int: ...  # numbers a request
    @property
    def rate(self) -> float: ...  # numbers a second, on average
    @property
    def suffix(self) -> int: ...  # characters the provider may add: that may be one part more
    @property
    def receipt_hours(self) -> int: ...  # a receipt later than this is not waited for

    def hook(self, kind: str) -> str: ...  # the path of one of our hooks
    def send(self, sms: Sms) -> Batch: ...
    def balance(self) -> Money | None: ...
    def ussd(self, form: Mapping[str, str]) -> UssdHop: ...
    def ussd_end(self, form: Mapping[str, str]) -> UssdEnd: ...
    def receipt(self, form: Mapping[str, str]) -> Receipt: ...
    def sms(self, form: Mapping[str, str]) -> Inbound: ...
    def opt_out(self, form: Mapping[str, str]) -> OptOut: ...


class NoStatuses(Exception):  # noqa: N818 - what happened
    """The provider could not be asked, or its answer was cut short: another time. The text names no number."""


@runtime_checkable
class Polled(Protocol):
    """A gateway whose provider posts no receipts: it is asked for them."""

    def statuses(
        self, texts: Collection[str], *, since: datetime, until: datetime
    ) -> Iterator[Receipt]:
        """How far messages came that were sent from `since` to `until` with one of these texts.

        Each names the reference that send() gave for it. Raises NoStatuses.
        """


def authentic(gateway: Gateway, secret: str) -> bool:
    """Whether a hook's secret is one of this gateway's; takes as long for a near miss as for a far one."""
    given = secret.encode()
    return sum(hmac.compare_digest(given, own.encode()) for own in gateway.secrets) > 0
