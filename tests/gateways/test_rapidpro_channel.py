"""RapidPro's External API channel: what it posts, and what it hears."""

import socket

import pytest

from gateways.account import BadSettings
from gateways.base import BadForm
from gateways.rapidpro.channel import Outgoing
from tests.gateways.rapidpro_server import Fault, account

CHANNEL, NAME = "11111111-2222-3333-4444-555555555555", "0199aaaa-0000-7000-8000-000000000001"
FORM = {"id": NAME, "to": "+254711000001", "text": "Habari", "session_status": ""}


def own(base: str = "https://rapidpro.example"):
    return account(base, channel=CHANNEL, carrier="at")


@pytest.mark.parametrize(
    ("changes", "answers"),
    [({}, False), ({"session_status": "W"}, True), ({"session_status": "C"}, True)],
    ids=str,
)
def test_message_says_whether_it_answers(changes, answers):
    assert own().external({**FORM, **changes}) == Outgoing(NAME, "+254711000001", "Habari", answers)


def test_number_without_plus_and_the_newer_name_of_the_id_are_taken():
    form = {"uuid": NAME.upper(), "to": "254711000001", "text": "Habari"}

    assert own().external(form) == Outgoing(NAME, "+254711000001", "Habari", answers=False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "5"}, "id is no UUID"),
        ({"to": "0711000001"}, "to must read"),
        ({"text": " "}, "text is missing"),
    ],
    ids=str,
)
def test_message_that_nobody_can_send_is_none(changes, words):
    with pytest.raises(BadForm, match=words):
        own().external({**FORM, **changes})


def test_account_without_a_channel_takes_no_message():
    with pytest.raises(BadForm, match="no channel and no carrier"):
        account().external(FORM)


@pytest.mark.parametrize("given", [{"channel": CHANNEL}, {"carrier": "at"}, {"channel": "x"}])
def test_channel_and_carrier_come_together(given):
    with pytest.raises(BadSettings, match="both or neither"):
        account(**given)


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (None, True),
        (Fault(400), True),
        (Fault(404), True),
        (Fault(429), False),
        (Fault(503), False),
    ],
    ids=str,
)
def test_word_is_said_until_it_is_heard(workspace, fault, heard):
    workspace.faults.append(fault)
    gateway = own(workspace.url)

    assert gateway.tell(NAME, "sent") is heard

    gateway.client.close()
    assert workspace.heard == ([] if fault else [(CHANNEL, "sent", NAME)])


def test_nobody_listening_is_told_again():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gateway = own(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert not gateway.tell(NAME, "failed")
    gateway.client.close()
