"""The adapter against the simulated network: every fault of the wire becomes an honest outcome."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from africastalking.SMS import SMSService

from gateways.account import BadSettings
from gateways.africastalking import LIVE, SANDBOX, AfricasTalking, forms
from gateways.base import Batch, Money, Pause, Reason, Sms, State
from gateways.carriage import IDLE, retry_after
from gateways.network.exchange import NAMES
from gateways.network.server import Network
from tests.gateways.mouths import Mouth

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(20))
SMS = Sms("Njia salama", NUMBERS)
SECRETS = ("a" * 24,)


def fates(batch: Batch) -> set[tuple[State, Reason]]:
    assert [outcome.number for outcome in batch.outcomes] == list(NUMBERS)
    return {(outcome.state, outcome.reason) for outcome in batch.outcomes}


def recorded(network: Network) -> list[str]:
    return [number for row in network.exchange.record._rows for number in row.numbers]


def account(**more) -> AfricasTalking:
    return AfricasTalking(
        **{"name": "at", "secrets": SECRETS, "username": "app", "key": "k", **more}
    )


def test_a_batch_is_accepted_with_reference_and_cost(gateway, network):
    batch = gateway.send(SMS)

    assert fates(batch) == {(State.ACCEPTED, Reason.NONE)}
    assert len({outcome.reference for outcome in batch.outcomes}) == 20
    assert batch.outcomes[0].cost == Money(Decimal("0.8000"), "KES")
    assert recorded(network) == list(NUMBERS)


def test_each_part_costs(gateway):
    batch = gateway.send(Sms("ሰላም " * 30, NUMBERS[:1]))

    assert batch.outcomes[0].cost == Money(Decimal("1.6000"), "KES")


@pytest.mark.parametrize("code", sorted(code for code in NAMES if code > 102))
def test_every_failure_code_arrives_as_its_outcome(gateway, network, code):
    network.control.set_faults({"codes": {str(code): 1}})

    batch = gateway.send(SMS)

    states = {State.RETRY} if code in {402, 405, 409, 500, 501, 502} else {State.REFUSED}
    assert {outcome.state for outcome in batch.outcomes} == states
    assert recorded(network) == []


@pytest.mark.parametrize("share", [{"queued": 1}, {"processed": 1}])
def test_queued_and_processed_are_accepted(gateway, network, share):
    network.control.set_faults(share)

    assert fates(gateway.send(SMS)) == {(State.ACCEPTED, Reason.NONE)}


@pytest.mark.parametrize(
    ("fault", "fate", "taken"),
    [
        ({"cut": 1}, (State.UNSURE, Reason.NO_ANSWER), True),
        ({"drop": 1}, (State.UNSURE, Reason.NO_ANSWER), False),
        ({"garbage": 1}, (State.UNSURE, Reason.UNREADABLE), True),
        ({"error": 1, "error_taken": 1}, (State.UNSURE, Reason.SERVER_ERROR), True),
        ({"error": 1, "error_taken": 0}, (State.UNSURE, Reason.SERVER_ERROR), False),
        ({"error": 1, "error_status": 503}, (State.UNSURE, Reason.SERVER_ERROR), None),
        ({"throttle": 1}, (State.RETRY, Reason.THROTTLED), False),
        ({"unauthorised": 1}, (State.RETRY, Reason.CREDENTIALS), False),
        ({"refuse": 1}, (State.REFUSED, Reason.REQUEST), False),
        ({"refuse": 1, "refuse_status": 413}, (State.REFUSED, Reason.TOO_LARGE), False),
        ({"whole": "InvalidSenderId"}, (State.RETRY, Reason.SENDER), False),
        ({"whole": "InsufficientBalance"}, (State.RETRY, Reason.BALANCE), False),
        ({"broken": 1}, (State.UNSURE, Reason.SERVER_ERROR), True),
        ({"empty": 1}, (State.UNSURE, Reason.NOT_NAMED), True),
        ({"unnamed": 1}, (State.UNSURE, Reason.NOT_NAMED), True),
        ({"unreferenced": 1}, (State.ACCEPTED, Reason.NONE), True),
        ({"charset": True}, (State.ACCEPTED, Reason.NONE), True),
        ({"latency": 0.05, "latency_spread": 0.05}, (State.ACCEPTED, Reason.NONE), True),
    ],
    ids=str,
)
def test_every_fault_becomes_its_outcome(gateway, network, fault, fate, taken):
    network.control.set_faults({"receipts": "off", **fault})

    batch = gateway.send(SMS)

    assert fates(batch) == {fate}
    if taken is not None:
        assert recorded(network) == (list(NUMBERS) if taken else [])


def test_in_any_storm_the_judge_agrees_with_every_outcome(gateway, network):
    """Accepted and only accepted are on record; refused and retry never are; unsure may be."""
    shares = dict.fromkeys(["cut", "garbage", "error", "drop", "throttle", "refuse"], 0.05)
    codes = {"403": 0.05, "406": 0.05, "500": 0.05, "502": 0.05}
    storm = {**shares, "codes": codes, "unnamed": 0.02, "queued": 0.1, "receipts": "off"}
    network.control.set_faults({**storm, "seed": 42})
    outcomes = []
    for place in range(200):
        numbers = tuple(f"+2547{place:04d}{one:04d}" for one in range(100))
        outcomes += gateway.send(Sms("Njia", numbers)).outcomes

    record = set(recorded(network))
    by_state = {state: {one.number for one in outcomes if one.state == state} for state in State}
    assert len(outcomes) == 20_000
    assert by_state[State.ACCEPTED] <= record
    assert not record & (by_state[State.REFUSED] | by_state[State.RETRY])
    assert record - by_state[State.ACCEPTED] <= by_state[State.UNSURE]
    assert min(map(len, by_state.values())) > 500


def test_an_answer_that_never_comes_is_unsure(network):
    network.control.set_faults({"hang": 1, "hang_seconds": 0.5, "receipts": "off"})
    base = f"http://127.0.0.1:{network.port}/version1"
    impatient = account(base=base, read_timeout=0.1)

    batch = impatient.send(SMS)

    impatient.client.close()
    assert fates(batch) == {(State.UNSURE, Reason.NO_ANSWER)}
    assert recorded(network) == list(NUMBERS)


def test_nobody_listening_is_safe_to_retry():
    with socket.socket() as taken:  # bound, not listening
        taken.bind(("127.0.0.1", 0))
        deaf = account(base=f"http://127.0.0.1:{taken.getsockname()[1]}/version1")

        batch = deaf.send(SMS)

    deaf.client.close()
    assert fates(batch) == {(State.RETRY, Reason.UNREACHABLE)}


def test_a_throttled_batch_says_how_long_to_wait(gateway, network):
    network.control.set_faults({"throttle": 1, "retry_after": 9})

    assert gateway.send(SMS).retry_after == 9.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "5"}, 5.0),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "1800000"}, 86_400.0),
        ({"Retry-After": "9" * 400}, 86_400.0),
        (
            {
                "Retry-After": "Wed, 21 Oct 2099 07:28:30 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            86_400.0,
        ),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(headers, seconds):
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(
    ("code", "pause"), [(402, Pause.SENDER), (405, Pause.BALANCE), (406, None), (500, None)]
)
def test_what_every_number_would_meet_pauses_the_blast(gateway, network, code, pause):
    network.control.set_faults({"codes": {str(code): 1}})

    assert gateway.send(SMS).pause == pause


def test_a_number_that_is_none_never_leaves_and_spoils_nothing(gateway, network):
    odd = ("+254711000001\n", "0711000001", "+254711,+254711000009", "+٢٥٤٧١١٠٠٠٠٠١", NUMBERS[0])

    batch = gateway.send(Sms("Njia", odd))

    assert [outcome.state for outcome in batch.outcomes] == [State.REFUSED] * 4 + [State.ACCEPTED]
    assert recorded(network) == [NUMBERS[0]]


def test_a_number_asked_twice_is_sent_once(gateway, network):
    batch = gateway.send(Sms("Njia", (NUMBERS[0], NUMBERS[1], NUMBERS[0])))

    assert [outcome.number for outcome in batch.outcomes] == [NUMBERS[0], NUMBERS[1], NUMBERS[0]]
    assert recorded(network) == [NUMBERS[0], NUMBERS[1]]


@pytest.mark.parametrize("text", ["", "  \n", "half \ud83d"])
def test_a_text_that_cannot_be_sent_is_refused_at_home(gateway, network, text):
    assert fates(gateway.send(Sms(text, NUMBERS))) == {(State.REFUSED, Reason.TEXT)}
    assert "requests" not in network.exchange.counts


def test_no_numbers_make_no_request(gateway, network):
    assert gateway.send(Sms("Njia", ())) == Batch(())
    assert "requests" not in network.exchange.counts


def test_any_script_arrives_as_written(gateway, network):
    text = "ሰላም 100% & a+b=c; é\n😀"

    gateway.send(Sms(text, NUMBERS[:1]))

    assert list(network.exchange.record.texts.values()) == [text]


@pytest.mark.parametrize(("asked", "seen"), [("", "NJIA"), ("21512", "21512")])
def test_the_sender_is_the_one_asked_or_the_gateways_own(gateway, network, asked, seen):
    gateway.send(Sms("Njia", NUMBERS[:1], asked))

    assert network.exchange.record._rows[0].sender == seen


def test_one_connection_carries_many_batches(gateway, network):
    for _ in range(10):
        gateway.send(SMS)

    assert network.exchange.counts["connections"] == 1


def test_an_old_connection_is_not_trusted(gateway, network, monkeypatch):
    gateway.send(SMS)
    monkeypatch.setattr(gateway.client.carriage, "_used", time.monotonic() - IDLE - 1)

    gateway.send(SMS)

    assert network.exchange.counts["connections"] == 2


def test_a_forked_process_opens_its_own_connection(gateway, network, monkeypatch):
    gateway.send(SMS)
    parent = gateway.client.carriage._session
    monkeypatch.setattr(gateway.client.carriage, "_owner", -1)

    gateway.send(SMS)

    parent.close()
    assert network.exchange.counts["connections"] == 2


def test_a_client_is_shared_by_threads(gateway, network):
    barrier = threading.Barrier(4)

    def work(place):
        barrier.wait()
        return gateway.send(Sms("Njia", (f"+2547110010{place:02d}",)))

    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(work, range(4)))

    assert {batch.outcomes[0].state for batch in batches} == {State.ACCEPTED}
    assert network.exchange.record.count == 4


def test_the_official_client_alone_speaks_to_the_network(network):
    plain = SMSService("app", "key")
    plain._baseUrl = f"http://127.0.0.1:{network.port}/version1"

    reply = plain.send("Habari", list(NUMBERS[:2]), sender_id="NJIA")

    rows = reply["SMSMessageData"]["Recipients"]
    assert reply["SMSMessageData"]["Message"] == "Sent to 2/2 Total Cost: KES 1.6000"
    assert [(row["statusCode"], row["number"], row["status"], row["cost"]) for row in rows] == [
        (101, NUMBERS[0], "Success", "KES 0.8000"),
        (101, NUMBERS[1], "Success", "KES 0.8000"),
    ]


def test_our_client_posts_what_the_official_one_posts():
    said = []
    for ours in (True, False):
        mouth = Mouth((b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}",))
        client = account(base=f"{mouth.url}/version1").client if ours else SMSService("app", "k")
        client._baseUrl = f"{mouth.url}/version1"
        client.send("Habari & 1+1", list(NUMBERS[:2]), sender_id="NJIA", enqueue=True)
        mouth.close()
        head, _, form = mouth.heard[0].partition(b"\r\n\r\n")
        own = {b"host", b"connection"}  # the place, and that we keep the line
        lines = {line for line in head.lower().split(b"\r\n") if line.split(b":")[0] not in own}
        said.append((lines, form))

    assert isinstance(account().client, SMSService)
    assert said[0] == said[1]


def test_the_host_follows_the_username():
    assert account().url == LIVE
    assert account(username="sandbox").url == SANDBOX


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"base": "ftp://x"}, "base must be a web address"),
        ({"base": "http://sms.example"}, "base must begin with https"),
        ({"simulated": True}, "may not speak to api.africastalking.com"),
        ({"key": "a b"}, "may hold no blanks"),
    ],
)
def test_settings_that_would_harm_are_refused(own, sentence):
    with pytest.raises(BadSettings, match=sentence):
        account(**own)


def test_a_gateway_shows_no_secret():
    shown = repr(account(key="very-secret-key"))

    assert "very-secret-key" not in shown
    assert SECRETS[0] not in shown


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("ussd", {"sessionId": "s", "serviceCode": "*384#", "phoneNumber": NUMBERS[0]}),
        ("ussd_end", {"sessionId": "s"}),
        ("receipt", {"id": "r"}),
        ("sms", {"from": NUMBERS[0]}),
        ("opt_out", {"phoneNumber": NUMBERS[0]}),
    ],
)
def test_a_gateway_reads_each_kind_of_callback(kind, form):
    assert getattr(account(), kind)(form) == getattr(forms, kind)(form)
