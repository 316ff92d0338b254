"""The adapter against a workspace on this machine: every answer of RapidPro becomes an honest outcome."""

import socket
from datetime import timedelta

import pytest
from temba_client.v2 import TembaClient

from gateways.account import BadSettings
from gateways.base import (
    BadForm,
    Batch,
    NoStatuses,
    OptOut,
    Outcome,
    Pause,
    Polled,
    Reason,
    Receipt,
    Sms,
    Standing,
    State,
)
from gateways.rapidpro import RapidPro
from gateways.rapidpro.client import Patience, Turned
from tests.gateways import rapidpro_server
from tests.gateways.rapidpro_server import BEGAN, TOKEN, Fault, Workspace

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(5))
URNS = [f"tel:{number}" for number in NUMBERS]
TEXT = "Njia salama"
SMS = Sms(TEXT, NUMBERS)
SECRETS = ("a" * 24,)
DAY = {"since": BEGAN, "until": BEGAN + timedelta(days=1)}


@pytest.fixture(scope="module")
def server():
    with rapidpro_server.running() as server:
        yield server


@pytest.fixture
def workspace(server) -> Workspace:
    server.workspace = Workspace(server.server_address[1])
    return server.workspace


def account(base: str = "https://rapidpro.example", **more) -> RapidPro:
    values = {"name": "rp", "secrets": SECRETS, "base": base, "token": TOKEN}
    return RapidPro(**{**values, **more})


@pytest.fixture
def gateway(workspace):
    made = account(workspace.url)
    yield made
    made.client.close()


def fates(batch: Batch) -> set[tuple[State, Reason]]:
    assert [outcome.number for outcome in batch.outcomes] == list(NUMBERS)
    return {(outcome.state, outcome.reason) for outcome in batch.outcomes}


# --- broadcasts ---------------------------------------------------------------------------------------


def test_one_broadcast_goes_to_all_and_is_the_reference_of_each(gateway, workspace):
    batch = gateway.send(SMS)

    reference = workspace.broadcasts[0]["uuid"]
    assert batch == Batch(tuple(Outcome(n, State.ACCEPTED, reference) for n in NUMBERS))
    assert workspace.requests == [("POST", "broadcasts", {}, {"text": TEXT, "urns": URNS})]


def test_at_sign_begins_no_expression(gateway, workspace):
    gateway.send(Sms("help@njia.example, @contact.name", NUMBERS))

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
def test_every_answer_becomes_its_outcome(gateway, workspace, fault, fate, pause, whole):
    workspace.faults.append(fault)

    batch = gateway.send(SMS)

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
def test_a_throttled_broadcast_says_how_long_to_wait(gateway, workspace, headers, seconds):
    workspace.faults.append(Fault(429, "{}", headers))

    batch = gateway.send(SMS)

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


def test_number_that_spoils_the_request_is_named_by_halving(gateway, workspace):
    refused = "+2540000000"  # well formed, and not for RapidPro

    both = gateway.send(Sms(TEXT, (NUMBERS[0], refused)))
    halves = [gateway.send(Sms(TEXT, (number,))) for number in (NUMBERS[0], refused)]

    assert both.whole
    states = [half.outcomes[0].state for half in halves]
    assert states == [State.ACCEPTED, State.REFUSED]
    assert [one["urns"] for one in workspace.broadcasts] == [[URNS[0]]]


def test_a_number_that_is_none_never_leaves(gateway, workspace):
    batch = gateway.send(Sms(TEXT, ("0711000001", NUMBERS[0], NUMBERS[0])))

    states = [outcome.state for outcome in batch.outcomes]
    assert states == [State.REFUSED, State.ACCEPTED, State.ACCEPTED]
    assert workspace.broadcasts[0]["urns"] == URNS[:1]


def test_one_connection_carries_many_broadcasts(gateway, workspace):
    for _ in range(5):
        gateway.send(SMS)

    assert workspace.connections == 1
    assert len(workspace.broadcasts) == 5


# --- how far messages came ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "standing", "reason"),
    [
        ("queued", Standing.QUEUED, Reason.NONE),
        ("errored", Standing.QUEUED, Reason.NONE),
        ("wired", Standing.SENT, Reason.NONE),
        ("sent", Standing.SUBMITTED, Reason.NONE),
        ("delivered", Standing.DELIVERED, Reason.NONE),
        ("read", Standing.DELIVERED, Reason.NONE),
        ("failed", Standing.FAILED, Reason.DELIVERY_FAILURE),
        ("handled", Standing.UNKNOWN, Reason.NONE),
    ],
)
def test_every_state_of_a_message_is_a_receipt(gateway, workspace, word, standing, reason):
    reference = gateway.send(SMS).outcomes[0].reference
    workspace.message(URNS[0], TEXT, word)

    told = list(gateway.statuses([TEXT], **DAY))

    assert told == [Receipt(reference, NUMBERS[0], "", standing, reason, word)]


