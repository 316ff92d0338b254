"""Danger is heard in eight languages and in Latin letters; asking about danger is not being in it."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.safeguarding import Danger, hears_danger, languages

DATA = Path(__file__).parents[2] / "understanding" / "danger" / "tried.tsv"
with DATA.open(encoding="utf-8") as file:
    LINES = list(csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t"))


def heard(kind: str, language: str) -> float:
    """Share of the lines of a kind and language in which danger is heard."""
    lines = [x["text"] for x in LINES if x["kind"] == kind and x["language"] == language]
    return sum(hears_danger(line) is not None for line in lines) / len(lines)


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw", "am", "om", "so", "ti", "lat"])
def test_cries_for_help_are_heard(language):
    assert heard("danger", language) >= 0.95


def test_questions_about_danger_raise_no_alarm():
    assert heard("notdanger", "-") <= 0.05


def test_the_rule_that_was_met_is_named():
    assert hears_danger("my employer locked me in a room") == Danger("en", "held")


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("ታግቻለሁ", Danger("am", "held")),
        ("ተታሒዘ ኣለኹ", Danger("ti", "held")),
        ("mot efeligalehu", Danger("latin", "poison or farewell")),
        ("delalaw yasferarerugnal", Danger("latin", "cry, Amharic or Tigrinya")),
        ("passportey wesidomni", Danger("latin", "cry, Tigrinya")),
        ("habasuni fi bet", Danger("latin", "cry, Arabic")),
        ("biyidrabuna kull yom", Danger("latin", "cry, Arabic")),
    ],
)
def test_cry_of_a_word_or_two_is_heard_by_a_rule(text, danger):
    assert hears_danger(text) == danger


def test_a_wish_to_die_is_heard_even_inside_a_question():
    assert hears_danger("what is the point, I want to die") == Danger("en", "suicide")


def test_homophone_letters_do_not_hide_a_cry():
    assert hears_danger("ውሀ የለንም በርሃ ውስጥ ነን ልንሞት ነው") is not None


@pytest.mark.parametrize("text", ["", " ", "😀", "1", "STOP", "a" * 10_000, "\u0000\u200f"])
def test_texts_without_meaning_raise_no_alarm(text):
    assert hears_danger(text) is None


@given(text=st.text(max_size=200))
def test_hears_danger_takes_any_text(text):
    found = hears_danger(text)
    assert found is None or isinstance(found, Danger)


def test_every_file_says_that_it_needs_native_review():
    folder = Path(__file__).parents[2] / "understanding" / "danger"
    marks = [
        'review = "needs native review"' in f.read_text("utf-8") for f in folder.glob("*.toml")
    ]
    assert marks == [True] * len(languages())
