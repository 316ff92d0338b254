"""The USSD door: what providers and odd clients get, and what is journalled of it."""

import json
import logging
import os
import time
from pathlib import Path

import pytest
from django.conf import settings

from campaigns.edition import Kind
from gateways.base import ServiceCode
from people import identity
from tests.doors import (
    CODE,
    HOP,
    OLD_SECRET,
    OTHER_PHONE,
    PHONE,
    SECRET,
    desk,
    gateway,
    journalled,
    knock,
)
from tests.editions import DANGER, edition
from ussd.hooks import SORRY, door
from ussd.hop import NOT_YET, TOO_LONG, Desk
from ussd.menu import Asked
from ussd.sessions import Elsewhere, Pins

USSD, END = f"/hooks/sim/{SECRET}/ussd", f"/hooks/sim/{SECRET}/ussd-end"
CALLBACKS = json.loads(Path("tests/payloads/africastalking/callbacks.json").read_text())
EDITION = edition()
LIVE = edition(kind=Kind.LIVE)
FIRST_SCREEN = "CON DEMO 1 Kiswahili\n2 English\n0 Exit"


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    return desk(tmp_path, editions=[EDITION])


def dial(own: Desk, *texts: str, path: str = USSD, headers=None, **fields: str):
    """Hops of one session; the last answer."""
    answers = [
        knock(door(own), path, {**HOP, **fields, "text": text}, headers=headers) for text in texts
    ]
    return answers[-1]


# --- a session ------------------------------------------------------------------------------------


def test_first_hop_shows_the_languages_and_is_journalled(own):
    answer = dial(own, "")

    assert (answer.status, answer.text) == (200, FIRST_SCREEN)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["at-ussd-hop-metadata"] == "lang"
    (line,) = journalled(own.journal)
    assert abs(line.pop("at") - time.time()) < 5
    assert line == {
        "kind": "hop",
        "g": "sim",
        "s": "ATUid_1",
        "t": identity.token(f"tel:{PHONE}"),
        "c": "KE",
        "n": "63902",
        "code": CODE,
        "l": "",
        "e": EDITION.id,
        "x": "lang",
        "i": [],
        "d": 0,
        "w": "",
        "new": True,
        "lost": False,
    }


def test_later_hops_tell_place_content_depth_and_language(own):
    answer = dial(own, "", "1", "1*1", "1*1*1")

    assert answer.text == "CON DEMO Watu wengi hufa njiani.\n0 Back\n98 More"
    told = [(one["x"], one["i"], one["d"], one["l"], one["new"]) for one in journalled(own.journal)]
    assert told == [
        ("lang", [], 0, "", True),
        ("main", [], 1, "sw", False),
        ("dangers", [], 2, "sw", False),
        (DANGER, [DANGER], 3, "sw", False),
    ]


def test_leaving_ends_the_session(own):
    answer = dial(own, "", "2", "2*99")

    assert answer.text == "END DEMO The weather is fine today. Goodbye."


def test_deep_dial_gives_the_same_screen_as_step_by_step(own):
    steps = dial(own, "", "1", "1*1", "1*1*1")

    at_once = dial(own, "1*1*1", sessionId="ATUid_2")

    assert at_once == steps
    assert journalled(own.journal)[-1]["new"]
    assert not journalled(own.journal)[-1]["lost"]


def test_repeated_hop_gives_the_same_screen_and_is_not_new(own):
    first, again = dial(own, ""), dial(own, "")

    assert first == again
    assert [one["new"] for one in journalled(own.journal)] == [True, False]


def test_same_choice_again_is_another_input(own):
    assert dial(own, "", "1", "1*1").text != dial(own, "1*1*1").text


def test_late_request_gives_the_screen_of_then(own):
    then = dial(own, "", "1")
    dial(own, "1*1")

    assert dial(own, "1") == then


def test_language_is_remembered_at_the_next_dial(own):
    dial(own, "", "1")

    answer = dial(own, "", sessionId="ATUid_2")

    assert answer.text.startswith("CON DEMO Njia Salama\n1 Hatari")


def test_open_session_keeps_its_edition(own):
    before = dial(own, "", "1")
    own.shelf.put(edition(mark="next", made_at=EDITION.made_at.replace(year=2027)))

    assert dial(own, "1") == before
    assert dial(own, "", sessionId="ATUid_2").status == 200
    assert len({one["e"] for one in journalled(own.journal)}) == 2


def test_free_question_keeps_its_star_and_is_never_kept(tmp_path):
    asked = []

    def ask(text, language):
        asked.append((text, language))
        return Asked((DANGER,))

    own = desk(tmp_path, editions=[EDITION], ask=lambda _: ask)
    answer = dial(own, "", "2", "2*6", "2*6*road*boat")

    assert asked == [("road*boat", "en")]
    assert answer.text == "CON DEMO Choose:\n1 Many people die on t\n0 Back"
    assert "boat" not in json.dumps(journalled(own.journal))


def test_last_input_gateway_is_walked_by_what_it_said_before(tmp_path):
    own = desk(tmp_path, gateway(input_mode="last"), editions=[EDITION])

    answer = dial(own, CODE, "1", "1", "98*", "0")

    assert [one["d"] for one in journalled(own.journal)] == [0, 1, 1, 2, 3]
    assert answer.status == 200


