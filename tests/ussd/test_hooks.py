"""The USSD door: what providers and odd clients get, and what is journalled of it."""

import json
import logging
import os
from pathlib import Path

import pytest

from people import identity
from people.turnstile import DIALS, SECRETS
from tests.doors import (
    CODE,
    HOP,
    OLD_SECRET,
    OTHER_PHONE,
    PHONE,
    SECRET,
    USSD,
    desk,
    dial,
    gateway,
    journalled,
    knock,
)
from tests.editions import edition
from ussd.hooks import BUSY, SORRY, door
from ussd.hop import TOO_LONG, Desk

END = f"/hooks/sim/{SECRET}/ussd-end"
CALLBACKS = json.loads(Path("tests/payloads/africastalking/callbacks.json").read_text())
EDITION = edition()
FIRST_SCREEN = "CON DEMO 1 Kiswahili\n2 English\n0 Exit"


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    return desk(tmp_path, editions=[EDITION])


# --- who may knock --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/other/{SECRET}/ussd",
        f"/hooks/sim/{'x' * 32}/ussd",
        "/hooks/sim//ussd",
        f"/hooks/sim/{SECRET[:-1]}/ussd",
        f"/hooks/sim/{SECRET}/nothing",
        f"/hooks/sim/{SECRET}/ussd/more",
        "/hooks/sim/ሰላም/ussd",
        "/hooks",
        "",
    ],
)
def test_strangers_learn_nothing(own, path):
    answer = knock(door(own), path, HOP)

    assert (answer.status, answer.text) == (404, "not here")
    assert journalled(own.journal) == []


def test_older_secret_is_good_while_a_rotation_overlaps(own):
    assert dial(own, "", path=f"/hooks/sim/{OLD_SECRET}/ussd").text == FIRST_SCREEN


def test_only_allowed_networks_may_knock(tmp_path):
    inside = desk(tmp_path / "a", gateway(allowed=("127.0.0.0/8",)), editions=[EDITION])
    outside = desk(tmp_path / "b", gateway(allowed=("10.0.0.0/8",)), editions=[EDITION])

    assert (dial(inside, "").status, dial(outside, "").status) == (200, 404)


def test_phone_may_not_change_within_a_session(own):
    dial(own, "")

    answer = dial(own, "1", phoneNumber=OTHER_PHONE)

    assert answer.status == 400
    assert len(journalled(own.journal)) == 1


# --- odd requests ---------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["sessionId", "serviceCode", "phoneNumber"])
def test_missing_field_is_named(own, field):
    answer = knock(door(own), USSD, {k: v for k, v in HOP.items() if k != field})

    assert (answer.status, answer.text) == (400, f"{field} is missing")
    assert journalled(own.journal) == []


@pytest.mark.parametrize("phone", ["abc", "+254ABC000001", "12", "+" + "1" * 16, "٣", "<script>"])
def test_what_is_no_number_is_refused(own, phone):
    answer = dial(own, "", phoneNumber=phone)

    assert answer.status == 400
    assert phone not in answer.text
    assert journalled(own.journal) == []


def test_number_of_a_range_we_do_not_know_is_served(own):
    answer = dial(own, "", phoneNumber="+254999000001")

    assert answer.text == FIRST_SCREEN
    assert journalled(own.journal)[0]["t"] == identity.token("tel:+254999000001")


@pytest.mark.parametrize("case", CALLBACKS["ussd"], ids=lambda case: case["id"])
def test_documented_bodies_are_answered(own, case):
    answer = knock(door(own), USSD, case["body"].encode())

    assert answer.status == 200
    assert answer.text.startswith(("CON ", "END "))
    (line,) = journalled(own.journal, "hop")
    assert line["n"] == (case["expect"].get("network") or line["n"])


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00garbage",
        b"&&&&===&=&",
        b"{}",
        b"%",
        b"x" * 32_768,
        b"&" * 32_768,
        b"sessionId=%ff&serviceCode=%00&phoneNumber=%c3%28",
        b"sessionId=" + b"a" * 200 + b"&serviceCode=1&phoneNumber=%2B254711000001",
    ],
)
def test_garbage_gets_a_short_refusal(own, body):
    answer = knock(door(own), USSD, body)

    assert answer.status == 400
    assert len(answer.text) < 100
    assert journalled(own.journal) == []


@pytest.mark.parametrize("text", ["\ufffd", "\0", "a" * 5000, "ሰላም" * 100, "1*\ud83d\ude00"])
def test_any_text_gets_a_screen(own, text):
    body = "&".join(f"{k}={v.replace('+', '%2B')}" for k, v in HOP.items() if k != "text")

    answer = knock(door(own), USSD, f"{body}&text={text}".encode("utf-8", "surrogatepass"))

    assert answer.text.startswith("CON ")


def test_bytes_that_are_no_utf8_get_a_screen(own):
    body = b"sessionId=A&serviceCode=*1#&phoneNumber=254711000001&text=1*\xff\xfe%ff"

    assert knock(door(own), USSD, body).text.startswith("CON ")


def test_ten_thousand_stars_end_the_session_politely(own):
    answer = dial(own, "*" * 10_000)

    assert answer.text == f"END {TOO_LONG}"
    assert [one["what"] for one in journalled(own.journal, "error")] == ["too-long"]


def test_large_body_is_refused_unread(own):
    answer = knock(door(own), USSD, b"x" * 1_048_576)

    assert (answer.status, answer.text) == (413, "too large")


