"""Sessions: what callers see, what is journalled of it, and what survives a process."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from campaigns.editions.edition import Kind
from gateways.base import ServiceCode
from people import identity
from tests.doors import (
    CODE,
    PHONE,
    SECRET,
    desk,
    dial,
    gateway,
    journalled,
)
from tests.editions import DANGER, edition
from ussd.hop import NOT_YET, Desk
from ussd.menu import Asked
from ussd.sessions import Elsewhere, Pins

EDITION = edition()
LIVE = edition(kind=Kind.LIVE)
FIRST_SCREEN = "CON DEMO 1 Kiswahili\n2 English\n0 Exit"


@pytest.fixture
def own(tmp_path: Path) -> Desk:
    return desk(tmp_path, editions=[EDITION])


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


def test_late_hop_does_not_bring_back_a_language_that_was_left(own):
    dial(own, "", "1", "1*9", "1*9*2", "1")

    assert dial(own, "", sessionId="ATUid_2").text.startswith("CON DEMO Njia Salama\n1 Dangers")


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
    number: dict[str, Any] = {"phoneNumber": "+251911000001", "serviceCode": "*999#"}

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


def test_key_pressed_later_is_no_deep_dial_at_another_door_either(tmp_path):
    both = Elsewhere(settings.REDIS_URL)
    codes = {code: ServiceCode(code, "KE") for code in (CODE, "*384*1234*2#")}
    here, there = (
        desk(tmp_path / name, gateway(codes=codes), editions=[EDITION], elsewhere=both)
        for name in "ab"
    )
    plain, deep = (dict[str, Any](sessionId=f"ATUid_{time.time_ns()}{n}") for n in "12")
    dial(here, "", "2", **plain)
    dial(here, "2", **deep)
    both.flush()

    dial(there, "2*1", **plain)
    dial(there, "2*1", **deep)

    assert [one["code"] for one in journalled(there.journal)] == [CODE, "*384*1234*2#"]
    both.stop()


def test_lost_pin_is_no_deep_dial_of_a_campaign(tmp_path):
    codes = {code: ServiceCode(code, "KE") for code in (CODE, "*384*1234*2#")}
    own = desk(tmp_path, gateway(codes=codes), editions=[EDITION])
    echo = {"at-ussd-hop-metadata": "main"}

    dial(own, "2*1", headers=echo)
    dial(own, "2*1*2", headers=echo)

    assert {one["code"] for one in journalled(own.journal)} == {CODE}


def test_end_of_messages_is_journalled_as_an_opt_out(own):
    answer = dial(own, "", "2", "2*7", "2*7*1", "2*7*1*1")

    assert answer.text == "END DEMO Done."
    (line,) = journalled(own.journal, "opt-out")
    line.pop("at")
    assert line == {
        "kind": "opt-out",
        "g": "sim",
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
    session: dict[str, Any] = {"sessionId": f"ATUid_{time.time_ns()}"}
    dial(here, "", "1", **session)
    both.flush()
    there.remembered.note(identity.token(f"tel:{PHONE}"), "en")

    answer = dial(there, "1*1", **session)

    assert answer.text == "CON DEMO Hatari\n1 Watu wengi hufa njia\n0 Back"
    (line,) = journalled(there.journal)
    assert (line["new"], line["lost"]) == (False, False)
    both.stop()


@pytest.mark.parametrize(
    ("mode", "texts"),
    [
        ("cumulative", ["", "2", "2*6", "2*6*road*boat", "2*6*road*boat*1", "2*6*road*boat*1*0"]),
        ("last", [CODE, "2", "6", "road*boat", "1", "0"]),
    ],
)
def test_doors_that_take_turns_show_what_one_door_shows(tmp_path, mode, texts):
    def ask(_edition):
        return lambda text, _language: Asked((DANGER,) if text == "road*boat" else ())

    both = Elsewhere(settings.REDIS_URL)
    doors = [
        desk(tmp_path / name, gateway(input_mode=mode), editions=[EDITION], ask=ask, elsewhere=both)
        for name in "ab"
    ]
    session: dict[str, Any] = {"sessionId": f"ATUid_{time.time_ns()}"}
    shown = []
    for turn, text in enumerate(texts):
        shown.append(dial(doors[turn % 2], text, **session))
        both.flush()

    alone = desk(tmp_path / "c", gateway(input_mode=mode), editions=[EDITION], ask=ask)

    assert shown == [dial(alone, text) for text in texts]
    assert not any(one["lost"] for own in doors for one in journalled(own.journal))
    both.stop()


def test_door_that_took_over_reads_a_typed_star_as_the_first_one_would(tmp_path):
    both = Elsewhere(settings.REDIS_URL)
    here, there = (desk(tmp_path / name, editions=[EDITION], elsewhere=both) for name in ("a", "b"))
    session: dict[str, Any] = {"sessionId": f"ATUid_{time.time_ns()}"}
    dial(here, "", **session)
    both.flush()
    dial(there, "2", "2*6", **session)

    answer = dial(there, "2*6*road*boat", **session)

    assert answer.text.startswith("CON DEMO Not found.")
    both.stop()


def test_stars_part_where_redis_is_silent_and_another_door_is_at_work(tmp_path):
    away = Elsewhere(f"unix://{tmp_path}/none")
    own = desk(tmp_path, editions=[EDITION], elsewhere=away)
    dial(own, "")
    desk(tmp_path).journal.append("hop", {"at": 1.0})

    assert dial(own, "2*1").text == "CON DEMO Dangers\n1 Many people die on t\n0 Back"
    away.stop()


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


def test_gateway_of_last_inputs_dials_deep_with_the_whole_code(tmp_path):
    codes = {code: ServiceCode(code, "KE") for code in (CODE, "*384*1234*2#")}
    own = desk(tmp_path, gateway(input_mode="last", codes=codes), editions=[EDITION])
    own.remembered.note(identity.token(f"tel:{PHONE}"), "sw")

    begun = dial(own, "*384*1234*2*1#", "*384*1234*2*1#")

    assert begun.text == "CON DEMO Dangers\n1 Many people die on t\n0 Back"
    assert dial(own, "0").text.startswith("CON DEMO Njia Salama\n1 Dangers")
    told = {(one["code"], one["lost"], one["d"]) for one in journalled(own.journal, "hop")}
    assert told == {("*384*1234*2#", False, 2), ("*384*1234*2#", False, 3)}


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