def test_operator_that_shows_ethiopic_gets_it(tmp_path):
    codes = {"*999#": ServiceCode("*999#", "ET")}
    own = desk(tmp_path, gateway(ucs2_ussd={"63601": True}, codes=codes), editions=[EDITION])
    number = {"phoneNumber": "+251911000001", "serviceCode": "*999#"}

    shown = dial(own, "", "1", networkCode="63601", **number)
    latin = dial(own, "", "1", networkCode="63602", sessionId="ATUid_2", **number)

    assert "አደጋ" in shown.text
    assert "Adega" in latin.text


def test_code_of_a_deep_dial_with_an_owner_is_journalled(tmp_path):
    codes = {code: ServiceCode(code, "KE") for code in (CODE, "*384*1234*2#")}
    own = desk(tmp_path, gateway(codes=codes), editions=[EDITION])

    dial(own, "2*1")
    dial(own, "1*1", sessionId="ATUid_2")

    assert [one["code"] for one in journalled(own.journal)] == ["*384*1234*2#", CODE]


def test_end_of_messages_is_journalled_as_an_opt_out(own):
    answer = dial(own, "", "2", "2*7", "2*7*1", "2*7*1*1")

    assert answer.text == "END DEMO Done."
    (line,) = journalled(own.journal, "opt-out")
    line.pop("at")
    assert line == {
        "kind": "opt-out",
        "g": "sim",
        "t": identity.token(f"tel:{PHONE}"),
        "st": identity.suppression_token(f"tel:{PHONE}"),
        "sender": "NJIA",
        "how": "menu",
        "c": "KE",
    }
    assert journalled(own.journal, "hop")[-1]["w"] == "stop"


def test_forget_me_forgets_the_language_too(own):
    dial(own, "", "2", "2*7", "2*7*2", "2*7*2*1")

    assert journalled(own.journal, "hop")[-1]["w"] == "forget"
    assert dial(own, "", sessionId="ATUid_2").text == FIRST_SCREEN


# --- sessions begun elsewhere ---------------------------------------------------------------------


def test_session_goes_on_in_another_process(tmp_path):
    both = Elsewhere(settings.REDIS_URL)
    here = desk(tmp_path / "a", editions=[EDITION], elsewhere=both)
    there = desk(tmp_path / "b", editions=[EDITION], elsewhere=both)
    session = {"sessionId": f"ATUid_{time.time_ns()}"}
    dial(here, "", "1", **session)
    both.flush()
    there.remembered.note(identity.token(f"tel:{PHONE}"), "en")

    answer = dial(there, "1*1", **session)

    assert answer.text == "CON DEMO Hatari\n1 Watu wengi hufa njia\n0 Back"
    (line,) = journalled(there.journal)
    assert (line["new"], line["lost"]) == (False, False)
    both.stop()


def test_lost_pin_starts_again_and_counts_nothing(tmp_path):
    earlier = desk(tmp_path, editions=[EDITION])
    dial(earlier, "", "1")
    own = desk(tmp_path, editions=[EDITION])

    answer = dial(own, "1*1")

    assert answer.text == FIRST_SCREEN
    last = journalled(own.journal)[-1]
    assert (last["lost"], last["new"], last["d"]) == (True, False, 0)
    assert dial(own, "1*1*2").text.startswith("CON DEMO Njia Salama\n1 Dangers")
    assert not journalled(own.journal)[-1]["lost"]


def test_lost_pin_of_a_last_input_gateway_starts_again_too(tmp_path):
    desk(tmp_path, editions=[EDITION]).journal.append("hop", {"at": 1.0})
    own = desk(tmp_path, gateway(input_mode="last"), editions=[EDITION])

    assert dial(own, "1").text == FIRST_SCREEN
    assert dial(own, "2").text.startswith("CON DEMO Njia Salama\n1 Dangers")
    assert [one["lost"] for one in journalled(own.journal, "hop")[-2:]] == [True, False]


def test_gateway_that_echoes_a_screen_cannot_have_dialled_deep(own):
    answer = dial(own, "1*1", headers={"at-ussd-hop-metadata": "main"})

    assert answer.text == FIRST_SCREEN
    assert journalled(own.journal)[-1]["lost"]


def test_pin_older_than_a_session_is_not_taken(tmp_path):
    own = desk(tmp_path, editions=[EDITION], pins=Pins(life=-1))

    dial(own, "", "")

    assert [one["new"] for one in journalled(own.journal)] == [True, True]


# --- editions -------------------------------------------------------------------------------------


def test_real_gateway_never_serves_a_demonstration(tmp_path):
    real = gateway("real", simulated=False, base="https://example.org/version1")
    own = desk(tmp_path, real, editions=[EDITION])

    answer = dial(own, "", path=f"/hooks/real/{SECRET}/ussd")

    assert answer.text == f"END {NOT_YET}"
    assert [(one["e"], one["x"]) for one in journalled(own.journal)] == [("", "none")]


def test_real_gateway_serves_the_live_edition(tmp_path):
    real = gateway("real", simulated=False, base="https://example.org/version1")
    own = desk(tmp_path, real, editions=[LIVE, edition(made_at=LIVE.made_at.replace(year=2027))])

    dial(own, "", path=f"/hooks/real/{SECRET}/ussd")

    assert journalled(own.journal)[-1]["e"] == LIVE.id


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
        "trace": ["lang", "menu", "answer"],
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
