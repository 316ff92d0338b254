"""WhatsApp's adapter: every recorded webhook, every error code and every fault has its honest meaning."""

import json
from collections.abc import Iterator

import pytest

from gateways.account import BadSettings
from gateways.base import BadForm, Reason, Receipt, Standing, State
from gateways.messenger import Written, pressed
from gateways.whatsapp import WhatsApp
from gateways.whatsapp.letters import body
from tests.gateways.messengers import (
    NUMBER_ID,
    PHONE,
    TITLES,
    VERIFY,
    WEBHOOKS,
    heard,
    letter,
    signed,
    webhook,
    whatsapp,
)
from tests.provider import Provider, Said, providing

SENT = '{"messaging_product": "whatsapp", "messages": [{"id": "wamid.OUT1"}]}'


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        made.says(Said(SENT, 200))
        yield made


@pytest.fixture
def gateway(provider: Provider) -> Iterator[WhatsApp]:
    made = whatsapp(f"{provider.url}/v23.0")
    yield made
    made.carriage.close()


def written(name: str) -> Written:
    (event,) = heard(webhook(name), whatsapp())
    assert isinstance(event, Written)
    return event


def fate(gateway: WhatsApp) -> tuple[State, Reason]:
    (outcome,) = gateway.write(letter(PHONE)).outcomes
    return outcome.state, outcome.reason


# --- what comes in --------------------------------------------------------------------------------


def test_message_is_of_the_number_that_sent_it():
    assert written("text") == Written("wamid.HBgMMjU0NzExMDAwMDAx0001", PHONE, "is this job real?")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("button reply", "1 Is the job real?"),
        ("list reply", "4 Asylum"),
        ("template button", "menu"),
        ("image", "they keep my passport"),
        ("voice", ""),
        ("location", ""),
        ("sticker", ""),
        ("unsupported", ""),
        ("stop", "STOP"),
    ],
)
def test_words_of_a_message(name, text):
    assert written(name).text == text


@pytest.mark.parametrize(
    ("name", "form"),
    [("text", "text"), ("voice", "voice"), ("sticker", "picture"), ("location", "place")],
)
def test_what_came_instead_of_text_is_told(name, form):
    assert written(name).form == form


@pytest.mark.parametrize("name", ["reaction", "other number"])
def test_what_asks_for_no_answer_here_is_no_event(name):
    assert heard(webhook(name), whatsapp()) == []


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("sent", Standing.SENT, Reason.NONE),
        ("delivered", Standing.DELIVERED, Reason.NONE),
        ("read", Standing.DELIVERED, Reason.NONE),
        ("failed", Standing.FAILED, Reason.NO_ROUTE),
    ],
)
def test_status_is_a_receipt(name, status, reason):
    expected = Receipt("wamid.OUT1", "+254711000001", "", status, reason, name)

    assert heard(webhook(name), whatsapp()) == [expected]


def test_several_messages_of_one_post_come_in_their_order():
    told = json.loads(webhook("text"))
    told["entry"] += WEBHOOKS["stop"]["entry"] + WEBHOOKS["delivered"]["entry"]

    kinds = [type(one).__name__ for one in heard(json.dumps(told).encode(), whatsapp())]

    assert kinds == ["Written", "Written", "Receipt"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"object": "page"}', b"{" * 9000, b"\xff"])
def test_body_that_is_none_of_theirs_is_refused(raw):
    with pytest.raises(BadForm):
        heard(raw, whatsapp())


@pytest.mark.parametrize("messages", [None, 1, {}, [1], [{}], [{"from": 5, "id": 6, "type": []}]])
def test_messages_of_no_known_shape_are_no_events(messages):
    told = json.loads(webhook("text"))
    told["entry"][0]["changes"][0]["value"]["messages"] = messages

    assert heard(json.dumps(told).encode(), whatsapp()) == []


def test_signature_holds_for_its_body_alone():
    raw = webhook("text")

    assert whatsapp().vouches(raw, signed(raw))
    assert not whatsapp().vouches(raw + b" ", signed(raw))
    assert not whatsapp().vouches(raw, signed(raw, "g" * 32))
    assert not whatsapp().vouches(raw, "")
    assert not whatsapp().vouches(raw, "sha256=é")


def test_verification_gives_the_challenge_back():
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}

    assert whatsapp().challenge(query) == "1158201444"


@pytest.mark.parametrize(
    "change", [{"hub.mode": "x"}, {"hub.verify_token": "é"}, {"hub.challenge": ""}]
)
def test_verification_by_somebody_else_is_refused(change):
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"}

    with pytest.raises(BadForm):
        whatsapp().challenge(query | change)


