"""What Telegram's answer to sendMessage means. Source: core.telegram.org/bots/api#making-requests."""

from collections.abc import Mapping

from gateways import fates
from gateways.base import Batch, Reason, State
from gateways.carriage import LONGEST_WAIT, Answer
from gateways.messenger import Letter, one

HTTP: Mapping[int, tuple[State, Reason]] = {
    401: (State.RETRY, Reason.CREDENTIALS),
    404: (State.RETRY, Reason.CREDENTIALS),  # a token that is none leads to no address
    403: (State.REFUSED, Reason.OPTED_OUT),  # blocked by the person, or the account is gone
    429: (State.RETRY, Reason.THROTTLED),
}
NOBODY = ("chat not found", "user not found", "PEER_ID_INVALID")


def fate(letter: Letter, answer: Answer) -> Batch:
    """The fate of the one message; Telegram's own word for how long to wait comes in the body."""
    data = answer.data if isinstance(answer.data, dict) else {}
    if answer.ok:
        done = data.get("ok") is True
        return one(letter, *((State.ACCEPTED, Reason.NONE) if done else _unreadable()))
    state, reason = HTTP.get(answer.status) or _of_request(answer.status, data)
    return one(letter, state, reason, retry_after=_wait(data) or answer.retry_after)


def _unreadable() -> tuple[State, Reason]:
    return State.UNSURE, Reason.UNREADABLE


def _of_request(status: int, data: Mapping[str, object]) -> tuple[State, Reason]:
    said = str(data.get("description") or "")
    if status == 400 and any(word in said for word in NOBODY):
        return State.REFUSED, Reason.NO_SUCH_NUMBER
    return fates.by_status(status)


def _wait(data: Mapping[str, object]) -> float | None:
    told = data.get("parameters")
    seconds = told.get("retry_after") if isinstance(told, dict) else None
    known = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return min(seconds, LONGEST_WAIT) if known and seconds is not None and seconds >= 0 else None
