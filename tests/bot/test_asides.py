"""What is no question has its own answer, in every language, and an edition of before says the menu."""

from dataclasses import replace

import pytest

from bot.asides import UNDATED
from bot.replies import Form, State
from campaigns.editions.edition import Edition
from gateways import segments
from tests.bot.conftest import LANGUAGES, Talk

WORDS = ("welcome", "voice", "picture", "place", "who", "free", "robot", "calm", "sources")


def first(text: str) -> str:
    return text.splitlines()[0]


@pytest.mark.parametrize("form", ["voice", "picture", "place"])
def test_what_cannot_be_read_is_said_so_and_help_stays_open(talk, edition, form: Form):
    reply = talk.say("", form=form)

    said = [edition.ui("en", f"bot.aside_{form}"), "8 Get help now"]
    assert (reply.decision, reply.text.splitlines()) == (form, said)


def test_caption_of_a_picture_is_read(talk):
    reply = talk.say("what are the signs of human trafficking", form="picture")

    assert reply.items == ("faq-020",)


def test_danger_in_a_caption_is_heard(talk):
    assert talk.say("they locked me in a house", form="picture").decision == "danger"


def test_voice_leaves_the_choices_on_offer(talk):
    offered = talk.say("is this job real?").choices

    talk.say("", form="voice")

    assert talk.say("2").items == (offered[1].move,)


@pytest.mark.parametrize(
    ("asked", "word"),
    [("who are you?", "who"), ("Is this free?", "free"), ("are you a robot", "robot"),
     ("wewe ni nani", "who"), ("ni bure?", "free"), ("c'est gratuit ?", "free")],
)  # fmt: skip
def test_questions_about_us_get_an_honest_sentence_and_where_to_read_on(talk, edition, asked, word):
    reply = talk.say(asked)

    said = {edition.ui(one, f"bot.aside_{word}") for one in ("en", "sw", "fr")}
    assert (reply.decision, first(reply.text) in said) == ("about", True)
    assert [one.move for one in reply.choices] == ["faq-005"]


def test_robot_owns_to_be_one(talk):
    assert first(talk.say("are you human?").text).startswith("I am a machine.")


@pytest.mark.parametrize("said", ["fuck you", "pumbavu", "ደደብ", "غبي", "merde", "doqon"])
def test_abuse_is_answered_calmly_with_help(talk, edition, said):
    reply = talk.say(said)

    assert reply.text.splitlines() == [edition.ui("en", "bot.aside_calm"), "8 Get help now"]
    assert (reply.decision, reply.question) == ("calm", "")


@pytest.mark.parametrize("said", ["thank you", "ok thanks", "asante sana", "👍🏾", "🙏"])
def test_thanks_are_welcome(talk, edition, said):
    reply = talk.say(said)

    assert (reply.decision, reply.text) == ("thanks", edition.ui("en", "bot.aside_welcome"))


@pytest.mark.parametrize("said", ["🆘", "🚨🚨", "🙏🆘"])
def test_sign_for_help_gets_help(talk, said):
    assert talk.say(said).decision == "help"


ASKED = [
    ("en", "Where do you know that from?"), ("fr", "D'où le savez-vous ?"), ("sw", "Umejua wapi?"),
    ("so", "Xaggee ka ogaatay?"), ("om", "Eessaa beekta?"), ("am", "ከየት ነው ያወቅከው?"), ("ti", "ካበይ ፈሊጥኩምዎ?"),
    ("ar", "من أين عرفت هذا؟"), ("am-Latn", "keyet new yawekew?"), ("ti-Latn", "kabey felitkayo?"),
    ("ar-Latn", "min wen 3rifta?"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "asked"), ASKED)
def test_answer_names_its_source_and_date(edition, language, asked):
    talk = Talk(edition, language=language)
    talk.say("menu", "4", "1")
    item = edition.items[talk.state.last]

    reply = talk.say(asked)

    named = edition.ui(language, "bot.source", source=item.source, date=item.dated)
    assert item.dated != UNDATED
    assert (reply.decision, reply.text) == ("source", named)


@pytest.mark.parametrize(("language", "end"), [("en", "."), ("am", "።"), ("ar", ".")])
def test_source_without_a_date_is_named_alone(edition, language, end):
    undated = next(one for one in edition.items.values() if one.dated == UNDATED)
    talk = Talk(edition, language=language)
    talk.state = State(last=undated.id)

    assert talk.say("source").text.endswith(f" {undated.source}{end}")


@pytest.mark.parametrize(("language", "asked"), ASKED)
def test_source_of_nothing_said_yet_is_said_so(edition, language, asked):
    reply = Talk(edition, language=language).say(asked)

    assert reply.text == edition.ui(language, "bot.aside_sources")


def test_every_answer_but_those_of_ourselves_has_a_source_and_a_date(edition):
    answers = [one for one in edition.items.values() if one.kind != "quiz" and one.id != "get-help"]

    own = [one.id for one in answers if not one.source]
    assert own == ["faq-005", "faq-043"]
    assert [one.id for one in answers if one.source and not one.dated] == []


def test_source_of_our_own_word_is_ourselves(talk, edition):
    talk.say("who are you", "1")

    assert talk.say("source").text == edition.ui("en", "bot.aside_who")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_one_sms(edition, language):
    said = {word: edition.ui(language, f"bot.aside_{word}") for word in WORDS}

    assert {
        one: segments.count(f"DEMO {text}").parts for one, text in said.items()
    } == dict.fromkeys(WORDS, 1)


@pytest.fixture
def before(edition: Edition) -> Edition:
    """An edition that was published before there were these words."""
    words = {
        language: {key: text for key, text in own.items() if not key.startswith("bot.aside_")}
        for language, own in edition.words.items()
    }
    return replace(edition, words=words)


@pytest.mark.parametrize("said", ["thanks", "who are you", "merde", "source", "are you a robot"])
def test_edition_without_the_words_says_the_menu(before, said):
    reply = Talk(before).say(said)

    assert reply.text.splitlines()[1] == "1 Dangers"


def test_voice_to_an_edition_without_the_words_gets_the_menu(before):
    assert Talk(before).say("", form="voice").decision == "empty"
