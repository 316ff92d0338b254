"""Keys below a reply: what it offers and what means the same everywhere, each once; the words without them."""

import pytest

from bot import pressing
from bot.replies import Reply, State
from bot.wording import Choice

pytestmark = pytest.mark.django_db
ONE = Choice("1", "faq-006", "The desert")


def reply(text: str) -> Reply:
    return Reply(text, "unsure", State(language="en"), choices=(ONE,))


def test_keys_are_the_choices_and_the_lines_that_mean_the_same_everywhere(edition):
    shown = reply("Which one?\n1 The desert\n0 None of these\n8 Get help now")

    assert pressing.keys(edition, shown) == (
        ("1", "The desert"),
        ("0", "None of these"),
        ("8", "Get help now"),
    )


def test_line_that_is_not_shown_is_no_key(edition):
    assert pressing.keys(edition, reply("8 hours")) == (("1", "The desert"),)


def test_words_stand_without_the_lines_of_the_keys():
    keys = (("1", "The desert"), ("8", "Get help now"))

    assert pressing.words("Which one?\n1 The desert\n8 Get help now\n1 The", keys) == (
        "Which one?\n1 The"
    )


def test_words_stay_as_they_are_where_nothing_can_be_pressed():
    assert pressing.words("Police: 0000 122\nThank you.", ()) == "Police: 0000 122\nThank you."
