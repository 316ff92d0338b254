"""Asking for a person: kept with the question, honest about when it is read, and never promised where nothing can come back."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from bot import matchers, words
from bot.dialogue import turn
from bot.replies import LONGEST, Reply, State, Told
from campaigns.editions.edition import Edition

pytestmark = pytest.mark.django_db
PERSON = tomllib.loads(words.FILE.read_text(encoding="utf-8"))["person"]
UNKNOWN = "blorp zank quiffle"
WORDS = {
    "en": "talk to a person",
    "sw": "nataka kuongea na mtu",
    "am": "ከሰው ጋር መነጋገር እፈልጋለሁ",
    "ti": "ምስ ሰብ ክዛረብ ይደሊ",
    "so": "waxaan rabaa qof",
    "om": "nama waliin dubbachuu",
    "ar": "أريد التحدث مع شخص",
    "fr": "parler à quelqu'un",
}


@dataclass
class Line:
    """A conversation through a door that answers can come back to, or (`reads` None) cannot."""

    edition: Edition
    reads: Callable[[], int | None] | None
    page: bool = False
    language: str = "en"
    state: State = field(default_factory=State)

    def say(self, *texts: str) -> Reply:
        for text in texts:
            told = Told(text, "KE", self.language, reads=self.reads, page=self.page)
            reply = turn(self.edition, matchers.of(self.edition).rank, self.state, told)
            self.state = reply.state
        return reply


@pytest.fixture
def line(edition) -> Line:
    return Line(edition, lambda: 0)


def ui(line: Line, *names: str, **values: object) -> str:
    told = (line.edition.ui(line.language, f"bot.{name}", **values) for name in names)
    return "\n".join(told)


def test_unknown_question_offers_a_person_and_one_digit_keeps_it(line):
    offered = line.say(UNKNOWN)
    reply = line.say("1")

    assert [one.title for one in offered.choices] == [ui(line, "person")]
    assert (reply.wish, reply.asked) == ("person", UNKNOWN)
    assert reply.text == ui(line, "person_now", "person_phone")


def test_none_of_the_choices_offers_the_same_question(line):
    reply = line.say("is this job real?", "0", "1")

    assert (reply.wish, reply.asked) == ("person", "is this job real?")


def test_words_of_a_case_never_go_to_the_inbox(line):
    """Danger was heard, "no" was said, none of the answers was meant: a person is asked for anew."""
    cry = "my employer keeps my passport and beats me"
    line.state = State(language="en", question=cry)

    reply = line.say("0", "1")

    assert (reply.decision, reply.wish, reply.asked) == ("person", "", "")
    assert reply.text == ui(line, "person_write")


@pytest.mark.parametrize("said", PERSON)
def test_whoever_asks_for_a_person_is_not_taken_for_one_in_danger(line, said):
    assert line.say(said).decision == "person"


@pytest.mark.parametrize("language", sorted(WORDS))
def test_person_is_asked_for_in_each_language(edition, language):
    line = Line(edition, lambda: 0, language=language)

    assert line.say(WORDS[language]).text == ui(line, "person_write")
    assert line.say(UNKNOWN).asked == UNKNOWN


def test_outside_office_hours_the_reply_says_when_it_is_read(edition):
    line = Line(edition, reads=lambda: 14)

    reply = line.say("human", UNKNOWN)

    assert reply.text == ui(line, "person_later", hours=14) + "\n" + ui(line, "person_phone")


def test_country_without_hours_promises_none(edition):
    line = Line(edition, reads=lambda: None)

    assert line.say("human", UNKNOWN).text == ui(line, "human", "person_phone")


def test_chat_page_is_to_be_kept_open(edition):
    line = Line(edition, lambda: 0, page=True)

    assert line.say("human", UNKNOWN).text == ui(line, "person_now", "person_page")


def test_where_nothing_comes_back_nothing_is_promised(edition):
    line = Line(edition, reads=None)

    assert line.say(UNKNOWN).choices == ()
    assert line.say("human").text.splitlines()[0] == ui(line, "person_not")
    assert (line.say("human").wish, line.state.thread) == ("", False)


@pytest.mark.parametrize(
    ("typed", "decision"),
    [("menu", "menu"), ("8", "help"), ("99", "left"), ("STOP", "stop"), ("no", "menu")],
)
def test_steering_instead_of_the_question_steers(line, typed, decision):
    line.say("human")

    assert (line.say(typed).decision, line.state.thread) == (decision, False)


def test_danger_instead_of_the_question_gets_help(line):
    reply = line.say("human", "they locked me in a house and took my phone")

    assert (reply.decision, reply.wish) == ("danger", "")


def test_childs_word_instead_of_the_question_is_a_childs(line):
    assert line.say("human", "I am 15").decision == "minor"


def test_too_long_a_question_is_asked_for_again(line):
    assert line.say("human", "why " * LONGEST).decision == "person"
    assert line.say(UNKNOWN).asked == UNKNOWN


def test_what_is_asked_more_goes_to_the_same_person(line):
    line.say("human", UNKNOWN)

    more = line.say("zank blorp")
    known = line.say("what are the signs of human trafficking")

    assert (more.text, more.wish, more.asked) == (ui(line, "person_more"), "person", "zank blorp")
    assert (known.decision, known.wish, known.items) == ("sure", "person", ("faq-020",))


@pytest.mark.parametrize("typed", ["STOP", "99", "forget me"])
def test_whoever_stops_or_leaves_is_in_no_thread_any_more(line, typed):
    line.say("human", UNKNOWN, typed, *(["yes"] if typed == "forget me" else []))

    assert line.say("zank blorp").wish == ""


def test_menu_and_numbers_do_not_go_to_the_person(line):
    line.say("human", UNKNOWN)

    assert [line.say(text).wish for text in ("menu", "1", "thanks", "hello")] == ["", "", "", ""]


def test_question_for_a_person_is_kept_in_the_language_it_is_written_in(edition):
    line = Line(edition, lambda: 0, language="sw")

    reply = line.say("mtu", "where do I get a birth paper in the new town")

    assert (reply.wish, reply.state.language) == ("person", "en")
    assert (
        reply.text
        == f"{edition.ui('en', 'bot.person_now')}\n{edition.ui('en', 'bot.person_phone')}"
    )
