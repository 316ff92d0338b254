"""What each answer of the provider means, without a network."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.africastalking import replies
from gateways.base import MOST_TRIES, Batch, Money, Outcome, Pause, Reason, State
from gateways.carriage import Answer

FILE = Path(__file__).parent.parent / "payloads" / "africastalking" / "sms_api.json"
API = json.loads(FILE.read_text(encoding="utf-8"))
RESPONSES = {one["id"]: one for one in API["responses"]}
ONE, TWO = "+254711000001", "+254711000002"
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["SMSMessageData", "Recipients", "Message", "statusCode", "number", "cost"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def reply(code: object, number: str = ONE, **more: object) -> Answer:
    row = {"statusCode": code, "number": number, "cost": "KES 0.8000", "messageId": "ATXid_1"}
    return Answer(201, {"SMSMessageData": {"Message": "", "Recipients": [{**row, **more}]}})


def recorded(name: str) -> Answer:
    return Answer(RESPONSES[name]["http"], RESPONSES[name].get("body"))


def states(batch: Batch) -> list[State]:
    return [outcome.state for outcome in batch.outcomes]


# the provider's words for each code, as our policy reads them
MEANT = {
    "accepted": (State.ACCEPTED, None),
    "held": (State.REFUSED, None),
    "config_error": (State.RETRY, Pause.SENDER),
    "permanent_recipient": (State.REFUSED, None),
    "account_error": (State.RETRY, Pause.BALANCE),
    "opted_out": (State.REFUSED, None),
    "no_route": (State.REFUSED, None),
    "quiet_hours": (State.RETRY, None),
    "transient": (State.RETRY, None),
    "rejected": (State.RETRY, None),
}


@pytest.mark.parametrize("listed", API["status_codes"], ids=lambda one: one["name"])
def test_every_documented_code_is_classified(listed):
    batch = replies.read(reply(listed["code"]), [ONE])

    assert (batch.outcomes[0].state, batch.pause) == MEANT[listed["outcome"]]
    assert (batch.outcomes[0].reason is Reason.NONE) == (listed["outcome"] == "accepted")


def test_rejected_by_the_gateway_is_tried_twice_in_all():
    assert MOST_TRIES[replies.CODES[502][1]] == 2


def test_an_accepted_message_has_its_reference_and_cost():
    batch = replies.read(recorded("all_ok"), [ONE, TWO])

    assert batch.outcomes[0] == Outcome(
        ONE, State.ACCEPTED, "ATXid_" + "0" * 32, Money(Decimal("0.8000"), "KES")
    )


def test_only_the_code_decides_not_the_words():
    assert states(replies.read(recorded("queued"), [ONE])) == [State.ACCEPTED]


def test_a_mixed_answer_tells_each_number_its_own():
    batch = replies.read(recorded("mixed"), [ONE, TWO, "+25471"])

    assert [outcome.reason for outcome in batch.outcomes] == ["", "opted-out", "bad-number"]
    assert [outcome.reference for outcome in batch.outcomes] == ["ATXid_1", None, None]


def test_numbers_are_matched_by_number_not_by_place():
    batch = replies.read(recorded("order_and_format"), [ONE, TWO])

    assert [outcome.number for outcome in batch.outcomes] == [ONE, TWO]
    assert batch.outcomes[0].reference == "ATXid_" + "0" * 31 + "1"


def test_a_number_without_its_plus_is_matched():
    assert states(replies.read(reply(101, ONE[1:]), [ONE])) == [State.ACCEPTED]


def test_a_number_missing_in_the_answer_is_unsure():
    batch = replies.read(reply(101), [ONE, TWO])

    assert batch.outcomes[1] == Outcome(TWO, State.UNSURE, reason=Reason.NOT_NAMED)


@pytest.mark.parametrize("codes", [(101, 500), (500, 101)])
def test_a_number_named_twice_counts_as_accepted(codes):
    rows = [recorded_row for code in codes for recorded_row in replies.recipients(reply(code).data)]

    batch = replies.read(Answer(201, {"SMSMessageData": {"Recipients": rows}}), [ONE])

    assert states(batch) == [State.ACCEPTED]


@pytest.mark.parametrize("code", [999, 0, "x", None, True, [], "１０１"])
def test_an_unknown_code_is_unsure(code):
    assert states(replies.read(reply(code), [ONE])) == [State.UNSURE]


def test_a_code_in_quotes_counts():
    assert states(replies.read(reply("101"), [ONE])) == [State.ACCEPTED]


@pytest.mark.parametrize("word", ["None", "", None, 0])
def test_a_reference_that_is_none_is_never_kept(word):
    batch = replies.read(reply(101, messageId=word), [ONE])

    assert batch.outcomes[0].reference is None


def test_a_sender_refused_as_a_whole_pauses_the_blast():
    batch = replies.read(recorded("no_recipients"), [ONE, TWO])

    assert (states(batch), batch.pause) == ([State.RETRY, State.RETRY], Pause.SENDER)


def test_quiet_hours_come_with_http_409():
    batch = replies.read(recorded("nigeria_dnd"), ["+2348000000000"])

    assert batch.outcomes[0].reason is Reason.QUIET_HOURS
    assert states(batch) == [State.RETRY]


@pytest.mark.parametrize(
    ("status", "state", "reason", "halve"),
    [
        (400, State.REFUSED, Reason.REQUEST, True),
        (401, State.RETRY, Reason.CREDENTIALS, False),
        (403, State.RETRY, Reason.CREDENTIALS, False),
        (404, State.REFUSED, Reason.REQUEST, True),
        (408, State.UNSURE, Reason.NO_ANSWER, False),
        (413, State.REFUSED, Reason.TOO_LARGE, True),
        (422, State.REFUSED, Reason.REQUEST, True),
        (429, State.RETRY, Reason.THROTTLED, False),
        (500, State.UNSURE, Reason.SERVER_ERROR, False),
        (502, State.UNSURE, Reason.SERVER_ERROR, False),
        (503, State.UNSURE, Reason.SERVER_ERROR, False),
        (200, State.UNSURE, Reason.UNREADABLE, False),
        (204, State.UNSURE, Reason.UNREADABLE, False),
        (302, State.UNSURE, Reason.UNREADABLE, False),
    ],
)
def test_an_answer_without_recipients_is_read_by_its_status(status, state, reason, halve):
    batch = replies.read(Answer(status, None), [ONE])

    assert batch.outcomes == (Outcome(ONE, state, reason=reason),)
    assert batch.whole == halve


def test_an_error_that_names_recipients_is_still_unsure():
    answer = Answer(500, reply(403).data)

    assert states(replies.read(answer, [ONE])) == [State.UNSURE]


def test_empty_recipients_without_a_known_word_are_unsure():
    answer = Answer(201, {"SMSMessageData": {"Message": "Sent to 0/1", "Recipients": []}})

    assert replies.read(answer, [ONE]).outcomes[0].reason is Reason.NOT_NAMED


def test_retry_after_is_handed_on():
    assert replies.read(Answer(429, None, 7.0), [ONE]).retry_after == 7.0


@given(st.integers(min_value=100, max_value=599), JUNK)
def test_whatever_comes_back_each_number_has_a_fate(status, data):
    batch = replies.read(Answer(status, data), [ONE, TWO])

    assert [outcome.number for outcome in batch.outcomes] == [ONE, TWO]


@pytest.mark.parametrize(
    ("word", "money"),
    [
        ("KES 0.8000", Money(Decimal("0.8"), "KES")),
        ("0", Money(Decimal(0), "")),
        ("0.00", Money(Decimal(0), "")),
        ("UGX -3", Money(Decimal(-3), "UGX")),
        ("", None),
        ("None", None),
        ("KES NaN", None),
    ],
)
def test_money_is_read_with_or_without_a_currency(word, money):
    assert replies.money(word) == money


@pytest.mark.parametrize(
    ("cost", "kept"),
    [
        ("KES 1e30", Money(Decimal(999_999), "KES")),  # far above any price: the blast pauses
        ("SHILLINGS 0.8", Money(Decimal("0.8"), "SHI")),  # no currency of ours: the blast pauses
        ("KES -5", None),
    ],
)
def test_cost_and_reference_fit_what_is_stored(cost, kept):
    row = {"statusCode": 101, "number": ONE, "cost": cost, "messageId": "m" * 500}
    answer = Answer(201, {"SMSMessageData": {"Recipients": [row]}})

    outcome = replies.read(answer, [ONE]).outcomes[0]

    assert (outcome.cost, outcome.reference) == (kept, "m" * 128)
