"""What people text to a code of RapidPro's, on its way to the channel: how it is given, and what answers mean."""

import socket
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateways.account import BadSettings
from gateways.base import Reason, State
from gateways.registry import load
from tests.gateways.rapidpro_server import TOKEN, Fault, account

CHANNEL = "11111111-2222-3333-4444-555555555555"
NUMBER = "+254711000001"
AT = datetime(2026, 10, 1, 12, 30, 15, 250000, tzinfo=timezone(timedelta(hours=3)))
FILE = """
[gateways.at]
adapter = "kannel"
secret = "aaaaaaaaaaaaaaaaaaaaaaaa"
base = "https://kannel.example"
username = "u"
password = "p"
[gateways.rp]
adapter = "rapidpro"
secret = "bbbbbbbbbbbbbbbbbbbbbbbb"
base = "https://rapidpro.example"
token = "{token}"
channel = "{channel}"
carrier = "at"
forwards = {forwards}
{more}
"""
SECOND = f"""
[gateways.second]
adapter = "rapidpro"
secret = "cccccccccccccccccccccccc"
base = "https://second.example"
token = "{TOKEN}"
channel = "{CHANNEL}"
carrier = "at"
forwards = ["21513", "21512"]
"""


def own(base: str = "https://rapidpro.example", **more):
    return account(base, channel=CHANNEL, carrier="at", forwards=("21512",), **more)


def read(tmp_path, forwards: str, more: str = ""):
    file = tmp_path / "gateways.toml"
    text = FILE.format(token=TOKEN, channel=CHANNEL, forwards=forwards, more=more)
    file.write_text(text, encoding="utf-8")
    return load(str(file), data=tmp_path, network_port=1)


def given(gateway, number: str = NUMBER, text: str = "Habari ወይ") -> tuple[State, Reason]:
    batch = gateway.forward(number, text, AT)
    gateway.client.close()
    [outcome] = batch.outcomes
    return outcome.state, outcome.reason


def test_text_is_given_with_its_sender_and_the_time_it_came(workspace):
    assert given(own(workspace.url)) == (State.ACCEPTED, Reason.NONE)

    form = {"from": NUMBER, "text": "Habari ወይ", "date": "2026-10-01T09:30:15.250Z"}
    assert workspace.received == [(CHANNEL, form)]
    assert datetime.fromisoformat(form["date"]) == AT.astimezone(UTC)


@pytest.mark.parametrize(
    ("fault", "state", "reason", "received"),
    [
        (Fault(400), State.REFUSED, Reason.REQUEST, 0),
        (Fault(404), State.RETRY, Reason.CREDENTIALS, 0),
        (Fault(429), State.RETRY, Reason.THROTTLED, 0),
        (Fault(503), State.UNSURE, Reason.SERVER_ERROR, 0),
        (Fault(cut=True), State.UNSURE, Reason.NO_ANSWER, 0),
        (Fault(cut=True, taken=True), State.UNSURE, Reason.NO_ANSWER, 1),
        (Fault(hang=1.0, taken=True), State.UNSURE, Reason.NO_ANSWER, 1),
    ],
    ids=str,
)
def test_answers_say_whether_it_may_be_given_again(workspace, fault, state, reason, received):
    workspace.faults.append(fault)

    assert given(own(workspace.url, read_timeout=0.5)) == (state, reason)
    assert len(workspace.received) == received


def test_wait_that_rapidpro_asks_for_is_told(workspace):
    workspace.faults.append(Fault(429, headers=(("Retry-After", "7"),)))
    gateway = own(workspace.url)

    assert gateway.forward(NUMBER, "Habari", AT).retry_after == 7
    gateway.client.close()


def test_nobody_listening_surely_has_it_not():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gateway = own(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert given(gateway) == (State.RETRY, Reason.UNREACHABLE)


@pytest.mark.parametrize(
    ("number", "text", "reason"),
    [("22345", "Habari", Reason.BAD_NUMBER), (NUMBER, " ", Reason.TEXT)],
)
def test_what_no_channel_takes_is_given_to_none(workspace, number, text, reason):
    assert given(own(workspace.url), number, text) == (State.REFUSED, reason)
    assert workspace.received == []


@pytest.mark.parametrize(
    ("gateway", "code", "takes"),
    [("at", "21512", True), ("at", "21513", False), ("other", "21512", False), ("at", "", False)],
)
def test_code_is_one_of_the_carrier(gateway, code, takes):
    assert own().takes(gateway, code) is takes


def test_codes_are_read_from_the_file(tmp_path):
    assert read(tmp_path, '["21512", "+21513"]')["rp"].forwards == ("21512", "+21513")


@pytest.mark.parametrize(
    ("forwards", "more", "words"),
    [
        ('"21512"', "", "rp: forwards must be a list of texts"),
        ("[21512]", "", "rp: each of forwards must be text in quotes"),
        ('["21512"]', SECOND, "rp and second both forward '21512'"),
    ],
    ids=("text", "numbers", "twice"),
)
def test_what_cannot_be_meant_is_refused(tmp_path, forwards, more, words):
    with pytest.raises(BadSettings, match=words):
        read(tmp_path, forwards, more)


def test_codes_without_a_carrier_are_refused():
    with pytest.raises(BadSettings, match="forwards needs channel and carrier"):
        account(forwards=("21512",))