def test_messages_of_other_people_of_the_workspace_are_left_alone(gateway, workspace):
    gateway.send(SMS)
    gateway.send(Sms("Somebody else's", NUMBERS))
    workspace.message(URNS[0], "Somebody else's", "delivered")
    workspace.message(URNS[0], TEXT, "handled", direction="in")
    workspace.message("tel:+254722000000", TEXT, "delivered")

    assert list(gateway.statuses([TEXT], **DAY)) == []


def test_text_with_a_sign_of_expressions_is_found_again(gateway, workspace):
    text = "help@njia.example "
    gateway.send(Sms(text, NUMBERS[:1]))
    workspace.message(URNS[0], "help@njia.example", "sent")

    told = list(gateway.statuses([text], **DAY))

    assert [one.status for one in told] == [Standing.SUBMITTED]


def test_two_broadcasts_of_one_text_are_told_apart_by_their_order(gateway, workspace):
    first, second = (gateway.send(SMS).outcomes[0].reference for _ in range(2))
    workspace.message(URNS[0], TEXT, "wired", created_on=rapidpro_server.stamp(90))
    workspace.message(URNS[0], TEXT, "delivered", created_on=rapidpro_server.stamp(30))

    told = {one.reference: one.status for one in gateway.statuses([TEXT], **DAY)}

    assert told == {first: Standing.DELIVERED, second: Standing.SENT}


def test_message_that_may_be_of_either_broadcast_is_of_neither(gateway, workspace):
    gateway.send(SMS)
    gateway.send(SMS)
    workspace.message(URNS[0], TEXT, "delivered")

    assert list(gateway.statuses([TEXT], **DAY)) == []


def test_workspace_that_hides_numbers_tells_nothing(gateway, workspace):
    gateway.send(SMS)
    workspace.broadcasts[0]["urns"] = None
    workspace.message(None, TEXT, "delivered")

    assert list(gateway.statuses([TEXT], **DAY)) == []


def test_listing_is_read_to_its_last_page(gateway, workspace):
    workspace.page = 2
    gateway.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")

    told = list(gateway.statuses([TEXT], **DAY))

    assert [one.phone for one in told] == list(NUMBERS)
    pages = [query.get("cursor") for _, name, query, _ in workspace.requests if name == "messages"]
    assert pages == [None, "2", "4"]


def test_empty_page_is_not_the_last_one(gateway, workspace):
    workspace.page, workspace.hollow = 2, False
    gateway.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")
    workspace.hollow = True

    assert len(list(gateway.statuses([TEXT], **DAY))) == len(URNS)


def test_token_goes_to_no_other_address(gateway, workspace):
    workspace.page, workspace.outside = 2, "http://elsewhere.example:1"
    gateway.send(SMS)
    for urn in URNS:
        workspace.message(urn, TEXT, "sent")

    assert len(list(gateway.statuses([TEXT], **DAY))) == len(URNS)
    assert {name for _, name, _, _ in workspace.requests} == {"broadcasts", "messages"}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(429), "Turned RapidPro answered 429"),
        (Fault(500), "Turned RapidPro answered 500"),
        (Fault(cut=True), "AnswerLost ConnectionError"),
        (Fault(200, "<html>"), "Unreadable"),
        (Fault(200, "[]"), "Unreadable"),
        (Fault(200, '{"next": null, "results": [{"urns": 1}]}'), "Unreadable"),
        (Fault(200, '{"next": 5, "results": [1]}'), "Unreadable"),
    ],
    ids=str,
)
@pytest.mark.parametrize("whole", [0, 1])
def test_listing_cut_short_tells_nothing(gateway, workspace, fault, words, whole):
    workspace.faults += [*[None] * whole, fault]

    with pytest.raises(NoStatuses) as told:
        list(gateway.statuses([TEXT], **DAY))

    assert str(told.value) == words
    assert isinstance(gateway, Polled)


def test_patient_client_waits_as_long_as_it_is_asked(gateway, workspace):
    waits: list[float] = []
    workspace.faults += [Fault(429, "{}", (("Retry-After", "7"),)), Fault(429), None]
    client = gateway.client_of(Patience(5, 0.25, waits.append))

    reference = client.broadcast(TEXT, URNS)

    client.close()
    assert reference == workspace.broadcasts[0]["uuid"]
    assert waits == [0.25, 7.0, 0.25, 5.0, 0.25]


def test_patience_ends(gateway, workspace):
    workspace.faults += [Fault(429, "{}", (("Retry-After", "0"),))] * 2
    client = gateway.client_of(Patience(2, 0.0, lambda _seconds: None))

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