# --- what goes out --------------------------------------------------------------------------------


def test_answer_goes_to_its_number_under_its_name(gateway, provider):
    (outcome,) = gateway.write(letter(PHONE)).outcomes

    assert (outcome.state, outcome.reference) == (State.ACCEPTED, "wamid.OUT1")
    assert provider.asked[-1].path == f"/v23.0/{NUMBER_ID}/messages"
    assert provider.asked[-1].headers["Authorization"] == "Bearer EAA"
    assert json.loads(provider.asked[-1].body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "254711000001",
        "type": "text",
        "text": {"preview_url": False, "body": "Which one?"},
    }


def numbered(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), f"The title of choice number {n}") for n in range(1, count + 1))


def test_up_to_three_choices_are_buttons():
    inner = body(letter(PHONE, choices=TITLES))["interactive"]

    assert (inner["type"], inner["body"]) == ("button", {"text": "Which one?"})
    assert inner["action"]["buttons"][0] == {
        "type": "reply",
        "reply": {"id": "1", "title": "1 Is the job real?"},
    }


def test_more_choices_are_a_list_whose_labels_are_cut():
    inner = body(letter(PHONE, choices=numbered(10)))["interactive"]
    rows = inner["action"]["sections"][0]["rows"]

    assert (inner["type"], len(rows)) == ("list", 10)
    assert rows[9]["title"] == "10 The title of choice …"
    assert max(len(row["title"]) for row in rows) == 24


@pytest.mark.parametrize(
    ("count", "text"), [(11, "Which one?"), (3, "x" * 1025)], ids=["eleven", "long"]
)
def test_what_no_keys_can_carry_is_text(count, text):
    assert body(letter(PHONE, text, choices=numbered(count)))["type"] == "text"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("1 Is the job real?", "1"),
        ("2 What does it co…", "2"),
        ("2", ""),
        ("2 …", ""),
        ("3 Another", ""),
        ("", ""),
    ],
)
def test_label_leads_back_to_its_key(label, key):
    assert pressed(label, dict(TITLES)) == key


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 131047, (State.REFUSED, Reason.WINDOW)),
        (400, 131026, (State.REFUSED, Reason.NO_ROUTE)),
        (400, 130429, (State.RETRY, Reason.THROTTLED)),
        (400, 131056, (State.RETRY, Reason.THROTTLED)),
        (400, 80007, (State.RETRY, Reason.THROTTLED)),
        (401, 190, (State.RETRY, Reason.CREDENTIALS)),
        (403, 200, (State.RETRY, Reason.CREDENTIALS)),
        (400, 100, (State.REFUSED, Reason.REQUEST)),
        (403, 131031, (State.RETRY, Reason.SENDER)),
        (400, 131042, (State.RETRY, Reason.BALANCE)),
        (500, 131000, (State.UNSURE, Reason.SERVER_ERROR)),
        (400, 999999, (State.REFUSED, Reason.REQUEST)),
        (503, None, (State.UNSURE, Reason.SERVER_ERROR)),
        (429, "x", (State.RETRY, Reason.THROTTLED)),
    ],
)
def test_error_code_has_its_meaning(gateway, provider, status, code, expected):
    provider.says(Said(json.dumps({"error": {"message": "invented", "code": code}}), status))

    assert fate(gateway) == expected


@pytest.mark.parametrize(
    "told", ["", "[]", "{}", '{"messages": []}', '{"messages": [1]}', '{"messages": [{"id": 1}]}']
)
def test_yes_without_a_name_is_unsure(gateway, provider, told):
    provider.says(Said(told, 200))

    assert fate(gateway) == (State.UNSURE, Reason.UNREADABLE)


def test_lost_answer_is_unsure_and_asked_once(gateway, provider):
    provider.says(Said(fault="cut"))

    assert fate(gateway) == (State.UNSURE, Reason.NO_ANSWER)
    assert len(provider.asked) == 1


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"number_id": "+254"}, "number_id is the phone number ID, digits alone."),
        (
            {"token": "a b"},
            "token and app_secret may hold no blanks and no letters outside ASCII.",
        ),
        (
            {"verify": "short"},
            "verify must be a word of 16 or more characters; `openssl rand -hex 12` makes one.",
        ),
    ],
)
def test_settings_that_make_no_sense_are_named(settings, said):
    with pytest.raises(BadSettings) as bad:
        whatsapp(**settings)

    assert str(bad.value) == f"Gateway wa: {said}"


def test_secrets_are_in_no_printed_form():
    printed = repr(whatsapp())

    assert [word for word in ("EAA", "f" * 32, VERIFY) if word in printed] == []
