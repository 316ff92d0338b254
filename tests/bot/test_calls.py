"""Asking for a call: offered below the answer to danger, to whoever writes from a number; is it safe, when, a word."""

import pytest

from bot.calls import TIMES
from tests.bot.conftest import Talk

DANGER = "they beat me and locked the door"


@pytest.fixture
def phone(edition) -> Talk:
    return Talk(edition, brief=True, reachable=True)


def offer(talk: Talk) -> str:
    """The key of the offer below the answer to danger."""
    reply = talk.say(DANGER)
    return next(one.key for one in reply.choices if one.move == "call")


def asked(talk: Talk) -> Talk:
    talk.say(offer(talk))
    return talk


def test_answer_to_danger_offers_a_call_as_its_last_number(phone):
    reply = phone.say(DANGER)

    assert (reply.choices[-1].move, reply.choices[-1].title) == ("call", "Ask for a call")
    assert f"{reply.choices[-1].key} Ask for a call" in reply.text.splitlines()


def test_who_writes_from_no_number_is_offered_none(talk):
    reply = talk.say(DANGER)

    assert [one.move for one in reply.choices if one.move == "call"] == []


def test_safety_and_time_are_asked_before_anything_is_kept(phone):
    reply = phone.say(offer(phone))

    assert (reply.decision, reply.wish) == ("call", "")
    assert reply.text.startswith("Is it safe to call you on this phone, and when?")
    assert [one.move for one in reply.choices] == [f"call:{one}" for one in TIMES]


@pytest.mark.parametrize(("key", "when"), list(enumerate(TIMES[:4], 1)))
def test_time_is_kept_at_once_and_a_word_is_asked(phone, key, when):
    reply = asked(phone).say(str(key))

    assert (reply.wish, reply.when, reply.word) == ("call", when, "")
    assert reply.text.startswith("Choose a word.")


def test_never_ends_it_without_asking_for_a_word(phone):
    reply = asked(phone).say("5")

    assert (reply.when, reply.text) == ("never", "We will not call you.")
    assert phone.state.expects == ""


def test_word_is_what_they_write(phone):
    reply = asked(phone).say("1", "  blue   mango ")

    assert (reply.wish, reply.when, reply.word) == ("call", "", "blue mango")


@pytest.mark.parametrize("text", ["0", "no", "hapana"])
def test_no_word_is_an_answer_too(phone, text):
    reply = asked(phone).say("1", text)

    assert (reply.decision, reply.wish, reply.word) == ("call", "", "")
    assert reply.text.startswith("A person may call you then.")


@pytest.mark.parametrize("text", ["yes", "x" * 41])
def test_word_is_asked_again_where_it_is_none(phone, text):
    reply = asked(phone).say("1", text)

    assert reply.text.startswith("Choose a word.")
    assert phone.state.expects == "word"


@pytest.mark.parametrize(
    ("text", "decision"),
    [("99", "left"), ("8", "help"), ("STOP", "stop"), ("menu", "menu"), (DANGER, "danger")],
)
def test_what_means_the_same_everywhere_is_no_word(phone, text, decision):
    reply = asked(phone).say("1", text)

    assert (reply.decision, reply.word) == (decision, "")


def test_long_number_may_be_a_word(phone):
    assert asked(phone).say("1", "4711").word == "4711"


def test_offer_passes_with_the_next_message(phone):
    key = offer(phone)
    phone.say("menu")

    assert phone.say(key).decision != "call"


def test_every_language_asks_in_its_own_words(edition):
    keys = ["call_me", "call_ask", "call_word", "call_set", "call_not"]
    keys += [f"call_{one}" for one in TIMES]
    english = edition.words["en"]

    same = [
        (language, key)
        for language, words in edition.words.items()
        for key in keys
        if language != "en" and words[f"bot.{key}"] == english[f"bot.{key}"]
    ]

    assert same == []
