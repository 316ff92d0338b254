"""What RapidPro's answers mean: of a broadcast for each number, of its messages' states for receipts.

Source: nyaruka/rapidpro, temba/api/v2 and temba/msgs; mailroom, core/models/broadcast.go.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateways import fates
from gateways.base import Batch, Outcome, Reason, Receipt, Standing, State
from gateways.carriage import Answer
from gateways.fields import WORD

HTTP: Mapping[int, tuple[State, Reason]] = {
    408: (State.UNSURE, Reason.NO_ANSWER),  # it gave up waiting: for how much of the request?
    413: (State.REFUSED, Reason.TOO_LARGE),
    429: (State.RETRY, Reason.THROTTLED),
}
ELSEWHERE = frozenset({401, 403, 404, 405})  # not our token, or no RapidPro at this address
STANDINGS: Mapping[str, Standing] = {
    "queued": Standing.QUEUED,
    "errored": Standing.QUEUED,  # RapidPro tries again by itself
    "wired": Standing.SENT,
    "sent": Standing.SUBMITTED,
    "delivered": Standing.DELIVERED,
    "read": Standing.DELIVERED,
    "failed": Standing.FAILED,
}
Key = tuple[str, str]  # URN and text


def accepted(reference: str, numbers: Sequence[str]) -> Batch:
    """One broadcast for all: its uuid is the reference of each number."""
    return Batch(tuple(Outcome(number, State.ACCEPTED, reference) for number in numbers))


def turned(answer: Answer, numbers: Sequence[str]) -> Batch:
    """The fate of every number of a broadcast that was not made, or may not have been."""
    state, reason = _fate(answer.status)
    halve = state is State.REFUSED
    return fates.whole(numbers, state, reason, retry_after=answer.retry_after, halve=halve)


def _fate(status: int) -> tuple[State, Reason]:
    if status in HTTP:
        return HTTP[status]
    if status in ELSEWHERE or 300 <= status < 400:
        return State.RETRY, Reason.CREDENTIALS
    return (State.REFUSED, Reason.REQUEST) if status < 500 else (State.UNSURE, Reason.SERVER_ERROR)


# --- messages -----------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """A text as a broadcast takes it: RapidPro reads "@" as the beginning of an expression, "@@" as the sign."""
    return text.replace("@", "@@")


def receipts(
    broadcasts: Iterable[Any], messages: Iterable[Any], texts: Iterable[str]
) -> Iterator[Receipt]:
    """What became of each message of our broadcasts, `texts` being what we sent.

    A message does not name its broadcast. The two are put together by number and text, in the order of time,
    and only where there are as many messages as broadcasts; others get no receipt rather than another's.
    """
    asked = _asked(broadcasts, {text.strip() for text in texts})
    told: dict[Key, list[Any]] = defaultdict(list)
    for message in messages:
        key = (str(message.urn), str(message.text or "").strip())
        if message.direction == "out" and key in asked:
            told[key].append(message)
    for key, found in told.items():
        if len(found) == len(asked[key]):
            found.sort(key=lambda message: str(message.created_on))
            yield from map(_receipt, asked[key], found)


def _asked(broadcasts: Iterable[Any], texts: set[str]) -> dict[Key, list[str]]:
    """Number and text -> the uuids of the broadcasts that hold both, oldest first."""
    found: dict[Key, list[str]] = defaultdict(list)
    for one in sorted(broadcasts, key=lambda one: str(one.created_on)):
        said = one.text.values() if isinstance(one.text, dict) else [one.text]
        for text in texts & {str(text).replace("@@", "@").strip() for text in said}:
            for urn in one.urns or []:
                found[str(urn), text].append(str(one.uuid))
    return found


def _receipt(reference: str, message: Any) -> Receipt:  # noqa: ANN401 - of no types
    word = str(message.status)
    standing = STANDINGS.get(word, Standing.UNKNOWN)
    return Receipt(
        reference=reference,
        phone=str(message.urn).removeprefix("tel:"),
        network="",
        status=standing,
        reason=Reason.DELIVERY_FAILURE if standing is Standing.FAILED else Reason.NONE,
        word=word[:WORD],
    )
