"""The doors for receipts and opt-outs: stored whatever they say, and only from those with the secret."""

import json
from pathlib import Path

import pytest

from campaigns.hooks import door
from gateways.base import Standing
from journal.writer import Journal
from people import identity
from people.turnstile import RECEIPTS
from tests.doors import PHONE, SECRET, gateway, journalled, knock

RECEIPT, OPT_OUT = f"/hooks/sim/{SECRET}/receipt", f"/hooks/sim/{SECRET}/opt-out"
CALLBACKS = json.loads(Path("tests/payloads/africastalking/callbacks.json").read_text())
BLACKLISTED = {
    "id": "ATXid_1",
    "status": "Rejected",
    "phoneNumber": PHONE,
    "failureReason": "UserInBlackList",
}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


@pytest.fixture
def own(journal: Journal):
    return door(gateways={"sim": gateway()}, journal=journal, clock=lambda: 1.5)


@pytest.mark.parametrize(
    "case", CALLBACKS["delivery_report"], ids=lambda case: case["body"].split("status=")[1][:12]
)
def test_documented_receipts_are_journalled(own, journal, case):
    answer = knock(own, RECEIPT, case["body"].encode())

    assert (answer.status, answer.text) == (200, "ok")
    (line,) = journalled(journal, "receipt")
    assert (line["id"], line["t"]) == ("ATXid_1", identity.token(f"tel:{PHONE}"))
    assert Standing(line["rank"]).final == case["expect"]["final"]


def test_receipt_is_journalled_as_the_fold_needs_it(own, journal):
    knock(
        own, RECEIPT, {"id": "x", "status": "Success", "phoneNumber": PHONE, "networkCode": "63902"}
    )

    assert journalled(journal) == [
        {
            "kind": "receipt",
            "at": 1.5,
            "g": "sim",
            "id": "x",
            "t": identity.token(f"tel:{PHONE}"),
            "n": "63902",
            "status": "Success",
            "rank": 60,
            "reason": "",
        }
    ]


def test_receipt_of_a_blocked_sender_is_an_opt_out_too(own, journal):
    knock(own, RECEIPT, BLACKLISTED)

    assert [one["kind"] for one in journalled(journal)] == ["receipt", "opt-out"]
    assert journalled(journal)[0]["reason"] == "opted-out"
    assert journalled(journal)[1]["st"] == identity.suppression_token(f"tel:{PHONE}")


def test_number_in_a_providers_word_is_not_journalled(own, journal):
    told = {"id": "x", "status": f"Failed for {PHONE}", "phoneNumber": PHONE, "networkCode": PHONE}

    knock(own, RECEIPT, told)

    (line,) = journalled(journal, "receipt")
    assert (line["status"], line["n"]) == ("Failed for (number)", "(number)")


@pytest.mark.parametrize(
    "odd",
    [
        {"id": "x", "status": "NeverHeardOf", "phoneNumber": PHONE},
        {"id": "x", "status": "Success", "phoneNumber": "no number"},
        {"id": "x" * 5000, "status": "Success"},
        {"id": "x"},
    ],
)
def test_odd_receipts_are_stored(own, journal, odd):
    assert knock(own, RECEIPT, odd).status == 200
    assert len(journalled(journal, "receipt")) == 1


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"&&=&", b"status=Success&phoneNumber=%2B254711000001"]
)
def test_receipt_nobody_can_read_is_kept_sealed_and_not_asked_for_again(own, journal, body):
    answer = knock(own, RECEIPT, body)

    assert (answer.status, answer.text) == (200, "ok")
    (line,) = journalled(journal)
    assert (line["kind"], line["door"], line["what"]) == ("error", "receipt", "id is missing")
    assert "254711" not in json.dumps(line)
    assert identity.unseal(line["form"]).startswith("{")


def test_receipt_by_query_is_taken_too(own, journal):
    knock(own, RECEIPT, query="id=x&status=Success&phoneNumber=%2B254711000001")

    assert len(journalled(journal, "receipt")) == 1


@pytest.mark.parametrize("case", CALLBACKS["opt_out"], ids=lambda case: case["id"])
def test_documented_opt_outs_are_journalled(own, journal, case):
    answer = knock(own, OPT_OUT, case["body"].encode())

    assert (answer.status, answer.text) == (200, "ok")
    assert journalled(journal) == [
        {
            "kind": "opt-out",
            "at": 1.5,
            "g": "sim",
            "st": identity.suppression_token(f"tel:{PHONE}"),
            "sender": case["expect"].get("scope", "").removeprefix("sender ") or "BMM",
            "how": "provider",
            "c": "KE",
        }
    ]


@pytest.mark.parametrize("kind", ["receipt", "opt-out"])
@pytest.mark.parametrize("secret", ["", "x" * 32, SECRET[:-1], SECRET + "s"])
def test_forged_ones_are_not_here(own, journal, kind, secret):
    answer = knock(own, f"/hooks/sim/{secret}/{kind}", BLACKLISTED)

    assert answer.status == 404
    assert journalled(journal) == []


def test_other_kinds_are_not_here(own):
    assert knock(own, f"/hooks/sim/{SECRET}/sms", BLACKLISTED).status == 404


def test_large_body_is_refused(own, journal):
    assert knock(own, RECEIPT, b"x" * 1_048_576).status == 413
    assert journalled(journal) == []


# --- too many about one number ---------------------------------------------------------------------


def test_receipts_over_the_limit_are_answered_and_told_of_once(own, journal):
    sent = [
        {"id": f"x{n}", "status": "Success", "phoneNumber": PHONE} for n in range(RECEIPTS.most)
    ]
    more = {"id": "more", "status": "Success", "phoneNumber": PHONE}
    answers = [knock(own, RECEIPT, one) for one in (*sent, more, more)]

    assert {(answer.status, answer.text) for answer in answers} == {(200, "ok")}
    assert len(journalled(journal, "receipt")) == RECEIPTS.most
    told = {"kind": "limited", "at": 1.5, "what": "receipt", "g": "sim", "c": "KE"}
    assert journalled(journal, "limited") == [told]


def test_receipts_of_many_numbers_and_of_none_are_all_kept(own, journal):
    for n in range(RECEIPTS.most + 5):
        knock(own, RECEIPT, {"id": f"a{n}", "status": "Sent", "phoneNumber": f"+254711{n:06d}"})
        knock(own, RECEIPT, {"id": f"b{n}", "status": "Sent"})

    assert len(journalled(journal, "receipt")) == 2 * (RECEIPTS.most + 5)


def test_opt_outs_pass_however_many_come(own, journal):
    for n in range(RECEIPTS.most + 5):
        knock(own, OPT_OUT, {"senderId": "NJIA", "phoneNumber": PHONE})
        knock(own, RECEIPT, {**BLACKLISTED, "id": f"x{n}"})

    assert len(journalled(journal, "opt-out")) == 2 * (RECEIPTS.most + 5)
