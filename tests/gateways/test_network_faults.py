"""What the simulated network can be asked to do wrong, by script and by rate, seen through the adapter."""

from collections import Counter

import pytest
import requests

from gateways.africastalking import forms
from gateways.base import Reason, Sms, Standing, State
from gateways.network import faults
from gateways.network.exchange import NAMES
from gateways.network.faults import Lot
from gateways.network.server import wait_quiet

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(40))
PHONE, OTHER = NUMBERS[:2]
SMS = Sms("Njia", (PHONE, OTHER))
QUICK = {"receipt_delay": 0.01, "callback_retry": 0.05}
# what the adapter makes of each word of the wire
CODES = {
    100: ("accepted", ""),
    101: ("accepted", ""),
    102: ("accepted", ""),
    401: ("refused", "risk-hold"),
    402: ("retry", "sender"),
    403: ("refused", "bad-number"),
    404: ("refused", "number-type"),
    405: ("retry", "balance"),
    406: ("refused", "opted-out"),
    407: ("refused", "no-route"),
    409: ("retry", "quiet-hours"),
    500: ("retry", "provider-error"),
    501: ("retry", "provider-error"),
    502: ("retry", "rejected"),
}
REASONS = {
    "InsufficientCredit": Reason.NO_CREDIT,
    "InvalidLinkId": Reason.REQUEST,
    "UserIsInactive": Reason.INACTIVE,
    "UserInBlackList": Reason.OPTED_OUT,
    "UserAccountSuspended": Reason.SUSPENDED,
    "NotNetworkSubcriber": Reason.WRONG_NETWORK,
    "NotNetworkSubscriber": Reason.WRONG_NETWORK,
    "UserNotSubscribedToProduct": Reason.NOT_SUBSCRIBED,
    "UserDoesNotExist": Reason.NO_SUCH_NUMBER,
    "DeliveryFailure": Reason.DELIVERY_FAILURE,
    "DoNotDisturbRejection": Reason.QUIET_HOURS,
    "SomethingElse": Reason.OTHER,
}
STATUSES = {  # and whether nothing further is to be expected
    "Sent": (Standing.SENT, Reason.NONE, False),
    "Submitted": (Standing.SUBMITTED, Reason.NONE, False),
    "Buffered": (Standing.BUFFERED, Reason.NONE, False),
    "Rejected": (Standing.REJECTED, Reason.REJECTED, True),
    "Success": (Standing.DELIVERED, Reason.NONE, True),
    "Failed": (Standing.FAILED, Reason.DELIVERY_FAILURE, True),
    "AbsentSubscriber": (Standing.ABSENT, Reason.ABSENT, True),
    "Expired": (Standing.EXPIRED, Reason.EXPIRED, True),
    "Wandering": (Standing.UNKNOWN, Reason.NONE, False),
}


def posted(product) -> list[str]:
    return [form["status"] for form in product.of("receipt")]


# --- requests ---------------------------------------------------------------------------------------


def test_a_script_befalls_the_next_requests_in_turn(gateway, network):
    script = ["throttle", "", "cut", "error", "broken", "refuse"]
    network.control.set_faults({"script": script, "error_taken": 0, "receipts": "off"})

    reasons = [gateway.send(Sms("Njia", (number,))).outcomes[0].reason for number in NUMBERS[:8]]

    assert reasons == [
        *("throttled", "", "no-answer", "server-error", "server-error", "request", "", "")
    ]
    record = [row.numbers for row in network.exchange.record._rows]
    assert record == [(NUMBERS[place],) for place in (1, 2, 4, 6, 7)]


def test_behind_the_script_the_shares_hold(gateway, network):
    network.control.set_faults({"script": ["", "refuse"], "throttle": 1, "times": 1})

    reasons = [gateway.send(SMS).outcomes[0].reason for _ in range(4)]

    assert reasons == ["", "request", "throttled", ""]


def test_the_script_is_read_back_as_it_was_given(handsets):
    script = {"script": ["cut", ""], "numbers": {PHONE: {"codes": [500], "fate": "Failed"}}}

    told = handsets("faults", script)

    lot = {"codes": [500], "fate": "Failed", "named": True, "reported": True}
    assert told == handsets("faults")
    assert (told["script"], told["numbers"]) == (["cut", ""], {PHONE: lot})


# --- numbers ----------------------------------------------------------------------------------------


