"""Chat speaks one language at a time, says when it is another than somebody had, and knows new ones by name."""

import re
from dataclasses import replace

import pytest

from bot import words
from bot.wording import Speech, language_choices, speaking
from campaigns.editions.edition import Edition
from tests import editions, invented
from tests.bot.conftest import Talk
from tests.invented import AUTONYM, CODE, LEFT_OUT

SWAHILI, SAYS_SO = "Kuanzia sasa nitakujibu kwa Kiswahili.", "From now on I answer in English."
LETTERS = re.compile(r"[^\W\d_]+")


@pytest.fixture
def wider(db) -> Edition:
    """The edition with a language that staff added for Kenya."""
    return invented.edition()


def foreign(text: str) -> list[str]:
    return [word for word in LETTERS.findall(text) if set(word.lower()) - {"z"}]


# --- without a database ---------------------------------------------------------------------------


def test_names_and_orders_come_with_the_edition_alone():
    loaded = Edition.from_json(editions.edition().to_json())

    choices = language_choices(Speech(loaded, "ET", "en"))

    assert [(one.key, one.move, one.title) for one in choices] == [
        ("1", "=am", "አማርኛ"),
        ("2", "=en", "English"),
        ("3", "=sw", "Kiswahili"),
    ]
    assert [speaking(loaded, country, "xx").language for country in ("ET", "KE", "UG", "")] == [
        "am",
        "sw",
        "en",
        "en",
    ]


def test_names_are_understood_without_a_database():
    spoken = Edition.from_json(editions.edition().to_json()).languages

    said = ("Swahili", "AMHARIC", "anglais", "s", "Klingon", "swahili " * 6)
    assert [words.language(name, spoken) for name in said] == ["sw", "am", "en", "", "", ""]


# --- a whole fall-back, and said -------------------------------------------------------------------


def test_language_we_lack_is_answered_in_the_countrys_own_and_said_once(edition):
    talk = Talk(edition, country="KE", language="lg")

    first, second = talk.say("hello"), talk.say("menu")

    assert first.text.startswith(f"{SWAHILI}\n")
    assert SWAHILI not in second.text
    assert {first.state.language, second.state.language} == {"sw"}


@pytest.mark.parametrize(
    ("told", "spoken"), [("amh", "am"), ("am-Latn", "am-Latn"), ("swh", "sw"), ("en", "en")]
)
def test_code_of_a_flow_is_understood_and_nothing_is_said(edition, told, spoken):
    reply = Talk(edition, country="KE", language=told).say("hello")

    assert reply.state.language == spoken
    assert edition.ui(spoken, "bot.language_set") not in reply.text


def test_language_an_edition_lost_is_answered_in_another_and_said(edition, wider):
    talk = Talk(wider, country="KE", language=CODE)
    talk.say("8")
    talk.edition = edition

    assert talk.say("menu").text.startswith(f"{SWAHILI}\n")


def test_question_in_a_language_we_speak_is_answered_in_it_without_more_words(edition):
    reply = Talk(edition, country="KE", language="lg").say(
        "what are the signs of human trafficking"
    )

    assert reply.state.language == "en"
    assert SWAHILI not in reply.text
    assert SAYS_SO not in reply.text


@pytest.mark.parametrize("text", ["99", "8", "STOP", "help me they locked me in"])
def test_way_out_and_help_come_without_more_words(edition, text):
    reply = Talk(edition, country="KE", language="lg").say(text)

    assert SWAHILI not in reply.text


# --- languages by name ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Zazalian", "zaza talk", AUTONYM, CODE])
def test_new_language_is_taken_up_by_its_names(wider, name):
    reply = Talk(wider, country="KE").say(name)

    assert (reply.state.language, foreign(reply.text)) == (CODE, [])


def test_list_shows_the_new_language_by_its_own_name(wider):
    reply = Talk(wider, country="KE").say("9")

    assert [one.title for one in reply.choices if one.move == f"={CODE}"] == [AUTONYM]
    assert [one.key for one in reply.choices[:5]] == list("12345")


@pytest.mark.parametrize("name", ["Dinka", "Thuɔŋjäŋ", "naath"])
def test_language_we_know_and_do_not_speak_gives_the_list(edition, name):
    reply = Talk(edition, country="SS").say(name)

    assert (reply.decision, reply.question) == ("language", "")
    assert reply.choices[0].title == "English"


def test_short_code_of_such_a_language_is_no_wish_for_it(edition):
    assert Talk(edition, country="DJ").say("aa").decision != "language"


# --- nothing is mixed ---------------------------------------------------------------------------------


def test_conversation_in_the_new_language_has_no_word_of_another(wider):
    talk = Talk(wider, country="KE", language=CODE)
    said = ["zzzz", "1", "1", "0", "2", "1", "00", "3", "2", "8", "7", "zz?", "forget me"]

    odd = {text: foreign(talk.say(text).text) for text in said}

    assert {text: words for text, words in odd.items() if words} == {}


def test_answer_it_lacks_is_offered_neither_in_a_menu_nor_as_a_choice(wider):
    talk = Talk(wider, country="KE", language=CODE, rank=lambda *_: [(LEFT_OUT[0], 0.99)])

    menu = talk.say("3")
    asked = talk.say("zzz zzz zzz zz zzzzz")

    assert not {one.move for one in menu.choices} & set(LEFT_OUT)
    assert asked.decision == "unknown"
    assert (asked.items, foreign(asked.text)) == ((), [])


def test_number_of_a_choice_it_lacks_gives_no_text_of_another_language(wider):
    talk = Talk(wider, country="KE", language="en")
    offered = talk.say("3").choices
    key = next(one.key for one in offered if one.move == LEFT_OUT[0])
    talk.state = replace(talk.state, language=CODE)

    reply = talk.say(key)

    assert (reply.decision, foreign(reply.text)) == ("unknown", [])