def test_body_longer_than_it_says_is_refused(own):
    environ_body = b"x" * 40_000

    def lying(environ, start_response):
        return door(own)({**environ, "CONTENT_LENGTH": "5"}, start_response)

    assert knock(lying, USSD, environ_body).status == 413


def test_failure_inside_ends_politely_is_counted_and_says_nothing_of_the_person(tmp_path, caplog):
    def broken(text, _language):
        raise ZeroDivisionError(f"was asked {text}")

    own = desk(tmp_path, editions=[EDITION], ask=lambda _: broken)
    with caplog.at_level(logging.ERROR):
        answer = dial(own, "", "2", "2*6", "2*6*my secret")

    assert (answer.status, answer.text) == (200, f"END {SORRY}")
    (line,) = journalled(own.journal, "error")
    assert (line["what"], line["door"]) == ("ZeroDivisionError", "ussd")
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text + json.dumps(line)


def test_full_disk_is_counted_and_the_caller_answered(own):
    journal = own.journal
    dial(own, "")
    os.close(journal._descriptor)
    journal._descriptor = os.open("/dev/full", os.O_WRONLY)

    answer = dial(own, "1")

    assert answer.text.startswith("CON ")
    assert journal.unwritten == 1


# --- the end of a session -------------------------------------------------------------------------


def test_end_is_journalled_without_what_was_said(own):
    body = next(one["body"] for one in CALLBACKS["ussd_end"] if one["id"] == "end_success")

    answer = knock(door(own), END, body.encode())

    assert (answer.status, answer.text) == (200, "ok")
    (line,) = journalled(own.journal)
    line.pop("at")
    assert line == {
        "kind": "end",
        "g": "sim",
        "s": "ATUid_1",
        "t": identity.token(f"tel:{PHONE}"),
        "c": "KE",
        "n": "63902",
        "code": CODE,
        "status": "Success",
        "cost": ["0.10", "KES"],
        "ms": 12345,
        "hops": 3,
    }


@pytest.mark.parametrize(
    "case", [c for c in CALLBACKS["ussd_end"] if "=" in c["body"]], ids=lambda case: case["id"]
)
def test_every_documented_end_is_stored(own, case):
    assert knock(door(own), END, case["body"].encode()).status == 200
    assert len(journalled(own.journal, "end")) == 1


def test_end_without_a_number_is_stored(own):
    assert knock(door(own), END, {"sessionId": "ATUid_9", "status": "Success"}).status == 200
    assert journalled(own.journal, "end")[0]["t"] == ""


# --- who comes too often ---------------------------------------------------------------------------


def test_phone_over_the_limit_gets_a_polite_end_and_others_their_screen(tmp_path):
    own = desk(tmp_path, editions=[EDITION], clock=lambda: 60.0)
    one = door(own)
    answers = [knock(one, USSD, HOP) for _ in range(DIALS.most + 2)]
    other = knock(one, USSD, {**HOP, "phoneNumber": OTHER_PHONE, "sessionId": "ATUid_2"})

    assert {answer.status for answer in answers} == {200}
    end = f"END DEMO {BUSY}"
    assert [answer.text for answer in answers[-3:]] == [FIRST_SCREEN, end, end]
    assert other.text == FIRST_SCREEN


def test_what_is_held_back_is_no_hop_and_is_told_once(tmp_path):
    own = desk(tmp_path, editions=[EDITION], clock=lambda: 60.0)
    one = door(own)
    for _ in range(DIALS.most + 5):
        knock(one, USSD, HOP)

    assert len(journalled(own.journal, "hop")) == DIALS.most
    told = {"kind": "limited", "at": 60.0, "what": "ussd", "g": "sim", "c": "KE"}
    assert journalled(own.journal, "limited") == [told]


def test_end_for_the_too_fast_is_in_the_language_of_their_session(tmp_path):
    own = desk(tmp_path, editions=[EDITION], clock=lambda: 60.0)
    one = door(own)
    for text in ["", *["1"] * DIALS.most]:
        answer = knock(one, USSD, {**HOP, "text": text})

    assert answer.text == "END DEMO Subiri kidogo."


def test_a_minute_later_the_phone_is_served_again(tmp_path):
    now = [60.0]
    own = desk(tmp_path, editions=[EDITION], clock=lambda: now[0])
    one = door(own)
    for _ in range(DIALS.most + 1):
        knock(one, USSD, HOP)
    now[0] = 120.0

    assert knock(one, USSD, HOP).text == FIRST_SCREEN


def test_guesser_of_secrets_is_told_of_and_shuts_nobody_out(tmp_path):
    own = desk(tmp_path, editions=[EDITION], clock=lambda: 60.0)
    one = door(own)
    guesses = [knock(one, f"/hooks/sim/{'x' * 32}/ussd", HOP) for _ in range(SECRETS.most + 5)]

    assert {(answer.status, answer.text) for answer in guesses} == {(404, "not here")}
    assert [line["what"] for line in journalled(own.journal, "limited")] == ["secret"]
    assert knock(one, USSD, HOP).text == FIRST_SCREEN


def test_run_of_numbers_is_marked_in_the_lines_of_its_sessions(own):
    one = door(own)
    for number in range(3):
        fields = {"phoneNumber": f"+25471100000{number}", "sessionId": f"ATUid_{number}"}
        knock(one, USSD, {**HOP, **fields})
        knock(one, USSD, {**HOP, **fields, "text": "1"})

    marked = [line.get("near") for line in journalled(own.journal, "hop")]
    assert marked == [None, None, True, True, True, True]
