"""Every recorded callback body, read as the hooks read it."""

import contextlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.africastalking import forms
from gateways.base import BadForm, Money, Reason, Standing
from gateways.wire import fields

FILE = Path(__file__).parent.parent / "payloads" / "africastalking" / "callbacks.json"
CALLBACKS = json.loads(FILE.read_text(encoding="utf-8"))
PHONE = "+254711000001"
NOON = datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)


def bodies(kind: str) -> list[dict[str, Any]]:
    """The vectors that hold a body, not a description of one."""
    return [one for one in CALLBACKS[kind] if not one["body"].startswith("(")]


def body(kind: str, name: str) -> dict[str, str]:
    return fields(next(one["body"] for one in CALLBACKS[kind] if one["id"] == name))


def every(kind: str):
    return pytest.mark.parametrize("vector", bodies(kind), ids=lambda one: one["id"])


@every("ussd")
def test_every_hop_is_read(vector):
    hop, expect = forms.ussd(fields(vector["body"])), vector["expect"]

    assert hop.session == "ATUid_1"
    assert hop.code == "*384*1234#"
    assert hop.phone == expect.get("msisdn", hop.phone)
    assert hop.phone.startswith("+25")
    if "network" in expect:
        assert hop.network == (expect["network"] or "")
    if "inputs" in expect:
        assert hop.text == "*".join(expect["inputs"])
    if "new_input" in expect:
        before = expect.get("previous_text")
        assert hop.text.removeprefix(f"{before}*").endswith(expect["new_input"])


@pytest.mark.parametrize("name", ["sessionId", "serviceCode", "phoneNumber"])
def test_a_hop_without_what_it_needs_names_it(name):
    form = body("ussd", "dial")
    del form[name]

    with pytest.raises(BadForm, match=f"{name} is missing"):
        forms.ussd(form)


OUTCOMES = {"completed": "Success", "abandoned": "Incomplete", "app_error": "Failed"}


@every("ussd_end")
def test_every_end_is_read(vector):
    end, expect = forms.ussd_end(fields(vector["body"])), vector["expect"]

    assert end.phone == PHONE
    assert end.status == OUTCOMES.get(expect.get("outcome"), "Success")
    if "duration_ms" in expect:
        assert (end.milliseconds, end.hops) == (expect["duration_ms"], expect["hops"])
    if "cost" in expect:
        cost = expect["cost"]
        assert end.cost == Money(Decimal(cost["amount"]), cost["currency"] or "")


def test_an_end_holds_neither_what_the_person_typed_or_read_nor_the_way_there():
    end = forms.ussd_end(body("ussd_end", "end_success"))

    assert [word for word in ("Asante", "1*1", "menu") if word in str(asdict(end))] == []


def test_an_end_with_odd_numbers_is_still_read():
    form = {"sessionId": "s", "cost": "x", "durationInMillis": "-", "hopsCount": "٣"}

    end = forms.ussd_end(form)

    assert (end.cost, end.milliseconds, end.hops) == (None, None, None)


KINDS = {
    "sent": {Standing.SENT, Standing.SUBMITTED},
    "delivered": {Standing.DELIVERED},
    "failed": {Standing.REJECTED, Standing.ABSENT, Standing.EXPIRED, Standing.FAILED},
}


@every("delivery_report")
def test_every_receipt_is_read(vector):
    receipt, expect = forms.receipt(fields(vector["body"])), vector["expect"]

    assert (receipt.reference, receipt.phone, receipt.network) == ("ATXid_1", PHONE, "63902")
    assert receipt.status in KINDS[expect["state"]]
    assert receipt.status.final == expect["final"]


@pytest.mark.parametrize("listed", CALLBACKS["failure_reasons"], ids=lambda one: one["value"])
def test_every_failure_reason_has_a_word_of_ours(listed):
    reasons = {
        forms.receipt({"id": "1", "status": "Failed", "failureReason": spelling}).reason
        for spelling in (listed["value"], *listed["also"], listed["value"].upper())
    }

    assert len(reasons) == 1
    assert not reasons & {Reason.OTHER, Reason.NONE}


def test_an_unknown_status_is_kept_and_changes_nothing():
    receipt = forms.receipt({"id": "1", "status": "Teleported", "failureReason": "Moon"})

    assert (receipt.status, receipt.word) == (Standing.UNKNOWN, "Teleported")
    assert (receipt.reason, receipt.detail) == (Reason.OTHER, "Moon")


def test_a_failure_without_a_reason_has_one_of_its_own():
    receipt = forms.receipt({"id": "1", "status": "AbsentSubscriber"})

    assert receipt.reason is Reason.ABSENT


def test_a_receipt_without_an_id_is_refused():
    with pytest.raises(BadForm, match="id is missing"):
        forms.receipt({"status": "Success"})


def test_standings_rank_from_queued_to_final_and_delivered_wins():
    words = ["queued", "sent", "submitted", "buffered", "rejected", "success"]

    ranks = [forms.STANDINGS[word] for word in words]

    assert ranks == sorted(ranks)
    assert max(Standing) is Standing.DELIVERED


@every("incoming_sms")
def test_every_sms_is_read(vector):
    form, expect = fields(vector["body"]), vector["expect"]

    inbound = forms.sms(form)

    assert inbound.phone == "+254791541111"
    assert inbound.reference == form["id"]
    assert inbound.text == expect.get("text", form.get("text", ""))
    if expect.get("received") == "server time":
        assert inbound.at is None
    elif "received" in expect:
        assert inbound.at == NOON


@every("opt_out")
def test_every_opt_out_is_read(vector):
    form = fields(vector["body"])

    opted = forms.opt_out(form)

    assert (opted.phone, opted.sender) == (PHONE, form["senderId"])


@pytest.mark.parametrize("raw", [" 254711000001", "254711000001", "+254711000001"])
def test_the_plus_is_repaired(raw):
    assert forms.opt_out({"phoneNumber": raw}).phone == PHONE


@pytest.mark.parametrize("raw", ["AFRICASTKNG", "+25471 1000001", "٢٥٤"])
def test_what_is_no_number_is_left_as_it_is(raw):
    assert forms.opt_out({"phoneNumber": raw}).phone == raw


FIELDS = ["id", "status", "phoneNumber", "from", "sessionId", "serviceCode", "cost", "date", "text"]
READERS = [forms.ussd, forms.ussd_end, forms.receipt, forms.sms, forms.opt_out]


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(form=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40)))
def test_any_form_is_read_or_refused(read, form):
    with contextlib.suppress(BadForm):
        assert read(form)
