"""What Kannel's answer to sendsms means for each number.

Source: Kannel's user guide and smsbox. A request for several numbers, or for a text of several parts, is
answered with the fate of the first of them alone; the others go their own way. What is said after a part
may have left is therefore believed for one number and one part only.
"""

import re
from collections.abc import Mapping, Sequence

from gateways.base import Batch, Outcome, Reason, State
from gateways.carriage import Answer
from gateways.fates import by_status, whole

TAKEN = re.compile(r"0: Accepted|3: Queued|Sent\.")
DENIED = re.compile(r"Denied receivers are:([+0-9 ]*)")
NO_ROUTE, TEMPORAL = "Not routable", "Temporal failure"
# How the words of a 400 begin -> why; they are said before anything is sent.
BAD_REQUESTS: Mapping[str, tuple[State, Reason]] = {
    "Sender missing": (State.RETRY, Reason.SENDER),
    "Number(s) has/have been denied": (State.REFUSED, Reason.REJECTED),
    "Missing receiver": (State.REFUSED, Reason.BAD_NUMBER),
    "Empty receiver": (State.REFUSED, Reason.BAD_NUMBER),
    "Empty text": (State.REFUSED, Reason.TEXT),
    "Charset or body misformed": (State.REFUSED, Reason.TEXT),
}
OF_THE_REQUEST = frozenset({Reason.REQUEST, Reason.TOO_LARGE})  # halving may find who spoils it


def read(answer: Answer, numbers: Sequence[str], *, parts: int) -> Batch:
    """The fate of each number asked, in the order asked. `parts`: of the text, on the air."""
    words = answer.body.decode("utf-8", "replace").strip()
    if answer.ok and TAKEN.match(words):
        return Batch(tuple(_taken(number, _denied(words)) for number in numbers))
    state, reason = _whole(answer, words, len(numbers), parts)
    return whole(
        numbers,
        state,
        reason,
        retry_after=answer.retry_after,
        halve=state is State.REFUSED and reason in OF_THE_REQUEST,
    )


def _denied(words: str) -> frozenset[str]:
    """The digits of the numbers that Kannel's own lists hold back."""
    found = DENIED.search(words)
    return frozenset(one.strip("+") for one in found[1].split()) if found else frozenset()


def _taken(number: str, denied: frozenset[str]) -> Outcome:
    if number.strip("+") in denied:
        return Outcome(number, State.REFUSED, reason=Reason.REJECTED)
    return Outcome(number, State.ACCEPTED)


def _whole(answer: Answer, words: str, numbers: int, parts: int) -> tuple[State, Reason]:
    """The fate of a request that was not plainly taken."""
    if answer.status == 403 and words.startswith(NO_ROUTE):
        alone = numbers == 1
        return (State.REFUSED, Reason.NO_ROUTE) if alone else (State.UNSURE, Reason.NOT_NAMED)
    if answer.status == 503 and words.startswith(TEMPORAL) and numbers == parts == 1:
        return State.RETRY, Reason.PROVIDER_ERROR
    if answer.status == 503 and answer.retry_after is not None:
        return State.RETRY, Reason.THROTTLED  # who asks to come back later has taken nothing
    if answer.status == 400:
        said = (fate for begin, fate in BAD_REQUESTS.items() if words.startswith(begin))
        return next(said, (State.REFUSED, Reason.REQUEST))
    return by_status(answer.status)
