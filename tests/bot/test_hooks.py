"""The doors for SMS and for flows: stored first, answered always, the secret asked."""

import json
import time
from dataclasses import replace

import pytest

from bot.conversation import Desk
from bot.hooks import NOT_YET, SORRY, Room, door
from bot.memory import Memory
from campaigns.editions.edition import Kind
from campaigns.press.shelf import Shelf
from gateways.kannel import Kannel
from journal.writer import Journal
from people import identity
from people.turnstile import QUESTIONS, TEXTS, UNNAMED
from tests.bot.heard import ASK, ask
from tests.doors import PHONE, SECRET, gateway, journalled, knock
from tests.editions import edition as small_edition

SMS = f"/hooks/sim/{SECRET}/sms"
MESSAGE = {
    "id": "sms-1",
    "from": PHONE,
    "to": "NJIA",
    "text": "what is a trafficker",
    "date": "2026-03-01 09:00:00",
    "linkId": "l",
    "networkCode": "63902",
}


# --- flows ----------------------------------------------------------------------------------------


def test_question_gets_the_promised_keys(room):
    reply = ask(room, text="what are the signs of human trafficking", person=f"tel:{PHONE}")
    told = json.loads(reply.text)

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert set(told) == {"decision", "answer_id", "text", "choices", "language"}
    assert (told["decision"], told["answer_id"], told["language"]) == ("sure", "faq-020", "en")
    assert told["text"].startswith("DEMO ")


def test_choices_can_be_taken_in_the_next_message(room):
    first = json.loads(ask(room, text="is this job real?", person="telegram:1").text)
    second = json.loads(ask(room, text="1", person="telegram:1").text)

    assert second["answer_id"] == first["choices"][0]["id"]


@pytest.mark.parametrize(
    ("kind", "decision"),
    [("voice", "voice"), ("audio", "voice"), ("image", "picture"), ("location", "place"), (3, "picture")],
)  # fmt: skip
def test_flow_may_say_that_a_voice_or_a_picture_came(room, kind, decision):
    told = json.loads(ask(room, kind=kind, person="telegram:1").text)

    assert (told["decision"], told["answer_id"]) == (decision, "")


def test_conversations_of_two_people_are_apart(room):
    ask(room, text="is this job real?", person="telegram:1")

    assert json.loads(ask(room, text="1", person="telegram:2").text)["decision"] == "menu"


def test_language_can_be_named_by_the_flow(room):
    told = json.loads(ask(room, text="menu", person="telegram:1", language="am").text)

    assert told["language"] == "am"


def test_turn_is_journalled_sealed_before_it_is_answered(room):
    ask(room, text="my boss beats me", person=f"tel:{PHONE}")

    (entry,) = journalled(room.desk.journal, "chat")
    assert (entry["decision"], entry["c"], entry["rule"]) == ("danger", "KE", "en: violence")
    assert entry["t"] == identity.token(f"tel:{PHONE}")
    assert identity.unseal(entry["text"]) == "my boss beats me"
    assert "beats" not in json.dumps(entry)


def test_stop_is_an_opt_out_too(room):
    ask(room, text="STOP", person=f"tel:{PHONE}")

    (entry,) = journalled(room.desk.journal, "opt-out")
    assert (entry["st"], entry["how"]) == (identity.suppression_token(f"tel:{PHONE}"), "word")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b'"x"', b"{}", b'{"text": 3}', b'{"text": "x", "person": "sms"}',
     b'{"text": "x", "person": "tel:12"}', b'{"text": "x", "person": "once:1"}', b'{"text": "x", "person": "letter:1"}',
     b"\xff\xfe", b"[" * 30_000],
)  # fmt: skip
def test_odd_bodies_get_a_sentence_not_a_fault(room, raw):
    reply = knock(door(room), ASK, raw)

    assert reply.status == 400
    assert json.loads(reply.text)["text"] == SORRY


@pytest.mark.parametrize("text", ["", "😀", "\u0000", "\ud800", "x" * 20_000, "፼" * 500])
def test_odd_texts_are_answered(room, text):
    assert json.loads(ask(room, text=text, person="telegram:1").text)["text"]


def test_question_without_a_person_is_answered_and_not_remembered(room):
    assert json.loads(ask(room, text="is this job real?").text)["decision"] == "unsure"
    assert json.loads(ask(room, text="1").text)["decision"] == "menu"


def test_body_over_the_limit_is_refused(room):
    assert knock(door(room), ASK, b'{"text": "' + b"x" * 33_000 + b'"}').status == 413


def test_wrong_secret_learns_nothing(room):
    reply = knock(door(room), f"/hooks/sim/{'x' * 32}/ask", b'{"text": "hi"}')

    assert (reply.status, reply.text) == (404, "not here")


def test_real_gateway_never_serves_a_demonstration(room):
    real = Room({"sim": gateway(simulated=False)}, room.shelf, room.desk)

    assert json.loads(ask(real, text="hi").text)["text"] == NOT_YET


def test_fault_inside_is_answered_with_a_sentence(tmp_path):
    """An edition without the bot's words: every lookup of them fails."""
    shelf = Shelf(tmp_path / "editions")
    shelf.put(small_edition(kind=Kind.LIVE))
    room = Room({"sim": gateway()}, shelf, Desk(Journal(tmp_path / "journal"), Memory()))

    reply = ask(room, text="hello")

    assert (reply.status, json.loads(reply.text)["text"]) == (200, SORRY)