def test_the_network_knows_every_documented_code():
    assert sorted(NAMES) == sorted(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_can_befall_one_number_alone(gateway, network, code):
    network.control.set_faults({"numbers": {PHONE: {"codes": [code]}}, "receipts": "off"})

    outcomes = gateway.send(SMS).outcomes

    assert [(one.state, one.reason) for one in outcomes] == [CODES[code], CODES[101]]


@pytest.mark.parametrize(
    ("codes", "states"),
    [
        ([500, 502], ["retry", "retry", "accepted", "accepted"]),
        ([500, 403], ["retry", "refused", "refused", "refused"]),
        ([102, 405], ["accepted", "retry", "accepted", "accepted"]),
    ],
)
def test_the_attempts_of_a_number_meet_its_codes_in_turn(gateway, network, codes, states):
    network.control.set_faults({"numbers": {PHONE: {"codes": codes}}, "receipts": "off"})

    met = [gateway.send(Sms("Njia", (PHONE,))).outcomes[0].state for _ in range(4)]

    assert met == states


def test_a_number_missing_in_the_answer_is_on_record(gateway, network):
    network.control.set_faults({"numbers": {PHONE: {"named": False}}, "receipts": "off"})

    outcomes = gateway.send(SMS).outcomes

    assert [one.reason for one in outcomes] == [Reason.NOT_NAMED, Reason.NONE]
    assert network.exchange.record.count == 2


def test_the_word_none_is_no_reference(gateway, network):
    network.control.set_faults({"unreferenced": 0.5, "seed": 3, "receipts": "off"})

    outcomes = gateway.send(Sms("Njia", NUMBERS)).outcomes

    assert {one.state for one in outcomes} == {State.ACCEPTED}
    assert 10 < sum(one.reference is None for one in outcomes) < 30


@pytest.mark.parametrize(
    ("numbers", "status"), [((PHONE,), 409), ((PHONE, OTHER), 201)], ids=["all", "one"]
)
def test_quiet_hours_for_all_are_told_by_http_too(gateway, network, numbers, status):
    network.control.set_faults({"numbers": {PHONE: {"codes": [409, 409]}}, "receipts": "off"})
    form = {"username": "a", "to": ",".join(numbers), "message": "x"}
    url = f"http://127.0.0.1:{network.port}/version1/messaging"

    with requests.post(url, data=form, headers={"apiKey": "k"}, timeout=5) as reply:
        told = reply.status_code
    outcome = gateway.send(Sms("Njia", numbers)).outcomes[0]

    assert told == status
    assert (outcome.state, outcome.reason) == (State.RETRY, Reason.QUIET_HOURS)


# --- receipts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_every_receipt_status_can_be_asked_for(gateway, network, product, status):
    network.control.set_faults({**QUICK, "numbers": {PHONE: {"fate": status}}})

    gateway.send(SMS)

    assert wait_quiet(network)
    assert posted(product) == ["Sent", "Sent", status, "Success"]
    last = forms.receipt(product.of("receipt")[2])
    assert (last.phone, last.word) == (PHONE, status)
    assert (last.status, last.reason, last.status.final) == STATUSES[status]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("status", ["Failed", "Rejected"])
def test_every_failure_reason_can_be_asked_for(gateway, network, product, status, reason):
    network.control.set_faults({**QUICK, "fates": {f"{status} {reason}": 1}})

    gateway.send(Sms("Njia", (PHONE,)))

    assert wait_quiet(network)
    last = forms.receipt(product.of("receipt")[1])
    assert (last.word, last.detail, last.reason) == (status, reason, REASONS[reason])


def test_fates_come_by_rate_and_losses_among_the_rest():
    wild = faults.read({"fates": {"Expired": 0.3, "Failed UserIsInactive": 0.2}, "loss": 1})

    fates = Counter(wild.fate(number, "abc") for number in NUMBERS)

    assert 4 < fates["Expired", ""] < 20
    assert 2 < fates["Failed", "UserIsInactive"] < 20
    assert ("Success", "") not in fates


def test_messages_pass_by_submitted_and_buffered(gateway, network, product):
    network.control.set_faults({**QUICK, "submitted": 1, "buffered": 0.5, "seed": 2})

    gateway.send(Sms("Njia", NUMBERS))

    assert wait_quiet(network)
    counted = Counter(posted(product))
    assert (counted["Sent"], counted["Submitted"], counted["Success"]) == (40, 40, 40)
    assert 10 < counted["Buffered"] < 30


def test_what_is_lost_for_one_number_is_posted_for_the_other(gateway, network, product):
    network.control.set_faults({**QUICK, "numbers": {PHONE: {"reported": False}}})

    gateway.send(SMS)

    assert wait_quiet(network)
    assert [form["phoneNumber"] for form in product.of("receipt")] == [OTHER, OTHER]


def test_a_share_of_requests_is_reported_before_its_answer(gateway, network, product):
    network.control.set_faults({**QUICK, "receipt_delay": 5, "receipt_early": 0.5})
    early = []
    for number in NUMBERS:
        before = len(product.of("receipt"))
        gateway.send(Sms("Njia", (number,)))
        early.append(len(product.of("receipt")) - before)

    assert set(early) == {0, 2}
    assert 10 < early.count(2) < 30


def test_early_receipts_can_be_shuffled_copies(gateway, network, product):
    network.control.set_faults(
        {"receipts": "before", "receipt_shuffled": True, "receipt_copies": 3}
    )

    gateway.send(Sms("Njia", NUMBERS))

    words = posted(product)
    assert Counter(words) == {"Sent": 120, "Success": 120}
    assert words != sorted(words)


def test_a_lot_of_nothing_changes_nothing():
    assert [Lot().code(attempt) for attempt in range(3)] == [0, 0, 0]
