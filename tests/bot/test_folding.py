"""The folds: what counts, counts once; danger and open questions reach their people; each SMS has one answer."""

from typing import Any

import pytest

from analytics.models import Exposure
from bot import folding
from bot.memory import Memory
from bot.models import Case, Question
from campaigns.blasts import routes
from campaigns.models import Answer
from campaigns.replies import outbox
from journal.models import Dead
from people import identity
from people.models import Consent, Person, Subject, Suppression
from tests.bot.conftest import Talk
from tests.bot.heard import AT, chat, counted, sms
from tests.doors import OTHER_PHONE, PHONE
from tests.journal.lines import write

pytestmark = pytest.mark.django_db


def answers() -> list[str]:
    return [identity.unseal(one.text) for one in Answer.objects.order_by("id") if one.text]


# --- chats ----------------------------------------------------------------------------------------


def test_answer_in_a_chat_is_an_interaction_apart_from_numbers(fold):
    fold(chat(i=["faq-020"], decision="sure"), kind="chat")

    assert counted() == [("interacted", "faq-020")]
    assert Exposure.objects.get().linked is False


def test_second_answer_is_engagement(fold):
    fold(chat(i=["faq-020"], d=1), kind="chat")

    assert counted() == [("interacted", "faq-020"), ("engaged", "faq-020")]


def test_help_numbers_shown_are_a_referral_without_the_item(fold):
    fold(chat(i=["get-help"], decision="help"), kind="chat")

    assert counted() == [("interacted", ""), ("completed", ""), ("referred", "")]


def test_menu_reaches_nobody(fold):
    fold(chat(), kind="chat")

    assert (counted(), Subject.objects.count()) == ([], 0)


def test_same_turn_twice_counts_once(fold):
    fold(chat(i=["faq-020"]), chat(i=["faq-020"]), kind="chat")

    assert counted() == [("interacted", "faq-020")]


def test_danger_becomes_a_case_with_its_text_sealed(fold):
    fold(chat(rule="en: held", text=identity.seal("they hold us")), kind="chat")

    case = Case.objects.get()
    assert (case.rule, case.country, case.state, case.number) == ("en: held", "KE", "new", "")
    assert identity.unseal(case.text) == "they hold us"


@pytest.mark.parametrize(("said", "kept"), [("1", "yes"), ("2", "no"), ("hello", "")])
def test_what_they_say_to_the_question_stands_with_the_case(fold, said, kept):
    fold(sms("they hold us for money"))
    fold(sms(said, "sms-2"))

    assert Case.objects.get().says == kept


def test_open_question_reaches_the_editors_without_numbers(fold):
    question = "can you call +254 711 000 001 or a@b.example about zork"
    fold(chat(q=identity.seal(question), decision="unknown"), kind="chat")

    assert identity.unseal(Question.objects.get().text) == "can you call [...] or [...] about zork"


def test_forget_me_erases_the_bridge_to_the_ledger(fold):
    fold(chat(i=["faq-020"]), kind="chat")
    fold(chat(id="two", w="forget", decision="forget"), kind="chat")

    assert (Subject.objects.count(), Exposure.objects.count()) == (0, 1)


@pytest.mark.parametrize("broken", [{"i": 3}, {"q": "x.y.z"}, {"d": None}])
def test_entry_that_is_no_turn_is_set_aside(fold, broken):
    fold(chat(**broken), chat(id="two", i=["faq-020"]), kind="chat")

    assert (Dead.objects.count(), counted()) == (1, [("interacted", "faq-020")])


# --- SMS ------------------------------------------------------------------------------------------


def test_sms_is_answered_in_brief_and_counted_by_its_number(fold, edition):
    fold(sms("what are the signs of human trafficking"))

    told = edition.items["faq-020"].texts["en"].sms.partition("{")[0]
    assert answers()[0].startswith("DEMO " + told)
    assert counted() == [("interacted", "faq-020")]
    assert Exposure.objects.get().linked is True


def test_sms_conversation_goes_on_with_numbers(fold):
    fold(sms("is this job real?"), sms("1", "sms-2"))

    assert len(answers()) == 2
    assert counted() == [("interacted", "faq-021")]


def test_sms_posted_twice_has_one_answer(fold):
    fold(sms("menu"), sms("menu"))
    fold(sms("menu"))

    assert Answer.objects.count() == 1


def test_danger_by_sms_keeps_the_number_sealed_for_the_officer(fold):
    fold(sms("they locked me in and beat me"))

    case = Case.objects.get()
    assert (case.door, case.rule) == ("sms", "en: held")
    assert identity.unseal(case.number, identity.NUMBER) == PHONE


