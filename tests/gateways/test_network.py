"""The simulated network itself: its phones, its receipts, its record."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import requests

from gateways.africastalking import forms
from gateways.base import Sms, Standing
from gateways.network import faults, operators
from gateways.network.callbacks import Hooks, Scheduler
from gateways.network.server import wait_quiet

PHONE, OTHER, CODE = "+254711000001", "+251911000001", "*384*1234#"
NUMBERS = tuple(f"+25471100{place:04d}" for place in range(40))
QUICK = {"receipt_delay": 0.01, "callback_retry": 0.05}


@pytest.fixture
def handsets(network):
    """The control API, as outsiders call it."""
    session = requests.Session()
    session.trust_env = False

    def ask(name: str, body: dict[str, Any] | None = None, **query: str):
        url = f"http://127.0.0.1:{network.port}/handsets/{name}"
        reply = session.get(url, params=query) if body is None else session.post(url, json=body)
        return reply.json()

    yield ask
    session.close()


@pytest.fixture
def hooks(gateway):
    """The product has made its hook secret."""
    return gateway


# -- USSD ----------------------------------------------------------------------------------------
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
    assert (end.status, end.hops, end.trace) == ("Success", 2, ("lang", "lang"))
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


# -- SMS from and to phones ------------------------------------------------------------------------
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


# -- receipts --------------------------------------------------------------------------------------
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


# -- the record and the control API ----------------------------------------------------------------
def test_the_record_has_one_line_for_each_accepted_message(hooks, network, handsets, data):
    batch = hooks.send(Sms("Njia", NUMBERS))

    url = f"http://127.0.0.1:{network.port}/handsets/record"
    lines = [json.loads(line) for line in requests.get(url, timeout=5).text.splitlines()]
    texts = handsets("texts")
    assert [line["number"] for line in lines] == list(NUMBERS)
    assert [line["reference"] for line in lines] == [one.reference for one in batch.outcomes]
    assert {texts[line["sha"]] for line in lines} == {"Njia"}
    assert (data / "network" / "record.jsonl").stat().st_mode & 0o777 == 0o600


def test_faults_last_for_so_many_requests(hooks, network):
    network.control.set_faults({"throttle": 1, "times": 2, "receipts": "off"})

    states = [hooks.send(Sms("Njia", (PHONE,))).outcomes[0].state for _ in range(3)]

    assert states == ["retry", "retry", "accepted"]


def test_one_seed_gives_the_same_faults_again(hooks, network):
    def run() -> list[str]:
        network.control.set_faults({"throttle": 0.5, "seed": 11, "receipts": "off"})
        return [hooks.send(Sms("Njia", (PHONE,))).outcomes[0].state for _ in range(12)]

    first = run()
    assert first == run()
    assert set(first) == {"retry", "accepted"}


def test_lasting_codes_stay_with_their_number(hooks, network):
    network.control.set_faults({"codes": {"403": 0.5, "500": 0.2}, "receipts": "off"})

    runs = [hooks.send(Sms("Njia", NUMBERS)).outcomes for _ in range(2)]

    bad = [{one.number for one in run if one.reason == "bad-number"} for run in runs]
    assert bad[0] == bad[1]
    assert 5 < len(bad[0]) < 35


@pytest.mark.parametrize(
    "given",
    [
        {"teeth": 1},
        {"cut": "often"},
        {"cut": -1},
        {"charset": 1},
        {"codes": {"x": 1}},
        {"codes": 3},
        {"receipts": "never"},
    ],
)
def test_faults_that_make_no_sense_are_refused(handsets, given):
    assert "error" in handsets("faults", given)


def test_figures_count_what_happened(hooks, network, handsets):
    hooks.send(Sms("Njia", (*NUMBERS, "+447700900001")))

    figures = handsets("figures")

    assert (figures["accepted"], figures["refused"], figures["recorded"]) == (40, 1, 40)
    assert figures["pending"] == 0


@pytest.mark.parametrize(
    ("name", "body"),
    [("dial", {}), ("dial", {"number": PHONE}), ("say", {"number": PHONE}), ("account", {})],
)
def test_a_control_request_that_lacks_something_says_what(handsets, name, body):
    assert "error" in handsets(name, body)


def test_the_account_can_be_filled(handsets):
    assert handsets("account", {"balance": 5}) == {"balance": "5.0000", "currency": "KES"}
    assert handsets("account") == {"balance": "5.0000", "currency": "KES"}


@pytest.mark.parametrize(
    ("path", "form", "headers", "status"),
    [
        ("version1/messaging", {"to": PHONE, "message": "x", "username": "a"}, {}, 401),
        ("version1/messaging", {"to": "", "username": "a"}, {"apiKey": "k"}, 400),
        ("nowhere", {}, {}, 404),
    ],
)
def test_the_wire_refuses_as_the_provider_does(network, path, form, headers, status):
    url = f"http://127.0.0.1:{network.port}/{path}"

    with requests.post(url, data=form, headers=headers, timeout=5) as reply:
        assert reply.status_code == status


def test_the_network_is_healthy(network):
    url = f"http://127.0.0.1:{network.port}"

    assert requests.get(f"{url}/healthz", timeout=5).json() == {"status": "ok"}
    assert requests.get(f"{url}/nowhere", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (PHONE, "63902"),
        ("+254733000001", "63903"),
        ("+254763000001", "63999"),
        ("+256772000001", "64110"),
        ("+251711000001", "63602"),
        ("+252634000001", "63701"),
        ("+211912000001", "65906"),
        ("+249912000001", "63401"),
        ("+25377000001", "63801"),
        ("+2917100001", "65701"),
        ("+447700900001", "99999"),
    ],
)
def test_a_number_tells_its_network(number, code):
    assert operators.network(number) == code


# -- hooks and work to be done later -----------------------------------------------------------------
def test_hooks_are_read_from_either_file_and_again_when_it_changes(tmp_path):
    file = tmp_path / "hooks.json"
    hooks = Hooks("http://127.0.0.1:1", file, "sim")
    missing = hooks.path("ussd")
    file.write_text(json.dumps({"sim": ["s" * 24, "old"]}))
    own = hooks.path("ussd-end")
    file.write_text(json.dumps({"other": ["x"]}))
    foreign = hooks.path("sms")
    listed = [{"gateway": "sim", "kind": "ussd", "url": "/hooks/sim/x/ussd"}]
    file.write_text(json.dumps([*listed, {"gateway": "at", "kind": "sms", "url": "/y"}]))

    assert (missing, foreign) == (None, None)
    assert own == f"/hooks/sim/{'s' * 24}/ussd-end"
    assert (hooks.path("ussd"), hooks.path("sms")) == ("/hooks/sim/x/ussd", None)


def test_callbacks_survive_a_product_that_closes_kept_connections(hooks, network, product):
    network.control.set_faults({"receipts": "before"})
    network.callbacks.close()  # connections of other tests
    product.closes = True

    for _ in range(3):
        hooks.send(Sms("Njia", (PHONE,)))

    assert network.callbacks.counts["receipt ok"] == 6
    assert len(network.callbacks._idle) == 1


def test_without_hooks_a_dial_says_so(network, product, monkeypatch):
    monkeypatch.setattr(network.callbacks.hooks, "_file", Path("/nowhere/hooks.json"))

    assert network.control.dial({"number": PHONE, "code": CODE})["text"] == "no hook is known"


def test_the_scheduler_keeps_time_and_calls_again():
    done: list[str] = []
    scheduler = Scheduler(2)
    again = iter([0.01, None])
    scheduler.after(0.05, lambda: done.append("late"))

    def early() -> float | None:
        done.append("early")
        return next(again)

    scheduler.after(0.0, early)
    deadline = time.monotonic() + 5
    while scheduler.pending and time.monotonic() < deadline:
        time.sleep(0.005)
    scheduler.stop()

    assert done == ["early", "early", "late"]


# -- the process -------------------------------------------------------------------------------------
def test_the_process_serves_and_ends_cleanly_without_a_word_about_anybody(tmp_path):
    config = tmp_path / "network.toml"
    config.write_text('[faults]\nreceipts = "off"\nprocessed = 1.0\n')
    command = [sys.executable, "-m", "gateways.network", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path), "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    form = {"username": "a", "to": PHONE, "message": "secret words"}
    url = f"{line.split()[-1]}/version1/messaging"
    with requests.post(url, data=form, headers={"apiKey": "k"}, timeout=5) as reply:
        row = reply.json()["SMSMessageData"]["Recipients"][0]
    process.terminate()
    out, err = process.communicate(timeout=10)

    assert (reply.status_code, row["statusCode"], process.returncode) == (201, 100, 0)
    assert (out, err) == ("", "")
    assert PHONE in (tmp_path / "network" / "record.jsonl").read_text()


def test_an_occupied_port_stops_the_process_with_a_sentence(network, tmp_path):
    command = [sys.executable, "-m", "gateways.network", "--port", str(network.port)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("The simulated network cannot start: ")
