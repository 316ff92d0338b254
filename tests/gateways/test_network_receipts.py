"""The simulated network's receipts: their order, their copies, their losses."""

import http.client
import socket
import struct
import time
from collections import Counter
from urllib.parse import urlencode

from gateways.africastalking import forms
from gateways.base import Sms, Standing
from gateways.network import faults
from gateways.network.server import wait_quiet

PHONE, OTHER = "+254711000001", "+251911000001"
NUMBERS = tuple(f"+25471100{place:04d}" for place in range(40))
QUICK = {"receipt_delay": 0.01, "callback_retry": 0.05}


def test_receipts_come_as_sent_then_success(hooks, network, product):
    network.control.set_faults(QUICK)

    batch = hooks.send(Sms("Njia", (PHONE, OTHER)))

    assert wait_quiet(network)
    receipts = [forms.receipt(form) for form in product.of("receipt")]
    known = {outcome.reference: outcome.number for outcome in batch.outcomes}
    assert [(one.phone, one.word) for one in receipts] == [
        (PHONE, "Sent"),
        (OTHER, "Sent"),
        (PHONE, "Success"),
        (OTHER, "Success"),
    ]
    assert all(known[one.reference] == one.phone for one in receipts)
    assert [one.network for one in receipts[:2]] == ["63902", "63601"]


def test_receipts_before_the_answer_are_there_when_it_comes(hooks, network, product):
    network.control.set_faults({"receipts": "before"})

    hooks.send(Sms("Njia", (PHONE,)))

    assert [form["status"] for form in product.of("receipt")] == ["Sent", "Success"]


def test_receipts_before_the_answer_survive_a_deaf_product(hooks, network, product):
    network.control.set_faults({"receipts": "before", **QUICK})
    product.status = 503
    hooks.send(Sms("Njia", (PHONE,)))
    product.status = 200

    assert wait_quiet(network)
    answered = product.of("receipt")[1:]
    assert [form["status"] for form in answered] == ["Sent", "Success"]


def test_receipts_come_though_whoever_sent_did_not_live_to_hear_the_answer(hooks, network, product):
    network.control.set_faults({"latency": 0.3, **QUICK})
    body = urlencode({"username": "simulated", "to": ",".join(NUMBERS * 10), "message": "Njia"})
    line = http.client.HTTPConnection("127.0.0.1", network.port)
    line.request("POST", "/version1/messaging", body, {"apiKey": "simulated"})
    no_linger = struct.pack("ii", 1, 0)
    line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)  # reset, as a kill does
    line.close()

    until = time.monotonic() + 10
    while len(product.of("receipt")) < 2 * 10 * len(NUMBERS) and time.monotonic() < until:
        time.sleep(0.02)

    told = Counter(form["phoneNumber"] for form in product.of("receipt"))
    assert told == dict.fromkeys(NUMBERS, 20)


def test_a_refused_receipt_is_not_posted_again(hooks, network, product):
    network.control.set_faults({"receipts": "before"})
    product.status = 404

    hooks.send(Sms("Njia", (PHONE,)))

    assert len(product.of("receipt")) == 2


def test_shuffled_copies_are_all_there_in_another_order(hooks, network, product):
    network.control.set_faults({**QUICK, "receipt_shuffled": True, "receipt_copies": 3})

    hooks.send(Sms("Njia", NUMBERS))

    assert wait_quiet(network)
    words = [form["status"] for form in product.of("receipt")]
    assert Counter(words) == {"Sent": 120, "Success": 120}
    assert words != sorted(words)


def test_losses_are_reported_as_failures_and_some_not_at_all(hooks, network, product):
    network.control.set_faults({**QUICK, "loss": 0.5, "receipt_missing": 0.25, "seed": 3})

    hooks.send(Sms("Njia", NUMBERS))

    assert wait_quiet(network)
    last = [forms.receipt(form) for form in product.of("receipt") if form["status"] != "Sent"]
    assert 20 < len(last) < 40
    assert all(one.status.final for one in last)
    failed = [one for one in last if one.status is not Standing.DELIVERED]
    assert 0 < len(failed) < len(last)
    assert all(one.reason for one in failed)


def test_receipts_share_a_few_connections(hooks, network, product):
    network.control.set_faults(QUICK)

    hooks.send(Sms("Njia", NUMBERS))

    assert wait_quiet(network)
    assert len(product.of("receipt")) == 80
    assert product.connections <= 4


def test_the_judge_knows_fates_before_receipts_tell_them():
    wild = faults.read({"loss": 0.5, "seed": 7})

    fates = [wild.fate(number, "abc") for number in NUMBERS]

    assert fates == [wild.fate(number, "abc") for number in NUMBERS]
    assert 0 < sum(status == "Success" for status, _ in fates) < 40
