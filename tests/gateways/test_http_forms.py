"""What an unknown provider calls our hooks with, by the names its settings give."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.base import BadForm, Inbound, OptOut, Reason, Receipt, Standing, UssdEnd, UssdHop
from gateways.http import Http

ONE = "+254711000001"
USSD = {"session": "sid", "code": "sc", "phone": "msisdn", "text": "input", "status": "why"}


def account(**more: Any) -> Http:
    own = {"base": "http://127.0.0.1:1", "query": {"to": "{to}", "text": "{text}"}, **more}
    return Http(name="so", secrets=("h" * 24,), **own)


@pytest.mark.parametrize(
    ("word", "standing", "reason"),
    [
        ("delivered", Standing.DELIVERED, Reason.NONE),
        ("Failed", Standing.FAILED, Reason.DELIVERY_FAILURE),
        ("expired", Standing.EXPIRED, Reason.EXPIRED),
        ("absent", Standing.ABSENT, Reason.ABSENT),
        ("rejected", Standing.REJECTED, Reason.REJECTED),
        ("DELIVRD", Standing.DELIVERED, Reason.NONE),
        ("7", Standing.SENT, Reason.NONE),
        ("whatever", Standing.UNKNOWN, Reason.NONE),
        ("", Standing.UNKNOWN, Reason.NONE),
    ],
)
def test_every_word_has_its_standing(word, standing, reason):
    own = account(receipt_words={"Delivrd": "delivered", "7": "sent"})

    receipt = own.receipt({"id": "m-1", "status": word, "phone": "254711000001"})

    assert receipt == Receipt("m-1", ONE, "", standing, reason, word)


def test_a_receipt_is_read_by_the_providers_names():
    own = account(
        receipt_fields={"id": "MessageID", "status": "Status", "phone": "Mobile", "network": "op"},
        networks={"hormuud": "63701"},
    )
    form = {"MessageID": "9", "Status": "delivered", "Mobile": ONE, "op": "hormuud", "id": "other"}

    assert own.receipt(form) == Receipt(
        "9", ONE, "63701", Standing.DELIVERED, Reason.NONE, "delivered"
    )


def test_a_network_without_a_code_keeps_its_word():
    assert account().receipt({"id": "1", "network": "63902"}).network == "63902"


def test_a_receipt_without_an_id_is_told_by_the_providers_name():
    with pytest.raises(BadForm, match="MessageID is missing"):
        account(receipt_fields={"id": "MessageID"}).receipt({"id": "1"})


def test_an_sms_is_read_by_the_providers_names():
    own = account(sms_fields={"from": "Sender", "text": "MessageText", "to": "ShortCode"})
    form = {
        "Sender": "252611000001",
        "MessageText": "Maxay tahay?",
        "ShortCode": "400",
        "id": "7",
        "time": "2026-01-05 09:00:00",
    }

    assert own.sms(form) == Inbound(
        "7", "+252611000001", "Maxay tahay?", "400", "", datetime(2026, 1, 5, 9, tzinfo=UTC)
    )


def test_an_sms_from_nobody_is_told():
    with pytest.raises(BadForm, match="from is missing"):
        account().sms({"text": "x"})


def test_a_hop_is_read_where_ussd_is_set_up():
    form = {"sid": "s-1", "sc": "*384#", "msisdn": "254711000001", "input": "1"}

    assert account(ussd_fields=USSD).ussd(form) == UssdHop("s-1", "*384#", ONE, "", "1")


def test_a_first_hop_may_come_without_a_text():
    form = {"sid": "s-1", "sc": "*384#", "msisdn": ONE}

    assert account(ussd_fields=USSD).ussd(form).text == ""


def test_the_end_of_a_session_is_read():
    own = account(ussd_fields=USSD)

    assert own.ussd_end({"sid": "s-1", "why": "timeout"}) == UssdEnd("s-1", "", "", "", "timeout")


@pytest.mark.parametrize("missing", ["sid", "sc", "msisdn"])
def test_a_hop_that_cannot_be_placed_is_told(missing):
    form = {"sid": "s-1", "sc": "*384#", "msisdn": ONE}
    del form[missing]

    with pytest.raises(BadForm, match=f"{missing} is missing"):
        account(ussd_fields=USSD).ussd(form)


def test_an_opt_out_is_read_where_it_is_set_up():
    own = account(opt_out_fields={"phone": "msisdn", "sender": "code"})

    assert own.opt_out({"msisdn": ONE, "code": "400"}) == OptOut(ONE, "400")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ussd", "this gateway has no USSD: ussd_fields is not given"),
        ("ussd_end", "this gateway has no USSD: ussd_fields is not given"),
        ("opt_out", "this gateway has no opt-outs: opt_out_fields is not given"),
    ],
)
def test_what_is_not_set_up_is_refused_clearly(kind, sentence):
    with pytest.raises(BadForm, match=sentence):
        getattr(account(), kind)({"session": "1"})
