"""How the simulated network misbehaves: set at the start or while it runs, the same for one seed.

By rate: shares are from 0 to 1. A request meets at most one of the request faults; what happens to one
message is drawn from the seed, its number and its text, so that a second run meets the same fate.
By script: `script` names the faults of the next requests in turn, `numbers` what befalls given numbers.
"""

import dataclasses
import random
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gateways.account import BadSettings

# In this order a request's one draw goes through the shares.
REQUEST_FAULTS = (
    *("cut", "hang", "garbage", "error", "drop", "throttle", "unauthorised", "refuse"),
    *("broken", "empty"),
)
# the messages are accepted all the same
TAKEN = frozenset({"", "cut", "hang", "garbage", "broken", "empty"})
LASTING = frozenset({403, 404, 406, 407})  # codes that belong to the number, not to the attempt
FAILURES = (  # the last receipt of a message that never reaches its phone
    ("AbsentSubscriber", ""),
    ("Failed", "DeliveryFailure"),
    ("Failed", "UserIsInactive"),
    ("Failed", "UserDoesNotExist"),
    ("Failed", "NotNetworkSubcriber"),
    ("Rejected", "UserInBlackList"),
    ("Expired", ""),
)
DRAWS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What befalls one number. codes: of its attempts in turn; behind them the last one stays where it
    belongs to the number, else the message is accepted. fate: its last receipt's status, with the reason
    behind a blank; any words, "" as drawn.
    """

    codes: tuple[int, ...] = ()
    fate: str = ""
    named: bool = True  # False: accepted, but missing in the answer
    reported: bool = True  # False: accepted, but no receipt ever comes

    def code(self, attempt: int) -> int:
        """The status code of its attempt, counted from 0; 0: as everybody's."""
        if attempt < len(self.codes):
            return self.codes[attempt]
        return self.codes[-1] if self.codes and self.codes[-1] in LASTING else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Everything that can go wrong; without arguments nothing does. Times in seconds."""

    seed: int = 1
    times: int = 0  # requests the request faults last for; 0: until changed
    latency: float = 0.0
    latency_spread: float = 0.0  # up to so much more
    # shares of requests
    cut: float = 0.0  # accepted, connection cut before the answer
    hang: float = 0.0  # accepted, no answer for hang_seconds, then cut
    hang_seconds: float = 30.0
    garbage: float = 0.0  # accepted, answered 200 with a page of HTML
    error: float = 0.0  # answered error_status; taken with the share error_taken
    error_status: int = 500
    error_taken: float = 0.5
    drop: float = 0.0  # cut before anything was accepted
    throttle: float = 0.0  # 429 with Retry-After
    retry_after: int = 1
    unauthorised: float = 0.0  # 401
    refuse: float = 0.0  # refuse_status for the whole request
    refuse_status: int = 400
    broken: float = 0.0  # accepted, answered error_status
    empty: float = 0.0  # accepted, answered with no recipients
    # by script
    script: tuple[str, ...] = ()  # the faults of the next requests, "" for none; then the shares
    numbers: Mapping[str, Lot] = field(default_factory=dict, repr=False)
    # the answer
    whole: str = ""  # a name such as InvalidSenderId: refused with no recipients
    charset: bool = False  # "application/json; charset=utf-8"
    queued: float = 0.0  # share answered 102 Queued
    processed: float = 0.0  # share answered 100 Processed
    unnamed: float = 0.0  # share accepted but missing in the answer
    unreferenced: float = 0.0  # share accepted whose messageId is the word None
    codes: Mapping[int, float] = field(default_factory=dict)  # status code -> share of recipients
    # the air
    loss: float = 0.0  # share accepted that never reaches its phone
    fates: Mapping[str, float] = field(default_factory=dict)  # last receipt, as in Lot -> share
    # callbacks
    duplicates: float = 0.0  # share of hops, ends, SMS and opt-outs posted twice
    callback_retry: float = (
        60.0  # how long until a callback that was not answered 200 is posted again
    )
    receipts: Literal["on", "off", "before"] = "on"  # before: posted before the request is answered
    receipt_early: float = 0.0  # share of requests whose receipts come before their answer
    receipt_delay: float = 0.5  # from the answer to Sent, and again to each later one
    submitted: float = 0.0  # share reported Submitted on the way
    buffered: float = 0.0  # share reported Buffered on the way
    receipt_copies: int = 1
    receipt_shuffled: bool = False  # all receipts of a request in any order
    receipt_missing: float = 0.0  # share of messages the operator never reports

    def chance(self) -> random.Random:
        """A new generator, for what is drawn once a request."""
        return random.Random(self.seed)  # noqa: S311 - a simulation wants repeatable chance

    def request(self, roll: float) -> str:
        """The fault of one request, "" for none; roll from [0, 1)."""
        for name in REQUEST_FAULTS:
            share: float = getattr(self, name)
            if roll < share:
                return name
            roll -= share
        return ""

    def code(self, number: str, roll: float) -> int:
        """The failure code one number meets, 0 for none; roll is this attempt's own."""
        lasting = draw(self.seed, number, "code")
        for code, share in self.codes.items():
            if code in LASTING and lasting < share:
                return code
            lasting -= share if code in LASTING else 0.0
            if code not in LASTING and roll < share:
                return code
            roll -= 0.0 if code in LASTING else share
        return 0

    def fate(self, number: str, sha: str) -> tuple[str, str]:
        """The last receipt's status and reason of one message."""
        lot = self.numbers.get(number)
        told = lot.fate if lot else ""
        if not told and self.fates:
            told = _of(self.fates, draw(self.seed, number, sha + "fate"))
        if told:
            status, _, reason = told.partition(" ")
            return status, reason
        if self.loss and (lost := draw(self.seed, number, sha)) < self.loss:
            return FAILURES[int(lost * DRAWS) % len(FAILURES)]
        return "Success", ""

    def passes(self, way: Literal["Submitted", "Buffered"], number: str, sha: str) -> bool:
        """Whether a message is reported to be on its way there."""
        share = self.submitted if way == "Submitted" else self.buffered
        return bool(share) and draw(self.seed, number, sha + way) < share

    def reported(self, number: str, sha: str) -> bool:
        lot = self.numbers.get(number)
        if lot and not lot.reported:
            return False
        missing = self.receipt_missing
        return not missing or draw(self.seed, number, sha + "receipt") >= missing


