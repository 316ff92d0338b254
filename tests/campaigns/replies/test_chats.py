"""Messages into chats: at most once each, not after the app's window, and whoever blocked us has ended messages."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.blasts import receipts, routes
from campaigns.models import Answer, Reply
from campaigns.replies import chats, outbox, retention
from people import consent, identity
from tests.apps import Apps, apps  # noqa: F401 - a fixture
from tests.gateways.messengers import CHAT, PHONE, TITLES, letter
from tests.provider import Said

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def posting(gateway: str = "tg", reference: str = "one", heard_at: datetime = AT) -> chats.Posting:
    to = CHAT if gateway == "tg" else PHONE
    return chats.Posting(
        gateway, reference, "KE", identity.token(to), letter(to, choices=TITLES), heard_at
    )


def send(after: timedelta = timedelta(seconds=1)) -> int:
    return outbox.send_waiting(at=AT + after)


def state() -> tuple[str, str]:
    return Answer.objects.values_list("state", "reason").get()


def test_message_is_sent_once_and_nothing_of_it_is_left(apps):  # noqa: F811
    assert (chats.wait(posting(), at=AT), chats.wait(posting(), at=AT)) == (True, False)

    assert (send(), send()) == (1, 0)

    assert [one["chat_id"] for one in apps.sent()] == [900100200]
    assert Answer.objects.values_list("state", "number", "text", "choices").get() == (
        "sent",
        "",
        "",
        "",
    )


def test_reference_of_whatsapp_is_named_for_its_receipts(apps):  # noqa: F811
    apps.says(Said('{"messages": [{"id": "wamid.OUT1"}]}', 200))
    chats.wait(posting("wa"), at=AT)

    send()

    assert list(Reply.objects.values_list("gateway", "reference")) == [("wa", "wamid.OUT1")]


def test_lost_answer_is_never_sent_again(apps):  # noqa: F811
    apps.says(Said(fault="cut"))
    chats.wait(posting(), at=AT)

    assert (send(), send(timedelta(minutes=5))) == (1, 0)
    assert (state(), len(apps.sent())) == (("begun", "no-answer"), 1)


def test_too_fast_waits_as_long_as_the_app_asks(apps):  # noqa: F811
    apps.says(
        Said('{"ok": false, "parameters": {"retry_after": 90}}', 429), Said('{"ok": true}', 200)
    )
    chats.wait(posting(), at=AT)
    send()

    assert (send(timedelta(seconds=80)), send(timedelta(seconds=100))) == (0, 1)
    assert state() == ("sent", "")


def test_blocked_bot_has_ended_messages(apps):  # noqa: F811
    apps.says(Said('{"ok": false, "description": "Forbidden: bot was blocked by the user"}', 403))
    chats.wait(posting(), at=AT)

    send()

    token = identity.suppression_token(CHAT)
    assert (state(), consent.suppressed([token])) == (("refused", "opted-out"), {token})


def test_window_of_whatsapp_is_a_day_from_the_last_message(apps):  # noqa: F811
    assert chats.closes("wa", AT) == AT + DAY


@pytest.mark.parametrize("gateway", ["tg", "gone"])
def test_others_have_no_window(apps, gateway):  # noqa: F811
    assert chats.closes(gateway, AT) is None


def test_nothing_is_sent_after_the_window(apps):  # noqa: F811
    chats.wait(posting("wa", heard_at=AT - DAY), at=AT)

    assert (send(), state(), apps.sent()) == (0, ("refused", "window"), [])


def test_app_that_says_the_window_is_over_is_believed(apps):  # noqa: F811
    apps.says(Said('{"error": {"code": 131047}}', 400))
    chats.wait(posting("wa"), at=AT)

    send()

    assert state() == ("refused", "window")


def test_account_that_is_none_of_an_app_sends_nothing(apps):  # noqa: F811
    chats.wait(posting(), at=AT)
    Answer.objects.update(gateway="gone")

    assert (send(), state()) == (1, ("refused", "no-gateway"))


def test_message_of_somebody_forgotten_goes_out_and_then_leads_to_nobody(apps):  # noqa: F811
    chats.wait(posting(), at=AT)
    retention.forget(identity.token(CHAT), before=AT + DAY)
    assert Answer.objects.get().token == identity.token(CHAT)

    send()
    retention.forget(identity.token(CHAT), before=AT + DAY)

    assert Answer.objects.values_list("state", "token", "choices").get() == ("sent", "", "")


def test_receipt_that_comes_before_the_answer_is_settled_finds_it(apps):  # noqa: F811
    chats.wait(posting("wa"), at=AT)
    row = Answer.objects.get()

    receipts.set_aside("wa", ["wamid.OUT1"], at=AT, answer=row.pk)

    assert Reply.objects.get().answer == row


def test_refused_is_never_sent_later(apps):  # noqa: F811
    chats.refuse(posting(), "too-many", at=AT)

    assert (chats.wait(posting(), at=AT), send(), state()) == (False, 0, ("refused", "too-many"))


def test_no_blast_is_planned_through_a_chat(apps):  # noqa: F811
    with pytest.raises(routes.NoRoute, match="Nobody agreed"):
        routes.several(["tg"])
    with pytest.raises(routes.NoRoute):
        routes.gateway()
