"""The simulated phones: what they dial, write, block and receive."""

import time
from collections import Counter

import pytest

from gateways.africastalking import forms
from gateways.base import Sms
from gateways.network.server import wait_quiet

PHONE, OTHER, CODE = "+254711000001", "+251911000001", "*384*1234#"
QUICK = {"receipt_delay": 0.01, "callback_retry": 0.05}


def test_a_dial_posts_the_hop_and_gives_the_answer(hooks, handsets, product):
    product.menu = {"": "CON Karibu", "1": "END Asante"}

    screen = handsets("dial", {"number": PHONE, "code": CODE, "text": ""})

    hop = product.of("ussd")[0]
    assert (screen["text"], screen["ends"], screen["status"]) == ("CON Karibu", False, 200)
    assert (hop["phoneNumber"], hop["serviceCode"], hop["text"]) == (PHONE, CODE, "")
    assert hop["networkCode"] == "63902"
    assert hop["sessionId"] == screen["session"]
    assert len(screen["session"]) == 38


def test_inputs_are_sent_cumulatively_in_one_session(hooks, handsets, product):
    product.menu = dict.fromkeys(["", "1", "1*2", "1*2*a*b"], "CON more")
    handsets("dial", {"number": PHONE, "code": CODE})
    handsets("dial", {"number": PHONE, "input": "1"})
    handsets("dial", {"number": PHONE, "code": CODE, "text": "1*2"})
    handsets("dial", {"number": PHONE, "input": "a*b"})

    hops = product.of("ussd")
    assert [hop["text"] for hop in hops] == ["", "1", "1*2", "1*2*a*b"]
    assert len({hop["sessionId"] for hop in hops}) == 1


def test_the_same_hop_again_stays_in_its_session(hooks, handsets, product):
    product.menu = dict.fromkeys(["", "1"], "CON more")
    for text in ("", "1", "1"):
        handsets("dial", {"number": PHONE, "code": CODE, "text": text})

    assert len({hop["sessionId"] for hop in product.of("ussd")}) == 1


def test_a_deep_dial_begins_with_its_inputs(hooks, handsets, product):
    product.menu = {"1*2": "CON deep"}

    assert handsets("dial", {"number": PHONE, "code": CODE, "text": "1*2"})["text"] == "CON deep"


def test_an_end_posts_the_end_event(hooks, handsets, network, product):
    product.menu, product.metadata = {"": "CON Karibu", "1": "END Asante"}, "lang"
    handsets("dial", {"number": PHONE, "code": CODE})
    handsets("dial", {"number": PHONE, "input": "1"})
    assert wait_quiet(network)

    form = product.of("ussd-end")[0]
    end = forms.ussd_end(form)
    assert (end.status, end.hops) == ("Success", 2)
    assert form["hopsMetadata"] == "lang|lang"
    assert form["lastAppResponse"] == "END Asante"


def test_the_metadata_is_echoed_with_the_next_hop(hooks, handsets, product):
    product.menu, product.metadata = dict.fromkeys(["", "1"], "CON more"), "risks.3"
    handsets("dial", {"number": PHONE, "code": CODE})
    handsets("dial", {"number": PHONE, "input": "1"})

    headers = [headers for kind, _, headers in product.forms if kind == "ussd"]
    assert [one.get("at-ussd-hop-metadata") for one in headers] == [None, "risks.3"]


@pytest.mark.parametrize("how", ["hangup", "dial"])
def test_hanging_up_or_dialling_anew_ends_the_session(hooks, handsets, network, product, how):
    product.menu = {"": "CON Karibu"}
    handsets("dial", {"number": PHONE, "code": CODE})
    handsets(how, {"number": PHONE, "code": CODE})
    assert wait_quiet(network)

    assert [end["status"] for end in product.of("ussd-end")] == ["Incomplete"]


@pytest.mark.parametrize(
    ("status", "text", "error"), [(500, "CON x", "status 500"), (200, "Karibu", "status 200")]
)
def test_a_bad_answer_ends_the_session_as_failed(
    hooks, handsets, network, product, status, text, error
):
    network.control.set_faults(QUICK)
    product.status, product.menu = status, {"": text}

    screen = handsets("dial", {"number": PHONE, "code": CODE})
    product.status = 200

    assert screen["ends"]
    assert wait_quiet(network)
    end = product.of("ussd-end")[-1]
    assert (end["status"], end["errorMessage"]) == ("Failed", error)


def test_a_session_that_takes_too_long_is_ended(hooks, handsets, network, product):
    product.menu = {"": "CON Karibu"}
    handsets("dial", {"number": PHONE, "code": CODE})
    session = network.handsets._sessions[PHONE]

    network.handsets._time_out(session)
    network.handsets._time_out(session)

    assert wait_quiet(network)
    assert [end["status"] for end in product.of("ussd-end")] == ["Incomplete"]


def test_an_input_without_a_session_says_so(hooks, handsets):
    assert handsets("dial", {"number": PHONE, "input": "1"}) == {
        "error": "no session is open on this number"
    }


def test_duplicates_post_every_callback_twice(hooks, handsets, network, product):
    network.control.set_faults({"duplicates": 1, "receipts": "off"})
    product.menu = {"": "END x"}
    handsets("dial", {"number": PHONE, "code": CODE})
    handsets("say", {"number": PHONE, "text": "hi", "to": "21512"})
    handsets("opt-out", {"number": PHONE, "sender": "NJIA"})
    assert wait_quiet(network)

    counted = Counter(kind for kind, _, _ in product.forms)
    assert counted == {"ussd": 2, "ussd-end": 2, "sms": 2, "opt-out": 2}
    assert len({form["id"] for form in product.of("sms")}) == 1


def test_saying_posts_an_sms_that_the_adapter_reads(hooks, handsets, product):
    told = handsets("say", {"number": OTHER, "text": "ሰላም & 1+1", "to": "21512"})

    inbound = forms.sms(product.of("sms")[0])
    assert told == {"reference": inbound.reference, "status": 200}
    assert (inbound.phone, inbound.text, inbound.to) == (OTHER, "ሰላም & 1+1", "21512")
    assert inbound.network == "63601"
    assert inbound.at is not None


def test_an_sms_not_answered_200_is_posted_again(hooks, handsets, network, product):
    network.control.set_faults(QUICK)
    product.status = 500
    handsets("say", {"number": PHONE, "text": "hi", "to": "21512"})
    time.sleep(0.08)
    product.status = 200

    assert wait_quiet(network)
    assert len(product.of("sms")) >= 2
    assert len({form["id"] for form in product.of("sms")}) == 1


def test_a_block_is_told_and_kept(hooks, handsets, network, product):
    handsets("opt-out", {"number": PHONE, "sender": "NJIA"})
    assert wait_quiet(network)

    assert forms.opt_out(product.of("opt-out")[0]).phone == PHONE
    assert hooks.send(Sms("Njia", (PHONE,))).outcomes[0].reason == "opted-out"


def test_the_inbox_holds_what_reached_the_phone(hooks, handsets):
    hooks.send(Sms("Njia salama", (OTHER, PHONE)))

    messages = handsets("inbox", number=PHONE)

    assert [(one["from"], one["text"]) for one in messages] == [("NJIA", "Njia salama")]
    assert handsets("inbox", number="+254711009999") == []


def test_a_lost_message_never_reaches_the_inbox(hooks, handsets, network):
    network.control.set_faults({"loss": 1, "receipts": "off"})
    hooks.send(Sms("Njia", (PHONE,)))

    assert handsets("inbox", number=PHONE) == []
