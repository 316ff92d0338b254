"""The fields of a text: which kind has which, there and back, and which one a problem is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions.content import Words
from campaigns.editions.problems import Problem
from campaigns.writing.text_fields import assemble, blamed, cells, family, fields, numbered

WORD = st.text(alphabet="abcሰላمع '\"=\n😀", min_size=1).map(str.strip).filter(bool)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("wording", ("body", "back")),
        ("menu", ("title", "short")),
        ("quiz", ("body", "option", "back")),
        ("faq", ("title", "short", "body", "sms", "ussd", "back", "phrasing")),
        ("help", ("title", "short", "body", "sms", "ussd", "back", "phrasing")),
    ],
)
def test_fields_of_a_kind(kind, expected):
    assert fields(kind) == expected


@given(
    st.builds(Words, title=WORD, short=WORD, body=WORD, sms=WORD, ussd=WORD),
    st.lists(WORD, unique=True),
    WORD,
)
def test_cells_assemble_to_the_same_text(words, phrasings, back):
    words = Words(words.title, words.short, words.body, words.sms, tuple(phrasings), words.ussd)

    assert assemble(cells(words, back, "faq")) == (words, back)


def test_options_keep_their_places():
    said, _ = assemble({"option 1": "", "option 3": "c", "option 4": " "})

    assert said.options == ("", "", "c")


def test_empty_and_repeated_phrasings_are_left_out():
    said, _ = assemble(
        {"phrasing 1": "a", "phrasing 2": "", "phrasing 3": " a ", "phrasing 4": "b"}
    )

    assert said.phrasings == ("a", "b")


def test_numbers_go_and_come():
    assert (numbered("option", 2), family("option 2"), family("title")) == (
        "option 2",
        "option",
        "title",
    )


TEXT = Words("Title", "Short", "Body {hotline}", "Sms {x}", (), "{", ("A", "B {y}"))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"label": "'x'", "number": "21", "most": "20"}, "short"),
        ({"token": "{hotline}"}, "body"),
        ({"token": "{x}"}, "sms"),
        ({"token": "{y}"}, "option 2"),
        ({"token": "{brace}"}, "ussd"),
        ({"token": "{lost}"}, "body"),
        ({"parts": "3", "encoding": "GSM-7", "most": "2"}, "sms"),
        ({"number": "2"}, "option 2"),
        ({"units": "200"}, "body"),
        ({}, "body"),
    ],
)
def test_problem_is_laid_to_its_field(values, field):
    assert blamed(Problem("said", values=values), TEXT) == field


def test_empty_title_and_label_are_blamed():
    assert blamed(Problem("empty"), Words("", "s", "b")) == "title"
    assert blamed(Problem("empty"), Words("t", "", "b")) == "short"
    assert blamed(Problem("empty"), Words("t", "s", "")) == "body"