def test_answer_is_well_within_two_seconds(room):
    ask(room, text="hello")
    begun = time.perf_counter()
    ask(room, text="how do i check that an agency has a licence")

    assert time.perf_counter() - begun < 2


# --- SMS ------------------------------------------------------------------------------------------


def test_sms_is_stored_sealed_and_taken(room):
    reply = knock(door(room), SMS, MESSAGE)

    (entry,) = journalled(room.desk.journal, "sms")
    assert (reply.status, reply.text) == (200, "ok")
    assert (entry["id"], entry["c"], entry["n"], entry["to"]) == ("sms-1", "KE", "63902", "NJIA")
    assert identity.unseal(entry["num"], identity.NUMBER) == PHONE
    assert identity.unseal(entry["text"], identity.TEXT) == "what is a trafficker"
    assert PHONE not in json.dumps(entry)


def test_sms_that_kannel_brings_by_get_is_journalled_and_its_stop_too(room):
    kannel = Kannel(
        name="sim", secrets=(SECRET,), base="http://127.0.0.1:1", username="u", password="p"
    )
    own = replace(room, gateways={"sim": kannel})

    reply = knock(door(own), SMS, query="from=%2B254711000001&to=21512&text=STOP&coding=0&id=m-1")

    assert (reply.status, reply.text) == (200, "ok")
    (entry,) = journalled(room.desk.journal, "sms")
    assert (entry["id"], entry["to"]) == ("m-1", "21512")
    assert (entry["t"], identity.unseal(entry["text"])) == (identity.token(f"tel:{PHONE}"), "STOP")
    (stop,) = journalled(room.desk.journal, "opt-out")
    assert stop["st"] == identity.suppression_token(f"tel:{PHONE}")


@pytest.mark.parametrize("text", ["STOP", "Stop please", "acha"])
def test_stop_by_sms_is_an_opt_out_at_once(room, text):
    knock(door(room), SMS, {**MESSAGE, "text": text})

    (entry,) = journalled(room.desk.journal, "opt-out")
    assert (entry["sender"], entry["how"], entry["c"]) == ("NJIA", "word", "KE")


def test_other_sms_are_no_opt_out(room):
    knock(door(room), SMS, {**MESSAGE, "text": "how do I stop a smuggler"})

    assert journalled(room.desk.journal, "opt-out") == []


def test_sms_that_cannot_be_read_is_kept_sealed_and_taken(room):
    reply = knock(door(room), SMS, {"odd": "form", "from": "secret"})

    (entry,) = journalled(room.desk.journal, "error")
    assert reply.status == 200
    assert "secret" in identity.unseal(entry["form"])
    assert "secret" not in json.dumps(entry)


def test_other_kinds_are_not_here(room):
    assert knock(door(room), f"/hooks/sim/{SECRET}/receipt", {"a": "b"}).status == 404


@pytest.mark.parametrize(("person", "kept"), [("telegram:1", 1), ("web:1", 0), ("", 0)])
def test_stop_is_kept_of_those_who_could_be_sent_to(room, person, kept):
    ask(room, text="STOP", person=person)

    assert len(journalled(room.desk.journal, "opt-out")) == kept


# --- who writes too much ---------------------------------------------------------------------------


@pytest.fixture
def still(room: Room) -> Room:
    """The same at a time that stands still."""
    return replace(room, clock=lambda: 60.0)


def texts(room: Room, times: int, text: str = "hello"):
    one = door(room)
    return [knock(one, SMS, {**MESSAGE, "id": f"sms-{n}", "text": text}) for n in range(times)]


def test_messages_over_the_limit_are_answered_not_kept_and_told_of_once(still):
    answers = texts(still, TEXTS.most + 5)

    assert {answer.status for answer in answers} == {200}
    assert len(journalled(still.desk.journal, "sms")) == TEXTS.most
    told = {"kind": "limited", "at": 60.0, "what": "sms", "g": "sim", "c": "KE"}
    assert journalled(still.desk.journal, "limited") == [told]


def test_stop_is_never_lost_in_a_flood(still):
    texts(still, TEXTS.most + 5, "STOP")

    assert len(journalled(still.desk.journal, "opt-out")) == TEXTS.most + 5


def test_questions_of_nobody_named_share_the_limit_of_their_gateway(still):
    one = door(still)
    asked = [
        json.loads(knock(one, ASK, json.dumps({"text": "menu"}).encode()).text)["decision"]
        for _ in range(UNNAMED.most + 1)
    ]

    assert (set(asked[:-1]), asked[-1]) == ({"menu"}, "unknown")


def test_flow_that_asks_too_often_is_told_so_and_stop_holds_all_the_same(still):
    one = door(still)
    ask_one = {"text": "menu", "person": "telegram:1"}
    for _ in range(QUESTIONS.most):
        knock(one, ASK, json.dumps(ask_one).encode())
    told, stopped = (
        json.loads(knock(one, ASK, json.dumps({**ask_one, "text": text}).encode()).text)
        for text in ("menu", "STOP")
    )

    said = told["text"].splitlines()
    assert (told["decision"], said[0]) == (
        "unknown",
        "DEMO Tafadhali subiri kidogo kisha ujaribu tena.",
    )
    assert "Polisi: 0000 122" in said  # whoever writes that fast may need it
    assert stopped["decision"] == "stop"
    assert len(journalled(still.desk.journal, "chat")) == QUESTIONS.most + 1
