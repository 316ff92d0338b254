"""How an unknown provider's answer is read: by the rules of its settings, and where none fits as unsure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateways.base import REFERENCE_MOST, Batch, Outcome, Reason, State
from gateways.carriage import Answer
from gateways.fates import by_status, whole

NO_MONEY = 402


@dataclass(frozen=True, slots=True)
class Rules:
    """Searched in the body of a 2xx. accepted None: every 2xx that is not refused is one."""

    accepted: re.Pattern[str] | None
    refused: re.Pattern[str] | None
    reference: re.Pattern[str] | None

    @classmethod
    def of(cls, accepted: str, refused: str, reference: str) -> "Rules":
        """From the settings. Raises ValueError."""
        rules = cls(
            *map(_compiled, ("accepted", "refused", "reference"), (accepted, refused, reference))
        )
        if rules.reference and rules.reference.groups != 1:
            raise ValueError("reference must have one group in parentheses: the id itself")
        return rules

    def read(self, answer: Answer, numbers: Sequence[str]) -> Batch:
        """One fate for all numbers of the request: such an answer names none of them."""
        words = answer.body.decode("utf-8", "replace")
        state, reason = self._fate(answer, words)
        if state is State.ACCEPTED:
            named = self._reference(words)
            return Batch(tuple(Outcome(number, state, named) for number in numbers))
        halve = state is State.REFUSED and (len(numbers) > 1 or reason is Reason.REQUEST)
        return whole(numbers, state, reason, retry_after=answer.retry_after, halve=halve)

    def _fate(self, answer: Answer, words: str) -> tuple[State, Reason]:
        if answer.ok:
            return self._said(words)
        if answer.status == NO_MONEY:
            return State.RETRY, Reason.BALANCE
        if answer.status == 503 and answer.retry_after is not None:
            return State.RETRY, Reason.THROTTLED  # who asks to come back later has taken nothing
        return by_status(answer.status)

    def _said(self, words: str) -> tuple[State, Reason]:
        if self.accepted and self.accepted.search(words):
            return State.ACCEPTED, Reason.NONE
        if self.refused and self.refused.search(words):
            return State.REFUSED, Reason.REJECTED
        if self.accepted:
            return State.UNSURE, Reason.UNREADABLE
        return State.ACCEPTED, Reason.NONE

    def _reference(self, words: str) -> str | None:
        found = self.reference.search(words) if self.reference else None
        return (found[1] or "").strip()[:REFERENCE_MOST] or None if found else None


def _compiled(name: str, rule: str) -> re.Pattern[str] | None:
    try:
        return re.compile(rule) if rule else None
    except re.error as error:
        raise ValueError(f"{name} is no regular expression: {error}") from None
