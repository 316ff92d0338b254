"""What Kannel asks our hooks with GET: receipts under our own id, and SMS in whatever coding they come."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateways.base import BadForm, Inbound, Reason, Receipt, Standing
from gateways.kannel import Kannel
from gateways.wire import fields

ONE = "+254711000001"


def account(**more: Any) -> Kannel:
    own = {"username": "njia", "password": "p", "base": "http://127.0.0.1:1", **more}
    return Kannel(name="ke", secrets=("k" * 24,), **own)


@pytest.mark.parametrize(
    ("value", "standing", "reason"),
    [
        ("1", Standing.DELIVERED, Reason.NONE),
        ("2", Standing.FAILED, Reason.DELIVERY_FAILURE),
        ("4", Standing.BUFFERED, Reason.NONE),
        ("8", Standing.SUBMITTED, Reason.NONE),
        ("16", Standing.REJECTED, Reason.REJECTED),
        ("32", Standing.UNKNOWN, Reason.NONE),
        ("", Standing.UNKNOWN, Reason.NONE),
        ("delivered", Standing.UNKNOWN, Reason.NONE),
    ],
)
def test_every_delivery_report_has_its_standing(value, standing, reason):
    own = account(networks={"saf": "63902"})
    form = fields(f"id=r-1&phone=254711000001&status={value}&smsc=saf&told=ACK%2F")

    assert own.receipt(form) == Receipt("r-1", ONE, "63902", standing, reason, value)


def test_an_unknown_connection_is_no_network():
    assert account().receipt({"id": "r", "status": "1", "smsc": "saf"}).network == ""


def test_the_smsc_may_say_that_the_text_expired():
    told = "id:7 sub:001 dlvrd:000 done date:2601051200 stat:EXPIRED err:001 text:Njia"

    receipt = account().receipt({"id": "r", "phone": ONE, "status": "2", "told": told})

    assert (receipt.status, receipt.reason) == (Standing.EXPIRED, Reason.EXPIRED)
    assert receipt.detail == "EXPIRED"


def test_a_receipt_without_our_id_is_told():
    with pytest.raises(BadForm, match="id is missing"):
        account().receipt({"status": "1", "phone": ONE})


def test_an_sms_is_read():
    own = account(networks={"saf": "63902"})
    query = (
        "from=%2B254711000001&to=21512&text=Habari+yako&coding=0&time=1767603600&id=m-1&smsc=saf"
    )

    assert own.sms(fields(query)) == Inbound(
        "m-1", ONE, "Habari yako", "21512", "63902", datetime(2026, 1, 5, 9, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("%E1%88%B0%E1%88%8B%E1%88%9D&coding=0", "ሰላም"),  # mo-recode is on
        ("%E1%88%B0%E1%88%8B%E1%88%9D&coding=2", "ሰላም"),  # recoded, the coding left as it was
        ("%00S%00T%00O%00P&coding=2", "STOP"),
        ("%12%30%12%0B%12%1D&coding=2", "ሰላም"),
        ("%00S%DE%00&coding=2", "\x00S\ufffd\x00"),
        ("", ""),
    ],
)
def test_a_text_is_read_in_whatever_coding_it_comes(raw, text):
    assert account().sms(fields(f"from=254711000001&text={raw}")).text == text


@pytest.mark.parametrize(
    ("word", "at"),
    [
        ("2026-01-05 09:00:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("9" * 15, None),
        ("9" * 30, None),
        ("today", None),
        ("", None),
    ],
)
def test_odd_times_are_tolerated(word, at):
    assert account().sms({"from": ONE, "time": word}).at == at


def test_an_sms_from_nobody_is_told():
    with pytest.raises(BadForm, match="from is missing"):
        account().sms({"text": "Habari"})


@pytest.mark.parametrize("kind", ["ussd", "ussd_end", "opt_out"])
def test_what_kannel_does_not_carry_is_said(kind):
    with pytest.raises(BadForm, match="gateway ke is a Kannel, which carries SMS only"):
        getattr(account(), kind)({})