def test_start_and_yes_lift_the_stop(fold):
    Suppression.objects.create(
        token=identity.suppression_token(f"tel:{PHONE}"),
        since=AT.replace(day=1, hour=1),
        how="word",
    )
    fold(sms("START"))
    assert Suppression.objects.filter(lifted_at=None).count() == 1

    fold(sms("yes", "sms-2"), sms("2", "sms-3"))

    assert Suppression.objects.filter(lifted_at=None).count() == 0
    assert Person.objects.values_list("basis__basis", flat=True).get() == "sms-optin"


def test_consent_by_sms_is_kept_with_how_when_which_words_and_in_which_language(fold, edition):
    fold(sms("ጀምር"), sms("አዎን", "sms-2"), sms("2", "sms-3"))

    kept = Consent.objects.values(
        "basis", "channel", "given_at", "text_version", "language", "evidence"
    )
    assert kept.get() == {
        "basis": "sms-optin",
        "channel": "sms",
        "given_at": AT,
        "text_version": f"{edition.id} bot.start_ask",
        "language": "sw",
        "evidence": "START and YES, sms sms-3",
    }


def test_consent_in_a_chat_names_the_edition_that_asked(fold):
    number = identity.seal(PHONE, identity.NUMBER)
    fold(chat(w="start", num=number, lk=True, door="ask", l="am", e="e-7"), kind="chat")

    kept = Consent.objects.values_list("basis", "channel", "text_version", "language")
    assert kept.get() == ("chat-optin", "chat", "e-7 bot.start_ask", "am")


def standing():
    return list(Suppression.objects.filter(lifted_at=None).values_list("token", "how"))


def test_stop_chosen_by_numbers_in_sms_ends_messages(fold, edition):
    key = next(
        one.key for one in Talk(edition, brief=True).say("menu").choices if one.move == "mine"
    )
    fold(sms("menu"), sms(key, "sms-2"), sms("1", "sms-3"))

    assert standing() == [(identity.suppression_token(f"tel:{PHONE}"), "word")]


def test_forget_me_by_sms_ends_messages_too(fold):
    fold(sms("forget me"), sms("yes", "sms-2"))

    assert standing() == [(identity.suppression_token(f"tel:{PHONE}"), "forget")]


@pytest.mark.parametrize("text", ["hello", "yes", "menu", "1", "START", "what is a trafficker"])
def test_no_ordinary_sms_lifts_a_stop(fold, text):
    fold(sms("stop"))
    before = standing()

    fold(sms(text, "sms-2"))
    fold(sms("menu", "sms-3"), sms("yes", "sms-4"))

    assert len(before) == 1
    assert standing() == before


def test_machine_that_answers_us_is_answered_no_more(fold):
    fold(*(sms("menu", f"sms-{n}") for n in range(folding.LOOP_MOST + 3)))

    assert Answer.objects.filter(state=Answer.State.REFUSED).count() == 3


def test_sms_whose_seal_is_broken_is_set_aside_and_the_next_one_answered(fold):
    fold({**sms("x"), "text": "k.text.zzzz"}, sms("menu", "sms-2"))

    assert (Dead.objects.count(), len(answers())) == (1, 1)


# --- sending --------------------------------------------------------------------------------------


def test_answers_go_out_once(fold, deployment):
    fold(sms("menu"), sms("help", "sms-2", OTHER_PHONE))

    assert outbox.send_waiting(at=AT) == 2
    assert outbox.send_waiting(at=AT) == 0

    assert sorted(number for number, _text, _reference in deployment.record()) == sorted(
        [PHONE, OTHER_PHONE]
    )
    assert set(Answer.objects.values_list("state", "number", "text")) == {("sent", "", "")}


def test_answer_whose_fate_is_unknown_is_not_sent_again(fold, deployment):
    deployment.faults(cut=1.0)
    fold(sms("menu"))

    outbox.send_waiting(at=AT)
    deployment.faults()
    outbox.send_waiting(at=AT)

    assert len(deployment.record()) == 1
    assert Answer.objects.get().state == "begun"


def test_answer_that_comes_too_late_is_not_sent(fold, deployment):
    fold(sms("menu"))

    assert outbox.send_waiting(at=AT.replace(hour=11)) == 0
    assert (Answer.objects.get().state, deployment.record()) == ("refused", [])


def test_gateway_with_nothing_published_holds_up_no_other_and_danger_is_heard(edition, deployment):
    def find(simulated: bool) -> Any:
        found.append(simulated)
        if len(found) < 3:
            raise routes.NoRoute("No live edition is published yet.")
        return edition

    found: list[bool] = []
    write("sms", sms("hello"), sms("they locked me in a house", "sms-2"), sms("hello", "sms-3"))

    assert folding.fold_messages(find, Memory()) == 3
    assert list(Answer.objects.values_list("reference", flat=True)) == ["sms-3"]
    assert [one.why for one in Dead.objects.all()] == ["nothing is published for its gateway"] * 2
    case = Case.objects.get()
    assert (case.rule[:3], case.token) == ("en:", identity.token(f"tel:{PHONE}"))