def _of(shares: Mapping[str, float], roll: float) -> str:
    """The word whose share of [0, 1) the roll falls in, "" for none."""
    for word, share in shares.items():
        if roll < share:
            return word
        roll -= share
    return ""


def draw(seed: int, *words: str) -> float:
    """A number from [0, 1) that depends on the words alone."""
    return zlib.crc32("\0".join((str(seed), *words)).encode()) / DRAWS


def read(given: Mapping[str, Any]) -> Faults:
    """Faults from JSON or TOML; raises BadSettings for a name or a kind that is none."""
    known = {one.name for one in dataclasses.fields(Faults)}
    if unknown := sorted(given.keys() - known):
        raise BadSettings(f"unknown fault {unknown[0]!r}; known are {', '.join(sorted(known))}")
    try:
        read_already = {name: SHAPES[name](given[name]) for name in SHAPES.keys() & given.keys()}
        faults = Faults(**{**given, **read_already})
    except (TypeError, ValueError, AttributeError) as error:
        raise BadSettings(f"faults: {error}") from None
    _check(faults)
    return faults


def _script(given: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """Raises ValueError for a fault that is none."""
    if unknown := sorted(set(given) - {"", *REQUEST_FAULTS}):
        raise ValueError(f"no request fault is called {unknown[0]!r}")
    return tuple(given)


def _codes(given: Any) -> dict[int, float]:  # noqa: ANN401
    return {int(code): float(share) for code, share in given.items()}


def _fates(given: Any) -> dict[str, float]:  # noqa: ANN401
    return {str(told): float(share) for told, share in given.items()}


def _lots(given: Any) -> dict[str, Lot]:  # noqa: ANN401
    return {number: _lot(dict(told)) for number, told in given.items()}


def _lot(told: dict[str, Any]) -> Lot:
    lot = Lot(**{**told, "codes": tuple(map(int, told.get("codes", ())))})
    if not (isinstance(lot.fate, str) and {type(lot.named), type(lot.reported)} == {bool}):
        raise TypeError("fate is a word, named and reported are true or false")
    return lot


# the fields that JSON and TOML write in another shape
SHAPES: Mapping[str, Callable[[Any], Any]] = {
    "script": _script,
    "codes": _codes,
    "fates": _fates,
    "numbers": _lots,
}


def _check(faults: Faults) -> None:
    for one in dataclasses.fields(Faults):
        value, plain = getattr(faults, one.name), one.default
        if one.name in SHAPES:
            continue
        if isinstance(plain, bool | str):
            fits = isinstance(value, type(plain))
        else:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not fits:
            raise BadSettings(f"fault {one.name} cannot be {value!r}")
    if faults.receipts not in {"on", "off", "before"}:
        raise BadSettings('fault receipts is "on", "off" or "before"')
