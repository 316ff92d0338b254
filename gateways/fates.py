"""What every adapter does round a request: what cannot be sent stays at home, every number gets its outcome."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from gateways.account import Account, BadSettings
from gateways.base import Batch, Outcome, Pause, Reason, Sms, State
from gateways.carriage import LOCAL, AnswerLost, NotSent

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
PAUSES: Mapping[Reason, Pause] = {
    Reason.BALANCE: Pause.BALANCE,
    Reason.SENDER: Pause.SENDER,
    Reason.CREDENTIALS: Pause.CREDENTIALS,
}
HTTP: Mapping[int, tuple[State, Reason]] = {
    401: (State.RETRY, Reason.CREDENTIALS),
    403: (State.RETRY, Reason.CREDENTIALS),
    408: (State.UNSURE, Reason.NO_ANSWER),  # it gave up waiting: for how much of the request?
    413: (State.REFUSED, Reason.TOO_LARGE),
    429: (State.RETRY, Reason.THROTTLED),
}


def of_each(sms: Sms, ask: Callable[[list[str]], Batch]) -> Batch:
    """The outcome of every number in the order given; each is asked for once. `ask` makes the request.

    A number that is none can spoil the whole request at the provider: it is refused here.
    """
    if not sayable(sms.text):
        return whole(sms.numbers, State.REFUSED, Reason.TEXT)
    numbers = [number for number in dict.fromkeys(sms.numbers) if NUMBER.fullmatch(number)]
    asked = _asked(numbers, ask) if numbers else Batch(())
    known = {outcome.number: outcome for outcome in asked.outcomes}
    outcomes = tuple(known.get(number) or _bad(number) for number in sms.numbers)
    return Batch(outcomes, asked.pause, asked.retry_after, asked.whole)


def _asked(numbers: list[str], ask: Callable[[list[str]], Batch]) -> Batch:
    try:
        return ask(numbers)
    except NotSent:
        return whole(numbers, State.RETRY, Reason.UNREACHABLE)
    except AnswerLost:
        return whole(numbers, State.UNSURE, Reason.NO_ANSWER)


def whole(
    numbers: Sequence[str],
    state: State,
    reason: Reason,
    *,
    retry_after: float | None = None,
    halve: bool = False,
) -> Batch:
    """One fate for all numbers of a request."""
    outcomes = tuple(Outcome(number, state, reason=reason) for number in numbers)
    return Batch(outcomes, PAUSES.get(reason), retry_after, halve)


def sayable(text: str) -> bool:
    """Whether a text can be sent at all: not empty, no half of a surrogate pair."""
    return bool(text.strip()) and not re.search("[\ud800-\udfff]", text)


def _bad(number: str) -> Outcome:
    return Outcome(number, State.REFUSED, reason=Reason.BAD_NUMBER)


def by_status(status: int) -> tuple[State, Reason]:
    """What an HTTP status alone says."""
    if status in HTTP:
        return HTTP[status]
    if status >= 500:
        return State.UNSURE, Reason.SERVER_ERROR
    if 400 <= status < 500:
        return State.REFUSED, Reason.REQUEST
    return State.UNSURE, Reason.UNREADABLE


def referred(batch: Batch, reference: str | None) -> Batch:
    """The batch with our own id as the reference of whatever may have been sent and has no other.

    For providers whose receipts come under an id that we gave with the request: it is known even where the
    answer was lost.
    """
    named = tuple(
        replace(one, reference=one.reference or reference)
        if one.state in {State.ACCEPTED, State.UNSURE}
        else one
        for one in batch.outcomes
    )
    return replace(batch, outcomes=named)


def check_address(
    account: Account, url: str, given: str, *, setting: str = "base", plain: bool = False
) -> str:
    """The host of a web address that a key may travel to. Raises BadSettings; `given`: as the file has it.

    `plain`: the operator says that the way there is a private one, and needs no encryption.
    """
    where = urlsplit(url)
    if where.scheme not in {"http", "https"} or not where.hostname:
        raise BadSettings(
            f"Gateway {account.name}: {setting} must be a web address, not {given!r}."
        )
    encrypted = where.scheme == "https" or where.hostname in LOCAL
    if not account.simulated and not plain and not encrypted:
        raise BadSettings(
            f"Gateway {account.name}: {setting} must begin with https, the key travels in it."
        )
    return where.hostname
