"""The simulated network: its record, its control, its callbacks and its process."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from gateways.base import Sms
from gateways.network import operators
from gateways.network.callbacks import Hooks, Scheduler

PHONE, CODE = "+254711000001", "*384*1234#"
NUMBERS = tuple(f"+25471100{place:04d}" for place in range(40))


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
        {"script": ["", "thunder"]},
        {"script": 3},
        {"fates": {"Failed": "often"}},
        {"numbers": {PHONE: {"teeth": 1}}},
        {"numbers": {PHONE: {"codes": ["x"]}}},
        {"numbers": {PHONE: {"fate": 3}}},
        {"numbers": {PHONE: {"named": "no"}}},
        {"numbers": [PHONE]},
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
    [
        ("dial", {}),
        ("dial", {"number": PHONE}),
        ("say", {"number": PHONE}),
        ("account", {}),
        ("account", {"balance": "NaN"}),
        ("account", {"top_up": "much"}),
    ],
)
def test_a_control_request_that_lacks_something_says_what(handsets, name, body):
    assert "error" in handsets(name, body)


def test_the_account_can_be_filled(handsets):
    assert handsets("account", {"balance": 5}) == {"balance": "5.0000", "currency": "KES"}
    assert handsets("account") == {"balance": "5.0000", "currency": "KES"}
    assert handsets("account", {"top_up": "2.5"}) == {"balance": "7.5000", "currency": "KES"}


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
