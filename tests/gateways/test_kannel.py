"""Kannel's adapter against a server that speaks sendsms: every answer and every fault becomes an honest outcome."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateways.account import BadSettings
from gateways.base import (
    Batch,
    Outcome,
    Pause,
    Reason,
    Sms,
    State,
)
from gateways.kannel import Kannel
from tests.provider import Provider, Said, providing

ONE, TWO, THREE = "+254711000001", "+254711000002", "+254711000003"
SECRET = "k" * 24
PUBLIC = "https://njia.example"
LONG = "Njia salama. " * 20  # two parts


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        yield made


def account(base: str = "http://127.0.0.1:1", **more: Any) -> Kannel:
    given = {"username": "njia", "password": "p&ss w", "public": PUBLIC, **more}
    return Kannel(name="ke", secrets=(SECRET,), base=base, **given)


@pytest.fixture
def gateway(provider: Provider) -> Iterator[Kannel]:
    made = account(provider.url)
    yield made
    made.carriage.close()


@pytest.fixture
def several(provider: Provider) -> Iterator[Kannel]:
    made = account(provider.url, batch=3)
    yield made
    made.carriage.close()


def fates(batch: Batch) -> list[tuple[State, Reason]]:
    return [(one.state, one.reason) for one in batch.outcomes]


def reference(provider: Provider) -> str:
    """The id in the address for receipts of the last request."""
    return parse_qs(urlsplit(provider.asked[-1].query["dlr-url"]).query)["id"][0]


# --- the request --------------------------------------------------------------------------------------


def test_a_plain_text_asks_what_kannel_documents(gateway, provider):
    gateway.send(Sms("Njia salama & é", (ONE,), "NJIA"))

    (asked,) = provider.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/cgi-bin/sendsms", b"")
    assert asked.query == {
        "username": "njia",
        "password": "p&ss w",
        "to": ONE,
        "from": "NJIA",
        "text": "Njia salama & é".encode().decode("latin-1"),
        "charset": "UTF-8",
        "coding": "0",
        "dlr-mask": "31",
        "dlr-url": f"{PUBLIC}/hooks/ke/{SECRET}/receipt?id={reference(provider)}"
        "&phone=254711000001&status=%d&smsc=%i&told=%A",
    }


@pytest.mark.parametrize(("charset", "encoding"), [("UTF-8", "utf-8"), ("UTF-16BE", "utf-16-be")])
def test_a_text_beyond_gsm_travels_as_ucs2(provider, charset, encoding):
    text = "ሰላም 😀 مرحبا"
    own = account(provider.url, charset=charset)

    own.send(Sms(text, (ONE,)))

    own.carriage.close()
    asked = provider.asked[0].query
    assert (asked["coding"], asked["charset"]) == ("2", charset)
    assert asked["text"].encode("latin-1").decode(encoding) == text


def test_what_is_not_set_is_not_asked(provider):
    bare = account(provider.url, public="", plus=False)

    batch = bare.send(Sms("Njia", (ONE,)))

    bare.carriage.close()
    assert set(provider.asked[0].query) == {
        "username",
        "password",
        "to",
        "text",
        "charset",
        "coding",
    }
    assert provider.asked[0].query["to"] == "254711000001"
    assert batch == Batch((Outcome(ONE, State.ACCEPTED),))


def test_the_accounts_own_sender_path_and_connection_are_used(provider):
    own = account(provider.url, sender="21512", smsc="saf", path="/send")

    own.send(Sms("Njia", (ONE,)))

    own.carriage.close()
    asked = provider.asked[0]
    assert (asked.path, asked.query["from"], asked.query["smsc"]) == ("/send", "21512", "saf")


def test_several_numbers_go_in_one_request_and_kannel_names_the_number_later(several, provider):
    several.send(Sms("Njia", (ONE, TWO)))

    asked = provider.asked[0].query
    assert asked["to"] == f"{ONE} {TWO}"
    assert asked["dlr-url"].endswith("&phone=%p&status=%d&smsc=%i&told=%A")


def test_each_request_has_an_id_of_its_own(gateway, provider):
    first, second = (gateway.send(Sms("Njia", (ONE,))).outcomes[0].reference for _ in range(2))

    assert second == reference(provider)
    assert first != second


def test_one_connection_carries_many_requests(gateway, provider):
    for _ in range(5):
        gateway.send(Sms("Njia", (ONE,)))

    assert (len(provider.asked), provider.connections) == (5, 1)


def test_what_cannot_be_sent_never_leaves(gateway, provider):
    assert fates(gateway.send(Sms(" ", (ONE,)))) == [(State.REFUSED, Reason.TEXT)]
    assert fates(gateway.send(Sms("Njia", ("0711",)))) == [(State.REFUSED, Reason.BAD_NUMBER)]
    assert provider.asked == []


# --- the answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        Said("0: Accepted for delivery"),
        Said("3: Queued for later delivery"),
        Said("Sent."),
        Said("Sent. Message splits: 2"),
        Said("0: Accepted for delivery", status=200),
    ],
    ids=lambda said: said.body,
)
def test_taken_is_accepted_under_our_id(gateway, provider, said):
    provider.says(said)

    batch = gateway.send(Sms("Njia", (ONE,)))

    assert batch == Batch((Outcome(ONE, State.ACCEPTED, reference(provider)),))


REFUSED, RETRY, UNSURE = State.REFUSED, State.RETRY, State.UNSURE
LATER = {"Retry-After": "7"}


@pytest.mark.parametrize(
    ("said", "fate", "whole"),
    [
        (Said("Authorization failed for sendsms", 403), (RETRY, Reason.CREDENTIALS), False),
        (Said("", 401), (RETRY, Reason.CREDENTIALS), False),
        (Said("Sender missing and no global set, rejected", 400), (RETRY, Reason.SENDER), False),
        (
            Said("Number(s) has/have been denied by white- and/or black-lists.", 400),
            (REFUSED, Reason.REJECTED),
            False,
        ),
        (Said("Missing receiver number, rejected", 400), (REFUSED, Reason.BAD_NUMBER), False),
        (Said("Empty receiver number not allowed", 400), (REFUSED, Reason.BAD_NUMBER), False),
        (Said("Empty text not allowed, rejected", 400), (REFUSED, Reason.TEXT), False),
        (Said("Charset or body misformed, rejected", 400), (REFUSED, Reason.TEXT), False),
        (Said("DLR-URL field misformed, rejected", 400), (REFUSED, Reason.REQUEST), True),
        (Said("Unknown request.", 404), (REFUSED, Reason.REQUEST), True),
        (Said("", 413), (REFUSED, Reason.TOO_LARGE), True),
        (Said("Not routable. Do not try again.", 403), (REFUSED, Reason.NO_ROUTE), False),
        (Said("Temporal failure, try again later.", 503), (RETRY, Reason.PROVIDER_ERROR), False),
        (Said("busy", 503, LATER), (RETRY, Reason.THROTTLED), False),
        (Said("slow down", 429, LATER), (RETRY, Reason.THROTTLED), False),
        (Said("busy", 503), (UNSURE, Reason.SERVER_ERROR), False),
        (Said("Sending failed.", 500), (UNSURE, Reason.SERVER_ERROR), False),
        (Said("", 504), (UNSURE, Reason.SERVER_ERROR), False),
        (Said("", 408), (UNSURE, Reason.NO_ANSWER), False),
        (Said("<html>hello</html>", 200), (UNSURE, Reason.UNREADABLE), False),
        (Said("", 202), (UNSURE, Reason.UNREADABLE), False),
        (Said("", 302, {"Location": "/elsewhere"}), (UNSURE, Reason.UNREADABLE), False),
        (Said(fault="cut"), (UNSURE, Reason.NO_ANSWER), False),
    ],
    ids=lambda value: f"{value.status} {value.body}" if isinstance(value, Said) else "",
)
def test_every_other_answer_becomes_its_outcome(gateway, provider, said, fate, whole):
    provider.says(said)

    batch = gateway.send(Sms("Njia", (ONE,)))

    own = reference(provider) if fate[0] is UNSURE else None
    assert batch.outcomes == (Outcome(ONE, fate[0], own, None, fate[1]),)
    assert batch.whole is whole
    assert batch.retry_after == (7.0 if said.headers == LATER else None)
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        (Said("Authorization failed for sendsms", 403), Pause.CREDENTIALS),
        (Said("Sender missing and no global set, rejected", 400), Pause.SENDER),
        (Said("Not routable. Do not try again.", 403), None),
    ],
    ids=["password", "sender", "route"],
)
def test_what_every_number_would_meet_pauses_the_blast(gateway, provider, said, pause):
    provider.says(said)

    assert gateway.send(Sms("Njia", (ONE,))).pause is pause


def test_an_answer_that_never_comes_is_unsure_and_keeps_our_id(provider):
    provider.says(Said(fault="hang"))
    impatient = account(provider.url, read_timeout=0.1)

    batch = impatient.send(Sms("Njia", (ONE,)))

    impatient.carriage.close()
    assert batch == Batch((Outcome(ONE, UNSURE, reference(provider), reason=Reason.NO_ANSWER),))


def test_nobody_listening_is_safe_to_retry():
    with socket.socket() as taken:  # bound, not listening
        taken.bind(("127.0.0.1", 0))
        deaf = account(f"http://127.0.0.1:{taken.getsockname()[1]}")

        batch = deaf.send(Sms("Njia", (ONE,)))

    deaf.carriage.close()
    assert batch == Batch((Outcome(ONE, RETRY, reason=Reason.UNREACHABLE),))


def test_a_name_that_nobody_knows_is_safe_to_retry():
    lost = account("https://kannel.invalid")

    batch = lost.send(Sms("Njia", (ONE,)))

    lost.carriage.close()
    assert fates(batch) == [(RETRY, Reason.UNREACHABLE)]


@pytest.mark.parametrize(
    ("said", "fate"),
    [
        (Said("Temporal failure, try again later.", 503), (UNSURE, Reason.SERVER_ERROR)),
        (Said("Not routable. Do not try again.", 403), (REFUSED, Reason.NO_ROUTE)),
    ],
    ids=["one part may have left", "no part has a route"],
)
def test_a_text_of_two_parts_is_believed_less(gateway, provider, said, fate):
    provider.says(said)

    assert fates(gateway.send(Sms(LONG, (ONE,)))) == [fate]


@pytest.mark.parametrize(
    ("said", "fate", "whole"),
    [
        (Said("Temporal failure, try again later.", 503), (UNSURE, Reason.SERVER_ERROR), False),
        (Said("Not routable. Do not try again.", 403), (UNSURE, Reason.NOT_NAMED), False),
        (
            Said("Sending failed. Failed receivers are: 1", 500),
            (UNSURE, Reason.SERVER_ERROR),
            False,
        ),
        (Said("UDH field misformed, rejected", 400), (REFUSED, Reason.REQUEST), True),
        (Said("0: Accepted for delivery"), (State.ACCEPTED, Reason.NONE), False),
    ],
    ids=lambda value: value.body if isinstance(value, Said) else "",
)
def test_one_answer_for_several_numbers_speaks_for_no_single_one(
    several, provider, said, fate, whole
):
    provider.says(said)

    batch = several.send(Sms("Njia", (ONE, TWO)))

    assert (fates(batch), batch.whole) == ([fate, fate], whole)


def test_numbers_that_kannels_lists_hold_back_are_refused_one_by_one(several, provider):
    provider.says(Said(f"Sent. Denied receivers are: {TWO} 254711000003 Message splits: 2"))

    batch = several.send(Sms("Njia", (ONE, TWO, THREE)))

    assert batch.outcomes == (
        Outcome(ONE, State.ACCEPTED, reference(provider)),
        Outcome(TWO, REFUSED, reason=Reason.REJECTED),
        Outcome(THREE, REFUSED, reason=Reason.REJECTED),
    )


# --- the settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"base": "kannel:13013"}, "base must be a web address, not 'kannel:13013'"),
        ({"base": "http://kannel:13013"}, "base must begin with https"),
        ({"public": "njia.example"}, "public must be a web address"),
        ({"public": "http://njia.example"}, "public must begin with https"),
        ({"simulated": True, "base": "https://sms.example"}, "may not speak to sms.example"),
        ({"charset": "latin1"}, "charset is one of UTF-8, UTF-16BE"),
        ({"path": "send"}, "path must begin with a slash"),
    ],
)
def test_settings_that_would_harm_are_refused(own, sentence):
    with pytest.raises(BadSettings, match=sentence):
        account(**own)


def test_a_private_way_needs_no_encryption_if_the_operator_says_so():
    private = account("http://kannel:13013", public="http://njia:8000", plain_http=True)

    assert private.base == "http://kannel:13013"


def test_kannel_takes_one_number_a_request_unless_told_otherwise():
    assert (account().batch, account(batch=20).batch) == (1, 20)
    assert account().balance() is None


def test_a_gateway_shows_no_secret():
    shown = repr(account(password="very-secret"))

    assert "very-secret" not in shown
    assert SECRET not in shown
