"""The generic adapter against a server of an invented provider: what is sent, and how each answer is read."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateways.account import BadSettings
from gateways.base import Batch, Outcome, Pause, Reason, Sms, State
from gateways.http import Http
from tests.provider import Provider, Said, providing

ONE, TWO = "+254711000001", "+254711000002"
SECRET = "h" * 24
UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
ACCEPTED, REFUSED, RETRY, UNSURE = State.ACCEPTED, State.REFUSED, State.RETRY, State.UNSURE
FORM = {"form": {"to": "{to}", "text": "{text}"}}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        made.says(Said('{"status": "ok", "id": "m-17"}', 200))
        yield made


def account(base: str = "http://127.0.0.1:1", **more: Any) -> Http:
    return Http(name="so", secrets=(SECRET,), base=base, **{**FORM, **more})


Sender = Callable[..., Batch]


@pytest.fixture
def send(provider: Provider) -> Iterator[Sender]:
    """Send one text through an account with such settings."""
    made: list[Http] = []

    def sent(*numbers: str, text: str = "Njia", sender: str = "", **settings: Any) -> Batch:
        made.append(account(provider.url, **settings))
        return made[-1].send(Sms(text, numbers or (ONE,), sender))

    yield sent
    for one in made:
        one.carriage.close()


# --- the request --------------------------------------------------------------------------------------


def test_a_form_is_posted_with_its_places_filled(send, provider):
    send(
        text="50% & {to} é",
        sender="BMM",
        path="/v1/{to}",
        headers={"Authorization": "Bearer k"},
        query={"from": "{sender}"},
        form={"mobile": "{to}", "message": "{text}", "coding": "{coding}", "type": "1"},
    )

    (asked,) = provider.asked
    assert (asked.method, asked.path, asked.query) == (
        "POST",
        "/v1/%2B254711000001",
        {"from": "BMM"},
    )
    assert asked.headers["Authorization"] == "Bearer k"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.form == {
        "mobile": ONE,
        "message": "50% & {to} é".encode().decode("latin-1"),
        "coding": "0",
        "type": "1",
    }


def test_json_keeps_its_shape_and_any_script(send, provider):
    text = 'ሰላም "x" \\ \n{id}'

    send(
        text=text,
        method="PUT",
        plus=False,
        form={},
        json={"messages": [{"to": "{numbers}", "text": "{text}"}], "flash": False, "type": -1},
    )

    (asked,) = provider.asked
    assert (asked.method, asked.headers["Content-Type"]) == ("PUT", "application/json")
    assert json.loads(asked.body) == {
        "messages": [{"to": ["254711000001"], "text": text}],
        "flash": False,
        "type": -1,
    }


def test_a_get_carries_all_in_its_query(send, provider):
    send(
        method="GET", form={}, query={"to": "{to}", "msg": "{text}", "dcs": "{coding}"}, text="ሰላም"
    )

    (asked,) = provider.asked
    assert (asked.method, asked.body) == ("GET", b"")
    assert {**asked.query, "msg": asked.query["msg"].encode("latin-1").decode()} == {
        "to": ONE,
        "msg": "ሰላም",
        "dcs": "2",
    }


@pytest.mark.parametrize(("separator", "joined"), [(",", f"{ONE},{TWO}"), (" ", f"{ONE} {TWO}")])
def test_several_numbers_are_joined_as_the_provider_wants_them(send, provider, separator, joined):
    send(ONE, TWO, separator=separator)

    assert provider.asked[0].form["to"] == joined


def test_the_address_for_receipts_bears_our_id_and_the_number(send, provider):
    more = {"public": "https://njia.example/", "form": {**FORM["form"], "dlr": "{receipt}"}}

    (outcome,) = send(**more).outcomes

    assert outcome.reference is not None
    assert UUID.fullmatch(outcome.reference)
    assert provider.asked[0].form["dlr"] == (
        f"https://njia.example/hooks/so/{SECRET}/receipt?id={outcome.reference}&phone=254711000001"
    )


def test_one_connection_carries_many_requests(provider):
    own = account(provider.url)

    for _ in range(5):
        own.send(Sms("Njia", (ONE,)))

    own.carriage.close()
    assert (len(provider.asked), provider.connections) == (5, 1)


# --- the answer ---------------------------------------------------------------------------------------

RULES = {"accepted": '"status": "ok"', "refused": '"status": "bad"'}


@pytest.mark.parametrize(
    ("said", "rules", "fate"),
    [
        (Said("anything", 200), {}, (ACCEPTED, Reason.NONE)),
        (Said("", 204), {}, (ACCEPTED, Reason.NONE)),
        (Said('{"status": "ok"}', 200), RULES, (ACCEPTED, Reason.NONE)),
        (Said('{"status": "bad"}', 200), RULES, (REFUSED, Reason.REJECTED)),
        (Said('{"status": "odd"}', 200), RULES, (UNSURE, Reason.UNREADABLE)),
        (Said('{"status": "ok"}', 500), RULES, (UNSURE, Reason.SERVER_ERROR)),
        (Said("no", 200), {"refused": "^no"}, (REFUSED, Reason.REJECTED)),
        (Said("yes", 200), {"refused": "^no"}, (ACCEPTED, Reason.NONE)),
        (Said("", 302, {"Location": "/"}), {}, (UNSURE, Reason.UNREADABLE)),
        (Said("", 400), {}, (REFUSED, Reason.REQUEST)),
        (Said("", 401), {}, (RETRY, Reason.CREDENTIALS)),
        (Said("", 402), {}, (RETRY, Reason.BALANCE)),
        (Said("", 403), {}, (RETRY, Reason.CREDENTIALS)),
        (Said("", 404), {}, (REFUSED, Reason.REQUEST)),
        (Said("", 408), {}, (UNSURE, Reason.NO_ANSWER)),
        (Said("", 413), {}, (REFUSED, Reason.TOO_LARGE)),
        (Said("", 429), {}, (RETRY, Reason.THROTTLED)),
        (Said("", 503), {}, (UNSURE, Reason.SERVER_ERROR)),
        (Said("", 503, {"Retry-After": "7"}), {}, (RETRY, Reason.THROTTLED)),
        (Said(fault="cut"), RULES, (UNSURE, Reason.NO_ANSWER)),
    ],
    ids=lambda value: (
        f"{value.status} {value.body}{value.fault}" if isinstance(value, Said) else ""
    ),
)
def test_every_answer_becomes_its_outcome(send, provider, said, rules, fate):
    provider.says(said)

    batch = send(**rules)

    assert batch.outcomes == (Outcome(ONE, fate[0], None, None, fate[1]),)
    assert batch.retry_after == (7.0 if said.headers.get("Retry-After") else None)
    assert batch.whole is (fate == (REFUSED, Reason.REQUEST))
    assert len(provider.asked) == 1


def test_an_empty_account_pauses_the_blast(send, provider):
    provider.says(Said("", 402))

    assert send().pause is Pause.BALANCE


def test_a_refusal_of_several_numbers_can_be_halved(send, provider):
    provider.says(Said("bad number", 200))

    batch = send(ONE, TWO, refused="bad")

    assert batch.whole
    assert [one.state for one in batch.outcomes] == [REFUSED, REFUSED]


@pytest.mark.parametrize(
    ("body", "reference"),
    [
        ('{"id": "m-17"}', "m-17"),
        ('{"id": ""}', None),
        ("nothing", None),
        ('{"id": "' + "9" * 200 + '"}', "9" * 128),
    ],
)
def test_the_id_is_taken_by_its_rule(send, provider, body, reference):
    provider.says(Said(body, 200))

    batch = send(reference=r'"id": "([^"]*)"')

    assert batch.outcomes == (Outcome(ONE, ACCEPTED, reference),)


@pytest.mark.parametrize(
    ("more", "ours"),
    [({"query": {"ref": "{id}"}}, True), ({"query": {"ref": "{id}"}, "reference": "(x)"}, False), ({}, False)],
    ids=["under our id", "under the provider's", "under none"],
)  # fmt: skip
def test_a_lost_answer_keeps_our_id_where_receipts_come_under_it(send, provider, more, ours):
    provider.says(Said(fault="hang"))

    (outcome,) = send(read_timeout=0.1, **more).outcomes

    assert (outcome.state, outcome.reason) == (UNSURE, Reason.NO_ANSWER)
    assert outcome.reference == (provider.asked[0].query["ref"] if ours else None)


def test_nobody_listening_is_safe_to_retry():
    with socket.socket() as taken:  # bound, not listening
        taken.bind(("127.0.0.1", 0))
        deaf = account(f"http://127.0.0.1:{taken.getsockname()[1]}")

        batch = deaf.send(Sms("Njia", (ONE,)))

    deaf.carriage.close()
    assert batch == Batch((Outcome(ONE, RETRY, reason=Reason.UNREACHABLE),))


# --- the settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"base": "http://sms.example"}, "base must begin with https"),
        ({"method": "DELETE"}, "method is one of GET, POST, PUT"),
        ({"path": "send"}, "path must begin with a slash"),
        ({"json": {"a": "{text}"}}, "a request has a form or json, not both"),
        ({"method": "GET"}, "a GET has no form and no json"),
        ({"form": {"to": "{to}"}}, "{text} and {to} must stand in"),
        ({"form": {"text": "{text}"}}, "{text} and {to} must stand in"),
        ({"query": {"x": "{phone}"}}, "there is no place {phone}; there are {to}, {numbers}"),
        ({"query": {"x": "{receipt}"}}, "{receipt} needs public"),
        ({"headers": {"X Y": "1"}}, "header 'X Y' holds letters"),
        ({"headers": {"X-Key": "key\n"}}, "header 'X-Key' holds letters"),
        ({"accepted": "("}, "accepted is no regular expression"),
        ({"reference": "id"}, "reference must have one group"),
        ({"receipt_fields": {"word": "x"}}, "receipt_fields knows id, status, phone, network, not 'word'"),
        ({"receipt_words": {"DELIVRD": "there"}}, "receipt_words knows unknown, queued"),
        ({"sms_fields": {"sender": "x"}}, "sms_fields knows from, to, text, id, time, network"),
        ({"ussd_fields": {"session": "s"}}, "ussd_fields needs the provider's name for 'code'"),
        ({"opt_out_fields": {"sender": "s"}}, "opt_out_fields needs the provider's name for 'phone'"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_settings_is_said(own, sentence):
    with pytest.raises(BadSettings, match=re.escape(sentence)):
        account(**own)


def test_a_gateway_shows_no_secret():
    shown = repr(account(headers={"X-Key": "very-secret"}, query={"key": "very-secret"}))

    assert "very-secret" not in shown
    assert SECRET not in shown


def test_it_takes_one_number_a_request_and_tells_no_balance():
    assert (account().batch, account().balance(), account().input_mode) == (1, None, "last")
