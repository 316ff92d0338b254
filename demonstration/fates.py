"""How the networks of a demonstration treat a message: taken, refused, lost on the way, told of early or late.

By lot for each message, by the shares of its network (`demonstration.places`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from demonstration.inhabitants import Inhabitant
from demonstration.lot import Lot
from gateways import segments
from gateways.base import Batch, Money, Outcome, Reason, Sms, State
from gateways.network.operators import CURRENCY, PRICES

UNSURE, REFUSED, BLOCKED = 0.02, 0.008, 0.0015  # of requests; of numbers; of numbers
SOON, HOURS = 0.9, 20  # receipts within minutes; else within so many hours
LATE, WEEKS = 0.01, 5  # and some within so many weeks
REASONS = (Reason.NO_SUCH_NUMBER, Reason.INACTIVE, Reason.WRONG_NETWORK)
FAILURES = (("AbsentSubscriber", 0.55), ("Expired", 0.3), ("Failed", 0.15))


@dataclass(frozen=True, slots=True)
class Notice:
    """A receipt to be posted when its time has come."""

    due: datetime
    reference: str
    number: str = field(repr=False)
    status: str
    reason: str = ""


class Network:
    """Answers for the gateway, and keeps the receipts that follow."""

    def __init__(self, people: Mapping[str, Inhabitant], lot: Lot) -> None:
        self._people, self._lot = people, lot
        self._notices: list[Notice] = []

    def answers(self, sms: Sms, *, blast: str, at: datetime) -> Batch:
        """What the provider says of one request; a whole one may be lost after it was taken."""
        parts = segments.count(sms.text).parts
        lost = self._lot.happens(UNSURE, "lost", blast, min(sms.numbers))
        found = [self._outcome(number, parts, blast, at) for number in sms.numbers]
        if lost:
            found = [_unsure(one) for one in found]
        return Batch(tuple(found))

    def due(self, until: datetime) -> list[Notice]:
        """The receipts whose time has come, each once, in order."""
        found = sorted(
            (one for one in self._notices if one.due < until), key=lambda one: (one.due, one.number)
        )
        self._notices = [one for one in self._notices if one.due >= until]
        return found

    def _outcome(self, number: str, parts: int, blast: str, at: datetime) -> Outcome:
        draw = self._lot.share("outcome", blast, number)
        if draw < BLOCKED:
            return Outcome(number, State.REFUSED, None, None, Reason.OPTED_OUT)
        if draw < BLOCKED + REFUSED:
            reason = self._lot.one(REASONS, "refused", blast, number)
            return Outcome(number, State.REFUSED, None, None, reason)
        reference = f"ATXid_demonstration{self._lot.whole(2**52, 'reference', blast, number):013x}"
        self._notices.extend(self._told(reference, number, blast, at))
        cost = Money(PRICES[number[:4]] * Decimal(parts), CURRENCY)
        return Outcome(number, State.ACCEPTED, reference, cost)

    def _told(self, reference: str, number: str, blast: str, at: datetime) -> Iterator[Notice]:
        line, lot = self._people[number].line, self._lot
        if not lot.happens(line.told, "told", blast, number):
            return
        due = at + self._after(blast, number)
        if lot.happens(line.delivered, "delivered", blast, number):
            yield Notice(due, reference, number, "Success")
        else:
            yield Notice(due, reference, number, lot.weighed(FAILURES, "failure", blast, number))

    def _after(self, blast: str, number: str) -> timedelta:
        lot = self._lot
        if lot.happens(LATE, "late", blast, number):
            return timedelta(weeks=WEEKS) * lot.share("weeks", blast, number)
        if lot.happens(SOON, "soon", blast, number):
            return timedelta(minutes=1 + 12 * lot.share("minutes", blast, number))
        return timedelta(hours=HOURS) * lot.share("hours", blast, number)


def _unsure(one: Outcome) -> Outcome:
    """The answer that would have said so was lost."""
    if one.state is not State.ACCEPTED:
        return one
    return Outcome(one.number, State.UNSURE, None, None, Reason.NO_ANSWER)
