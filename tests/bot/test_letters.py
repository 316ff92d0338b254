"""Letters from door to phone: each is answered once in its app, counted as a chat, and its wishes are kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from analytics.models import Exposure
from bot import letters, ways
from bot.folding import LOOP_MOST
from bot.memory import Memory
from bot.models import Case, Question, Wish
from campaigns.models import Answer
from campaigns.replies import outbox
from journal.models import Dead
from people import consent, identity
from people.models import Consent, Subject, Suppression
from tests.apps import Apps, apps  # noqa: F401 - a fixture
from tests.bot.heard import counted
from tests.gateways.messengers import CHAT, PHONE
from tests.journal.lines import write

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def letter(
    text: str, reference: str = "one", address: str = CHAT, **changes: Any
) -> dict[str, Any]:
    number = address.removeprefix("tel:") if address.startswith("tel:") else ""
    return {
        "at": AT.timestamp(),
        "g": "wa" if number else "tg",
        "door": "whatsapp" if number else "telegram",
        "id": reference,
        "t": identity.token(address),
        "adr": identity.seal(address, identity.NUMBER),
        "num": identity.seal(number, identity.NUMBER) if number else "",
        "c": "KE",
        "l": "en",
        "text": identity.seal(text),
        **changes,
    }


@pytest.fixture
def fold(edition, apps: Apps):  # noqa: F811
    """Journal letters, fold them, send what waits; the same memory from one call to the next."""
    memory = Memory()

    def run(*bodies: dict[str, Any]) -> list[dict[str, Any]]:
        before = len(apps.provider.asked)
        write("letter", *bodies)
        assert letters.fold_letters(lambda _: edition, memory) == len(bodies)
        outbox.send_waiting(at=AT + timedelta(seconds=1))
        return apps.sent()[before:]

    return run


def labels(sent: dict[str, Any]) -> list[str]:
    return [row[0]["text"] for row in sent["reply_markup"]["keyboard"]]


def words(sent: dict[str, Any]) -> str:
    """What can be read of an answer, in whichever shape its app takes it."""
    text = sent.get("text") or sent["interactive"]["body"]
    return str(text if isinstance(text, str) else text.get("body") or text["text"])


def test_letter_is_answered_in_its_chat_and_counted_apart_from_numbers(fold, edition):
    (sent,) = fold(letter("what are the signs of human trafficking"))

    told = edition.items["faq-020"].texts["en"].body[:40]
    assert (sent["chat_id"], sent["text"].startswith(f"DEMO {told}")) == (900100200, True)
    assert (counted(), Exposure.objects.get().linked) == ([("interacted", "faq-020")], False)


def test_letter_of_whatsapp_counts_by_its_number(fold):
    (sent,) = fold(letter("what are the signs of human trafficking", address=PHONE))

    assert (sent["to"], Exposure.objects.get().linked) == ("254711000001", True)


def test_letter_posted_twice_has_one_answer(fold):
    assert len(fold(letter("menu"), letter("menu"))) == 1
    assert fold(letter("menu")) == []


def test_pressed_label_is_the_choice_it_names(fold):
    (asked,) = fold(letter("is this job real?"))
    first = labels(asked)[0]

    fold(letter(first, "two"))

    assert counted() == [("interacted", "faq-021")]


def test_none_of_these_can_be_pressed_and_sends_the_question_to_the_editors(fold):
    (asked,) = fold(letter("is this job real?"))
    assert labels(asked)[-1] == "0 None of these"

    fold(letter("0 None of these", "two"))

    assert identity.unseal(Question.objects.get().text) == "is this job real?"


def test_menu_has_keys_for_help_and_languages(fold):
    (sent,) = fold(letter("menu"))

    assert [one for one in labels(sent) if one[0] in "89"] == ["8 Get help now", "9 Language"]


def test_label_of_a_conversation_that_is_over_is_a_question(fold, edition):
    title = edition.items["faq-020"].texts["en"].title

    fold(letter(f"7 {title}"))

    assert counted()[:1] == [("interacted", "faq-020")]


def test_choices_of_whatsapp_are_buttons_or_a_list(fold):
    (sent,) = fold(letter("is this job real?", address=PHONE))

    rows = sent["interactive"]["action"]["sections"][0]["rows"]
    assert [row["id"] for row in rows] == ["1", "2", "3", "0"]


@pytest.mark.parametrize("address", [CHAT, PHONE])
@pytest.mark.parametrize("form", ["voice", "picture", "place"])
def test_voice_picture_or_place_has_its_own_answer(fold, edition, address, form):
    (sent,) = fold(letter("", address=address, form=form))

    assert edition.ui("en", f"bot.aside_{form}") in words(sent)


def test_language_of_the_app_is_spoken_until_another_is_chosen(fold, edition):
    (sent,) = fold(letter("", l="sw"))

    assert edition.ui("sw", "bot.hello") in sent["text"]


def test_danger_in_whatsapp_keeps_the_number_for_the_officer(fold):
    fold(letter("they locked me in and beat me", address=PHONE))

    case = Case.objects.get()
    assert (case.door, case.gateway, case.rule) == ("whatsapp", "wa", "en: held")
    assert identity.unseal(case.number, identity.NUMBER) == PHONE.removeprefix("tel:")


def test_danger_in_telegram_has_no_number(fold):
    fold(letter("they locked me in and beat me"))

    assert (Case.objects.get().door, Case.objects.get().number) == ("telegram", "")


def test_contact_that_was_shared_makes_chat_and_number_one(fold):
    fold(letter("what are the signs of human trafficking", ln=[identity.token(PHONE)]))

    assert identity.linked([identity.token(CHAT)]) == {identity.token(CHAT)}
    assert Exposure.objects.get().linked is True


def test_start_and_yes_in_whatsapp_are_a_consent(fold):
    fold(letter("START", address=PHONE), letter("YES", "two", PHONE), letter("2", "three", PHONE))

    assert Consent.objects.values_list("basis", "channel").get() == ("chat-optin", "chat")


@pytest.mark.parametrize("address", [CHAT, PHONE])
def test_forget_me_ends_messages_and_leads_to_nobody(fold, address):
    fold(letter("what are the signs of human trafficking", address=address))
    fold(letter("forget me", "two", address), letter("YES", "three", address))

    assert (Suppression.objects.get().how, Subject.objects.count()) == ("forget", 0)
    assert consent.suppressed([identity.suppression_token(address)]) != set()


def test_chat_that_writes_without_end_is_answered_no_more(fold):
    fold(*(letter("menu", str(n)) for n in range(LOOP_MOST + 2)))

    refused = Answer.objects.filter(state="refused")
    assert list(refused.values_list("reason", "number", "text")) == [("too-many", "", "")] * 2


@pytest.mark.parametrize("broken", [{"adr": "x.y.z"}, {"adr": None}])
def test_entry_that_is_no_letter_is_set_aside(fold, broken):
    fold(letter("menu", **broken), letter("menu", "two"))

    assert (Dead.objects.count(), Answer.objects.count()) == (1, 1)


def test_letter_through_an_account_that_is_gone_is_heard_for_danger(fold):
    fold(letter("they locked me in and beat me", g="gone"))

    assert (Case.objects.get().door, Dead.objects.count()) == ("telegram", 1)


def test_nothing_of_a_letter_is_left_in_clear(fold):
    fold(letter("is this job real?"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM campaigns_answer a")
        (row,) = cursor.fetchone()
    assert [word for word in ("900100200", "job") if word in row] == []


@pytest.mark.parametrize(("address", "key"), [(CHAT, "chat_id"), (PHONE, "to")])
def test_colleagues_answer_comes_back_in_the_same_app(fold, apps, address, key):  # noqa: F811
    fold(letter("a person", address=address), letter("how do I enrol my son", "two", address))
    wish = Wish.objects.get()
    text = wish.texts.get()

    way = ways.of(wish)
    assert way is not None
    way(wish, text, "Ask at the school.")
    outbox.send_waiting(at=AT + timedelta(seconds=1))

    sent = apps.sent()[-1]
    assert (words(sent), str(sent[key])) == (
        "Ask at the school.",
        address.split(":")[1].lstrip("+"),
    )
    assert Answer.objects.latest("pk").kind == "person"
