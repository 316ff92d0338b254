"""Telegram's adapter: every recorded update, every answer to a message and every fault has its honest meaning."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateways.account import BadSettings
from gateways.base import BadForm, Pause, Reason, Sms, State
from gateways.messenger import Left, Written
from gateways.telegram import Telegram
from tests.gateways.messengers import CHAT, SECRET, TITLES, TOKEN, heard, letter, telegram, update
from tests.provider import Provider, Said, providing


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing() as made:
        made.says(Said('{"ok": true, "result": {"message_id": 5}}', 200))
        yield made


@pytest.fixture
def gateway(provider: Provider) -> Iterator[Telegram]:
    made = telegram(provider.url)
    yield made
    made.carriage.close()


def written(name: str) -> Written:
    (event,) = heard(update(name), telegram())
    assert isinstance(event, Written)
    return event


def fate(gateway: Telegram, **more: Any) -> tuple[State, Reason]:
    (outcome,) = gateway.write(letter(**more)).outcomes
    return outcome.state, outcome.reason


def asked(provider: Provider) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(provider.asked[-1].body)
    return found


# --- what comes in --------------------------------------------------------------------------------


def test_message_names_its_update_and_its_chat():
    assert written("text") == Written("update:501", CHAT, "is this job real?", "sw")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("edited", "is this job in Oman real?"),
        ("start", ""),  # opens the chat: it asks for no messages
        ("stop", "stop"),
        ("photo", ""),
        ("voice", ""),
        ("photo with words", "they keep my passport"),
        ("pressed", "2"),
    ],
)
def test_text_of_an_update(name, text):
    assert written(name).text == text


@pytest.mark.parametrize(
    ("name", "form"), [("text", "text"), ("voice", "voice"), ("photo with words", "picture")]
)
def test_what_came_instead_of_text_is_told(name, form):
    assert written(name).form == form


@pytest.mark.parametrize(
    ("name", "number"), [("own contact", "+254711000001"), ("other contact", "")]
)
def test_number_is_that_of_the_sender_or_none(name, number):
    assert written(name).number == number


def test_blocked_bot_is_a_person_who_left():
    assert heard(update("blocked"), telegram()) == [Left(CHAT)]


@pytest.mark.parametrize("name", ["unblocked", "group", "poll", "bot"])
def test_what_is_not_said_to_us_alone_is_no_event(name):
    assert heard(update(name), telegram()) == []


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"update_id": "x"}', b"[" * 9000, b"\xff"])
def test_body_that_is_no_update_is_refused(raw):
    with pytest.raises(BadForm):
        heard(raw, telegram())


@pytest.mark.parametrize("message", [None, 7, [], {}, {"chat": 1}, {"chat": {"id": 1e99}}])
def test_message_of_no_known_shape_is_no_event(message):
    assert heard(json.dumps({"update_id": 1, "message": message}).encode(), telegram()) == []


def test_header_proves_the_sender_and_is_not_the_secret_of_the_address():
    gateway = telegram()

    assert gateway.vouches(b"", gateway.header_secret)
    assert not gateway.vouches(b"", SECRET)
    assert not gateway.vouches(b"", "")
    assert not gateway.vouches(b"", "é" * 64)


# --- what goes out --------------------------------------------------------------------------------


def test_answer_goes_to_its_chat_with_a_key_a_choice(gateway, provider):
    assert fate(gateway, choices=TITLES) == (State.ACCEPTED, Reason.NONE)

    assert provider.asked[-1].path == f"/bot{TOKEN}/sendMessage"
    assert asked(provider) == {
        "chat_id": 900100200,
        "text": "Which one?",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {
            "keyboard": [[{"text": "1 Is the job real?"}], [{"text": "2 What does it cost?"}]],
            "resize_keyboard": True,
            "one_time_keyboard": True,
        },
    }


def test_answer_without_choices_takes_the_keys_away(gateway, provider):
    fate(gateway)

    assert asked(provider)["reply_markup"] == {"remove_keyboard": True}


def test_text_is_cut_to_what_telegram_takes(gateway, provider):
    fate(gateway, text="x" * 5000)

    assert asked(provider)["text"] == "x" * 4095 + "…"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, "Forbidden: bot was blocked by the user", (State.REFUSED, Reason.OPTED_OUT)),
        (403, "Forbidden: user is deactivated", (State.REFUSED, Reason.OPTED_OUT)),
        (400, "Bad Request: chat not found", (State.REFUSED, Reason.NO_SUCH_NUMBER)),
        (400, "Bad Request: message text is empty", (State.REFUSED, Reason.REQUEST)),
        (401, "Unauthorized", (State.RETRY, Reason.CREDENTIALS)),
        (404, "Not Found", (State.RETRY, Reason.CREDENTIALS)),
        (502, "Bad Gateway", (State.UNSURE, Reason.SERVER_ERROR)),
    ],
)
def test_refusal_has_its_meaning(gateway, provider, status, body, expected):
    provider.says(
        Said(json.dumps({"ok": False, "error_code": status, "description": body}), status)
    )

    assert fate(gateway) == expected


@pytest.mark.parametrize(
    ("asked", "seconds"), [("35", 35.0), ("9" * 400, 86_400.0), ("1e999", 86_400.0)]
)
def test_wait_that_telegram_asks_for_is_told(gateway, provider, asked, seconds):
    provider.says(Said(f'{{"ok": false, "parameters": {{"retry_after": {asked}}}}}', 429))

    batch = gateway.write(letter())

    assert (batch.outcomes[0].state, batch.retry_after) == (State.RETRY, seconds)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"ok": "yes"}', "<html>"])
def test_yes_that_nobody_can_read_is_unsure(gateway, provider, body):
    provider.says(Said(body, 200))

    assert fate(gateway) == (State.UNSURE, Reason.UNREADABLE)


def test_lost_answer_is_unsure_and_asked_once(gateway, provider):
    provider.says(Said(fault="cut"))

    assert fate(gateway) == (State.UNSURE, Reason.NO_ANSWER)
    assert len(provider.asked) == 1


def test_nobody_listening_is_tried_again():
    assert fate(telegram()) == (State.RETRY, Reason.UNREACHABLE)


def test_wrong_token_pauses(gateway, provider):
    provider.says(Said("{}", 401))

    assert gateway.write(letter()).pause is Pause.CREDENTIALS


@pytest.mark.parametrize("text", ["", " ", "\ud800"])
def test_text_that_cannot_be_said_stays_at_home(gateway, provider, text):
    assert fate(gateway, text=text) == (State.REFUSED, Reason.TEXT)
    assert provider.asked == []


def test_no_blast_goes_through_a_chat(gateway, provider):
    batch = gateway.send(Sms("hello", ("+254711000001",)))

    assert [(one.state, one.reason) for one in batch.outcomes] == [(State.REFUSED, Reason.NO_ROUTE)]
    assert provider.asked == []


def test_registering_names_our_address_and_the_header(gateway, provider):
    gateway.register()

    assert asked(provider) == {
        "url": f"https://njia.example/hooks/tg/{SECRET}/telegram",
        "secret_token": gateway.header_secret,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }


# --- settings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"token": "abc"}, "token must read 123456:ABC-DEF..., as BotFather gives it."),
        ({"country": "Kenya"}, "country must be a code like KE."),
        ({"public": "http://njia.example"}, "public must begin with https, the key travels in it."),
        (
            {"base": "http://elsewhere.example"},
            "base must begin with https, the key travels in it.",
        ),
    ],
)
def test_settings_that_make_no_sense_are_named(settings, said):
    with pytest.raises(BadSettings) as bad:
        telegram(**settings)

    assert str(bad.value) == f"Gateway tg: {said}"


def test_simulated_account_speaks_to_this_machine_alone():
    with pytest.raises(BadSettings):
        telegram("https://api.telegram.org", simulated=True)


def test_secrets_are_in_no_printed_form():
    assert TOKEN not in repr(telegram())
