"""A cry for help is answered at once, with one question back: yes goes to the case, no to what was meant."""

import pytest

from bot.alarm import danger_in
from bot.dialogue import turn
from bot.replies import Told
from tests.bot.conftest import Talk
from understanding import rulebook, safeguarding
from understanding.rulebook import Change

DANGER = "my employer keeps my passport"


@pytest.fixture
def phone(edition) -> Talk:
    return Talk(edition, brief=True, reachable=True)


def test_help_stands_above_the_question(talk):
    lines = talk.say(DANGER).text.splitlines()

    assert [lines.index(one) for one in ("1 Yes", "2 No")] == [len(lines) - 3, len(lines) - 2]
    assert lines[-4] == "Are you in danger? You can get help now."
    assert lines[0].startswith("Police: ")


@pytest.mark.parametrize("said", ["1", "yes", "ndiyo", "١"])
def test_yes_is_told_to_whoever_has_the_case(talk, said):
    talk.say(DANGER)

    reply = talk.say(said)

    assert (reply.decision, reply.wish, reply.when, reply.question) == (
        "danger",
        "danger",
        "yes",
        "",
    )
    assert reply.text.startswith("A person will read your message.")


def test_yes_from_a_number_offers_a_call(phone):
    phone.say(DANGER)

    assert [one.move for one in phone.say("1").choices] == ["call"]
    assert phone.say("1").decision == "call"


@pytest.mark.parametrize("said", ["2", "no", "0"])
def test_no_goes_back_to_what_the_words_may_have_asked(talk, said):
    talk.say(DANGER)

    reply = talk.say(said)

    assert (reply.wish, reply.when) == ("danger", "no")
    assert reply.decision in ("sure", "unsure")
    assert "faq-022" in (*reply.items, *(one.move for one in reply.choices))


def test_words_of_a_case_never_go_to_the_editors(edition):
    talk = Talk(edition, rank=lambda text, language: [("faq-022", 0.3), ("faq-020", 0.2)])

    reply = talk.say(DANGER, "2", "0")

    assert (reply.decision, reply.question) == ("none", "")


def test_no_to_words_that_ask_for_nothing_shows_the_menu(edition):
    talk = Talk(edition, rank=lambda text, language: [])
    talk.say(DANGER)

    reply = talk.say("2")

    assert (reply.decision, reply.wish, reply.when, reply.question) == ("menu", "danger", "no", "")


def test_another_text_is_a_text_like_any_other(talk):
    talk.say(DANGER)

    assert talk.say("menu").decision == "menu"
    assert talk.say("yes").wish == ""


def test_danger_said_again_is_asked_again(talk):
    talk.say(DANGER)

    reply = talk.say("they beat me every day")

    assert (reply.decision, reply.wish, reply.state.expects) == ("danger", "", "danger")


def test_question_is_asked_in_the_language_of_the_cry(edition):
    talk = Talk(edition, language="sw")
    reply = talk.say("wametufungia kwenye nyumba hatuwezi kutoka")

    assert [one.title for one in reply.choices] == ["Ndiyo", "Hapana"]
    told = Told("ndiyo", "KE", "sw")
    assert turn(edition, lambda text, language: [], reply.state, told).when == "yes"


@pytest.mark.parametrize("said", [("Kiswahili",), ("9", "1"), ("language", "1")])
def test_another_language_asks_the_question_again_in_it(talk, said):
    talk.say(DANGER)

    reply = talk.say(*said)

    assert (reply.decision, reply.danger, reply.state.language) == ("danger", None, "sw")
    assert [one.title for one in reply.choices] == ["Ndiyo", "Hapana"]
    assert talk.say("1").when == "yes"


def test_number_of_a_language_is_no_answer_about_danger(talk):
    reply = talk.say(DANGER, "9", "2")

    assert (reply.wish, reply.state.language, reply.state.expects) == ("", "en", "danger")
    assert talk.say("9", "0").wish == ""


def test_no_after_a_change_of_language_goes_back_to_what_was_written(talk):
    reply = talk.say(DANGER, "English", "2")

    assert (reply.wish, reply.when) == ("danger", "no")
    assert "faq-022" in (*reply.items, *(one.move for one in reply.choices))


@pytest.mark.parametrize("said", ["STOP", "stop 1", "acha", "START", "1", "፪", "99"])
def test_no_rule_of_an_officer_hears_danger_in_a_number_or_in_stop(said):
    wide = Change("en", "wide", True, True, "s*\na*\n1*\n2*\n9*")
    among = safeguarding.compiled(rulebook.overlaid([wide]))

    assert safeguarding.meets("some apples", among)
    assert danger_in(said, among) is None


def test_stop_holds_whatever_an_officer_wrote(talk):
    wide = Change("en", "wide", True, True, "stop*")
    safeguarding.put(rulebook.overlaid([wide]))
    try:
        assert talk.say("STOP").wish == "stop"
        assert talk.say("stop it they beat me").decision == "danger"
    finally:
        safeguarding.put(rulebook.books())
