"""What is settled before a request leaves: each number once, and none that is no number."""

import pytest

from gateways.base import Batch, Outcome, Pause, Reason, Sms, State
from gateways.fates import by_status, of_each, referred, whole

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


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (302, (State.UNSURE, Reason.UNREADABLE)),
        (400, (State.REFUSED, Reason.REQUEST)),
        (401, (State.RETRY, Reason.CREDENTIALS)),
        (408, (State.UNSURE, Reason.NO_ANSWER)),
        (429, (State.RETRY, Reason.THROTTLED)),
        (500, (State.UNSURE, Reason.SERVER_ERROR)),
        (503, (State.UNSURE, Reason.SERVER_ERROR)),
    ],
)
def test_a_status_alone_says_no_more_than_is_sure(status, fate):
    assert by_status(status) == fate


def test_our_own_id_names_whatever_may_have_been_sent_and_has_no_other():
    outcomes = (
        Outcome(ONE, State.ACCEPTED, "theirs"),
        Outcome(ONE, State.ACCEPTED),
        Outcome(ONE, State.UNSURE),
        Outcome(ONE, State.RETRY),
        Outcome(ONE, State.REFUSED),
    )

    named = referred(Batch(outcomes, retry_after=2.0), "ours")

    assert [one.reference for one in named.outcomes] == ["theirs", "ours", "ours", None, None]
    assert named.retry_after == 2.0
