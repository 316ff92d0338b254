"""The adapter against a workspace on this machine: every answer of RapidPro becomes an honest outcome."""

import socket

import pytest
from temba_client.v2 import TembaClient

from gateways.account import BadSettings
from gateways.base import (
    BadForm,
    Batch,
    OptOut,
    Outcome,
    Pause,
    Reason,
    Sms,
    State,
)
from gateways.rapidpro.client import Patience, Turned
from tests.gateways.rapidpro_server import TOKEN, Fault, account

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(5))
URNS = [f"tel:{number}" for number in NUMBERS]
TEXT = "Njia salama"
SMS = Sms(TEXT, NUMBERS)
SECRETS = ("a" * 24,)


def fates(batch: Batch) -> set[tuple[State, Reason]]:
    assert [outcome.number for outcome in batch.outcomes] == list(NUMBERS)
    return {(outcome.state, outcome.reason) for outcome in batch.outcomes}


# --- broadcasts ---------------------------------------------------------------------------------------


def test_one_broadcast_goes_to_all_and_is_the_reference_of_each(rapidpro, workspace):
    batch = rapidpro.send(SMS)

    reference = workspace.broadcasts[0]["uuid"]
    assert batch == Batch(tuple(Outcome(n, State.ACCEPTED, reference) for n in NUMBERS))
    assert workspace.requests == [("POST", "broadcasts", {}, {"text": TEXT, "urns": URNS})]


def test_at_sign_begins_no_expression(rapidpro, workspace):
    rapidpro.send(Sms("help@njia.example, @contact.name", NUMBERS))

    assert workspace.asked("broadcasts")[0]["text"] == "help@@njia.example, @@contact.name"


NAMED_BAD = '{"urns": {"0": ["Invalid URN"]}}'


@pytest.mark.parametrize(
    ("fault", "fate", "pause", "whole"),
    [
        (Fault(400, NAMED_BAD), (State.REFUSED, Reason.REQUEST), None, True),
        (Fault(400, '["Must provide"]'), (State.REFUSED, Reason.REQUEST), None, True),
        (Fault(400, "no JSON"), (State.REFUSED, Reason.REQUEST), None, True),
        (Fault(401), (State.RETRY, Reason.CREDENTIALS), Pause.CREDENTIALS, False),
        (Fault(403), (State.RETRY, Reason.CREDENTIALS), Pause.CREDENTIALS, False),
        (Fault(404), (State.RETRY, Reason.CREDENTIALS), Pause.CREDENTIALS, False),
        (Fault(302), (State.RETRY, Reason.CREDENTIALS), Pause.CREDENTIALS, False),
        (Fault(408), (State.UNSURE, Reason.NO_ANSWER), None, False),
        (Fault(413), (State.REFUSED, Reason.TOO_LARGE), None, True),
        (Fault(422), (State.REFUSED, Reason.REQUEST), None, True),
        (Fault(429), (State.RETRY, Reason.THROTTLED), None, False),
        (Fault(500), (State.UNSURE, Reason.SERVER_ERROR), None, False),
        (Fault(502, taken=True), (State.UNSURE, Reason.SERVER_ERROR), None, False),
        (Fault(cut=True), (State.UNSURE, Reason.NO_ANSWER), None, False),
        (Fault(cut=True, taken=True), (State.UNSURE, Reason.NO_ANSWER), None, False),
        (Fault(200, "<html>"), (State.UNSURE, Reason.UNREADABLE), None, False),
        (Fault(201, "[]", taken=True), (State.UNSURE, Reason.UNREADABLE), None, False),
        (Fault(201, '{"id": 1}'), (State.UNSURE, Reason.UNREADABLE), None, False),
        (Fault(201, '"done"'), (State.UNSURE, Reason.UNREADABLE), None, False),
        (Fault(204, " "), (State.UNSURE, Reason.UNREADABLE), None, False),
    ],
    ids=str,
)
def test_every_answer_becomes_its_outcome(rapidpro, workspace, fault, fate, pause, whole):
    workspace.faults.append(fault)

    batch = rapidpro.send(SMS)

    assert fates(batch) == {fate}
    assert (batch.pause, batch.whole) == (pause, whole)
    assert len(workspace.broadcasts) == int(fault.taken)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("Retry-After", "120"),), 120.0),
        ((("Retry-After", "soon"),), None),
        ((), None),
    ],
)
def test_a_throttled_broadcast_says_how_long_to_wait(rapidpro, workspace, headers, seconds):
    workspace.faults.append(Fault(429, "{}", headers))

    batch = rapidpro.send(SMS)

    assert fates(batch) == {(State.RETRY, Reason.THROTTLED)}
    assert batch.retry_after == seconds
    assert workspace.broadcasts == []


def test_an_answer_that_never_comes_is_unsure(workspace):
    workspace.faults.append(Fault(taken=True, hang=0.5))
    impatient = account(workspace.url, read_timeout=0.1)

    batch = impatient.send(SMS)

    impatient.client.close()
    assert fates(batch) == {(State.UNSURE, Reason.NO_ANSWER)}
    assert len(workspace.broadcasts) == 1


