"""The door of chat apps: whoever proves to be the app is stored and thanked, nobody else leaves a line."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Desk
from bot.hooks import Room
from bot.letterbox import door
from bot.memory import Memory
from campaigns.press.shelf import Shelf
from journal.writer import Journal
from people import identity
from people.turnstile import TEXTS
from tests.doors import Reply, gateway, journalled, knock
from tests.gateways.messengers import (
    APP_SECRET,
    CHAT,
    OTHER_SECRET,
    PHONE,
    SECRET,
    UPDATES,
    VERIFY,
    WEBHOOKS,
    signed,
    telegram,
    update,
    webhook,
    whatsapp,
)

TELEGRAM, WHATSAPP = f"/hooks/tg/{SECRET}/telegram", f"/hooks/wa/{OTHER_SECRET}/whatsapp"
TOKEN_HEADER, SIGNATURE = "X-Telegram-Bot-Api-Secret-Token", "X-Hub-Signature-256"


@pytest.fixture
def room(tmp_path) -> Room:
    known: dict[str, Any] = {"tg": telegram(), "wa": whatsapp(), "sim": gateway()}
    return Room(known, Shelf(tmp_path), Desk(Journal(tmp_path / "journal"), Memory()))


def post_update(room: Room, raw: bytes) -> Reply:
    return knock(door(room), TELEGRAM, raw, headers={TOKEN_HEADER: telegram().header_secret})


def post_webhook(room: Room, raw: bytes) -> Reply:
    return knock(door(room), WHATSAPP, raw, headers={SIGNATURE: signed(raw)})


def letters(room: Room) -> list[dict[str, Any]]:
    return journalled(room.desk.journal, "letter")


def opt_outs(room: Room) -> list[dict[str, Any]]:
    return journalled(room.desk.journal, "opt-out")


# --- what is stored -------------------------------------------------------------------------------


def test_update_is_stored_sealed_and_thanked(room):
    assert post_update(room, update("text")).status == 200

    (line,) = letters(room)
    assert {name: line[name] for name in ("g", "door", "id", "t", "num", "c", "l")} == {
        "g": "tg",
        "door": "telegram",
        "id": "update:501",
        "t": identity.token(CHAT),
        "num": "",
        "c": "KE",
        "l": "sw",
    }
    assert identity.unseal(line["adr"], identity.NUMBER) == CHAT
    assert identity.unseal(line["text"], identity.TEXT) == "is this job real?"
    assert "900100200" not in json.dumps(line)


def test_webhook_is_of_the_same_person_as_by_sms(room):
    assert post_webhook(room, webhook("text")).status == 200

    (line,) = letters(room)
    assert (line["t"], line["c"]) == (identity.token(PHONE), "KE")
    assert identity.unseal(line["num"], identity.NUMBER) == PHONE.removeprefix("tel:")
    assert "711000001" not in json.dumps(line)


def test_own_contact_tells_the_tokens_of_its_number(room):
    post_update(room, update("own contact"))
    post_update(room, update("other contact"))

    own, other = letters(room)
    assert (own["ln"], "ln" in other) == ([identity.token(PHONE)], False)


@pytest.mark.parametrize("name", ["photo", "voice"])
def test_what_cannot_be_read_is_stored_without_words(room, name):
    post_update(room, update(name))

    (line,) = letters(room)
    assert (identity.unseal(line["text"]), line["form"]) == (
        "",
        {"photo": "picture"}.get(name, name),
    )


def test_stop_in_telegram_ends_messages_to_the_chat_and_to_a_number_shared_there(room):
    post_update(room, update("stop"))

    (line,) = opt_outs(room)
    assert (line["st"], line["t"], line["how"]) == (
        identity.suppression_token(CHAT),
        identity.token(CHAT),
        "word",
    )


def test_stop_in_whatsapp_ends_messages_to_the_number(room):
    post_webhook(room, webhook("stop"))

    (line,) = opt_outs(room)
    assert (line["st"], "t" in line) == (identity.suppression_token(PHONE), False)


def test_blocked_bot_ends_messages_to_the_chat_alone(room):
    post_update(room, update("blocked"))

    (line,) = opt_outs(room)
    assert (line["st"], line["how"], "t" in line, letters(room)) == (
        identity.suppression_token(CHAT),
        "provider",
        False,
        [],
    )


def test_status_is_a_receipt(room):
    post_webhook(room, webhook("failed"))

    (line,) = journalled(room.desk.journal, "receipt")
    assert {name: line[name] for name in ("g", "id", "t", "rank", "reason")} == {
        "g": "wa",
        "id": "wamid.OUT1",
        "t": identity.token(PHONE),
        "rank": 52,
        "reason": "no-route",
    }


def test_who_writes_too_fast_is_heard_to_the_limit_and_stop_goes_past_it(room):
    own = door(room)
    headers = {TOKEN_HEADER: telegram().header_secret}
    for _ in range(TEXTS.most + 5):
        knock(own, TELEGRAM, update("text"), headers=headers)
    knock(own, TELEGRAM, update("stop"), headers=headers)

    assert (len(letters(room)), len(opt_outs(room))) == (TEXTS.most, 1)


def test_number_that_is_none_is_kept_sealed_and_the_rest_of_the_post_stored(room):
    told = json.loads(webhook("text"))
    value = told["entry"][0]["changes"][0]["value"]
    value["messages"].insert(0, {**value["messages"][0], "from": "12", "id": "wamid.odd"})

    assert post_webhook(room, json.dumps(told).encode()).status == 200

    (odd,) = journalled(room.desk.journal, "error")
    assert (odd["door"], len(letters(room))) == ("whatsapp", 1)


@pytest.mark.parametrize("raw", [b"[]", b"not json", b"{}"])
def test_body_nobody_can_read_is_kept_sealed_and_thanked(room, raw):
    assert (post_update(room, raw).status, post_webhook(room, raw).status) == (200, 200)

    odd = journalled(room.desk.journal, "error")
    assert [identity.unseal(one["form"]) for one in odd] == [raw.decode()] * 2


# --- who is let in --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["", SECRET, "0" * 64, "é" * 64])
def test_forged_update_leaves_no_line(room, said):
    reply = knock(door(room), TELEGRAM, update("text"), headers={TOKEN_HEADER: said})

    assert (reply.status, reply.text, journalled(room.desk.journal)) == (404, "not here", [])


@pytest.mark.parametrize("said", ["", APP_SECRET, "sha256=" + "0" * 64, "sha1=x"])
def test_forged_webhook_leaves_no_line(room, said):
    reply = knock(door(room), WHATSAPP, webhook("text"), headers={SIGNATURE: said})

    assert (reply.status, reply.text, journalled(room.desk.journal)) == (404, "not here", [])


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/tg/{OTHER_SECRET}/telegram",
        f"/hooks/tg/{SECRET}/whatsapp",
        f"/hooks/wa/{OTHER_SECRET}/telegram",
        f"/hooks/sim/{'s' * 32}/telegram",
    ],
)
def test_wrong_secret_or_app_is_not_here(room, path):
    headers = {TOKEN_HEADER: telegram().header_secret, SIGNATURE: signed(update("text"))}

    assert knock(door(room), path, update("text"), headers=headers).status == 404


def test_verification_is_answered_with_its_challenge(room):
    query = f"hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge=1158201444"

    reply = knock(door(room), WHATSAPP, query=query)

    assert (reply.status, reply.text) == (200, "1158201444")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (WHATSAPP, "hub.mode=subscribe&hub.verify_token=x&hub.challenge=1"),
        (WHATSAPP, ""),
        (TELEGRAM, ""),
    ],
)
def test_other_get_is_not_here(room, path, query):
    assert knock(door(room), path, query=query).status == 404


def test_body_beyond_its_limit_is_refused(room):
    assert post_update(room, b"x" * (256 * 1024 + 1)).status == 413


# --- any body -------------------------------------------------------------------------------------

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
RECORDED = [*UPDATES.values(), *WEBHOOKS.values()]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a recorded body."""
    inner = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def put(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value in one place."""
    if not path:
        return value
    copy = dict(node) if isinstance(node, dict) else list(node)
    copy[path[0]] = put(node[path[0]], path[1:], value)
    return copy


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A recorded body with one place, of any depth, made something else."""
    body = draw(st.sampled_from(RECORDED))
    place = draw(st.sampled_from(places(body)))
    return json.dumps(put(body, place, draw(JSON))).encode("utf-8", "surrogatepass")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=bent() | st.binary(min_size=1, max_size=200))
def test_no_authentic_body_is_answered_with_an_error(room, raw):
    assert (post_update(room, raw).status, post_webhook(room, raw).status) == (200, 200)
