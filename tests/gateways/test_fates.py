"""What is settled before a request leaves: each number once, and none that is no number."""

import pytest

from gateways.base import Batch, Outcome, Pause, Reason, Sms, State
from gateways.fates import of_each, whole

ONE, TWO = "+254711000001", "+254711000002"


def test_each_number_is_asked_for_once_and_answered_in_the_order_given():
    asked: list[list[str]] = []

    def ask(numbers: list[str]) -> Batch:
        asked.append(numbers)
        return whole(numbers[::-1], State.ACCEPTED, Reason.NONE)

    batch = of_each(Sms("Njia", (TWO, "0711", ONE, TWO)), ask)

    assert asked == [[TWO, ONE]]
    assert batch.outcomes == (
        Outcome(TWO, State.ACCEPTED),
        Outcome("0711", State.REFUSED, reason=Reason.BAD_NUMBER),
        Outcome(ONE, State.ACCEPTED),
        Outcome(TWO, State.ACCEPTED),
    )


@pytest.mark.parametrize("text", ["", " \n", "half \ud83d"])
def test_a_text_nobody_can_send_is_not_asked_for(text):
    def ask(_numbers: list[str]) -> Batch:
        raise AssertionError

    assert of_each(Sms(text, (ONE,)), ask) == whole((ONE,), State.REFUSED, Reason.TEXT)


def test_what_the_provider_says_of_the_request_is_passed_on():
    said = whole((ONE,), State.RETRY, Reason.BALANCE, retry_after=3.0)

    batch = of_each(Sms("Njia", (ONE,)), lambda _numbers: said)

    assert batch == said
    assert batch.pause is Pause.BALANCE