def test_nobody_listening_is_safe_to_retry():
    with socket.socket() as taken:  # bound, not listening
        taken.bind(("127.0.0.1", 0))
        deaf = account(f"http://127.0.0.1:{taken.getsockname()[1]}")

        batch = deaf.send(SMS)

    deaf.client.close()
    assert fates(batch) == {(State.RETRY, Reason.UNREACHABLE)}


def test_another_token_pauses_the_blast(workspace):
    stranger = account(workspace.url, token="x" * 40)

    batch = stranger.send(SMS)

    stranger.client.close()
    assert fates(batch) == {(State.RETRY, Reason.CREDENTIALS)}
    assert batch.pause is Pause.CREDENTIALS


def test_number_that_spoils_the_request_is_named_by_halving(rapidpro, workspace):
    refused = "+2540000000"  # well formed, and not for RapidPro

    both = rapidpro.send(Sms(TEXT, (NUMBERS[0], refused)))
    halves = [rapidpro.send(Sms(TEXT, (number,))) for number in (NUMBERS[0], refused)]

    assert both.whole
    states = [half.outcomes[0].state for half in halves]
    assert states == [State.ACCEPTED, State.REFUSED]
    assert [one["urns"] for one in workspace.broadcasts] == [[URNS[0]]]


def test_a_number_that_is_none_never_leaves(rapidpro, workspace):
    batch = rapidpro.send(Sms(TEXT, ("0711000001", NUMBERS[0], NUMBERS[0])))

    states = [outcome.state for outcome in batch.outcomes]
    assert states == [State.REFUSED, State.ACCEPTED, State.ACCEPTED]
    assert workspace.broadcasts[0]["urns"] == URNS[:1]


def test_one_connection_carries_many_broadcasts(rapidpro, workspace):
    for _ in range(5):
        rapidpro.send(SMS)

    assert workspace.connections == 1
    assert len(workspace.broadcasts) == 5


def test_patient_client_waits_as_long_as_it_is_asked(rapidpro, workspace):
    waits: list[float] = []
    workspace.faults += [Fault(429, "{}", (("Retry-After", "7"),)), Fault(429), None]
    client = rapidpro.client_of(Patience(5, 0.25, waits.append))

    reference = client.broadcast(TEXT, URNS)

    client.close()
    assert reference == workspace.broadcasts[0]["uuid"]
    assert waits == [0.25, 7.0, 0.25, 5.0, 0.25]


def test_patience_ends(rapidpro, workspace):
    workspace.faults += [Fault(429, "{}", (("Retry-After", "0"),))] * 2
    client = rapidpro.client_of(Patience(2, 0.0, lambda _seconds: None))

    with pytest.raises(Turned) as turned:
        client.broadcast(TEXT, URNS)

    client.close()
    assert turned.value.answer.status == 429


def test_the_official_client_alone_speaks_to_the_workspace(workspace):
    plain = TembaClient(workspace.url, TOKEN)

    made = plain.create_broadcast(TEXT, urns=URNS)
    listed = plain.get_broadcasts().all()

    assert made.serialize() == listed[0].serialize()
    assert (made.status, made.urns, made.text) == ("pending", URNS, {"eng": TEXT})


# --- settings and hooks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"base": "ftp://x"}, "base must be a web address"),
        ({"base": "rapidpro.example"}, "base must be a web address"),
        ({"base": "http://rapidpro.example"}, "base must begin with https"),
        ({"token": "a b"}, "may hold no blanks"),
        ({"batch": 101}, "batch may be 100 at most"),
        ({"groups": ("KE",)}, "groups reads"),
        ({"groups": ("KE =",)}, "groups reads"),
    ],
)
def test_settings_that_would_harm_are_refused(own, sentence):
    with pytest.raises(BadSettings, match=sentence):
        account(**own)


def test_a_gateway_shows_no_secret():
    shown = repr(account())

    assert TOKEN not in shown
    assert SECRETS[0] not in shown


@pytest.mark.parametrize("urn", ["tel:+254711000001", " tel:254711000001", "+254711000001"])
def test_flow_that_hears_stop_names_the_person(urn):
    assert account().opt_out({"urn": urn}) == OptOut("+254711000001", "")


@pytest.mark.parametrize("urn", ["", "telegram:123", "tel:"])
def test_opt_out_of_nobody_is_none(urn):
    with pytest.raises(BadForm, match="urn must read"):
        account().opt_out({"urn": urn})


@pytest.mark.parametrize("kind", ["ussd", "ussd_end", "receipt", "sms"])
def test_what_rapidpro_never_posts_is_no_form_of_ours(kind):
    with pytest.raises(BadForm, match=r"RapidPro"):
        getattr(account(), kind)({})


def test_rapidpro_knows_no_balance():
    assert account().balance() is None
