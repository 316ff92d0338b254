"""Sixty-one pairs of spellings and nine numerals, and any text at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding import normalise

PAIRS = json.loads(
    (Path(__file__).parent.parent / "payloads" / "normalisation.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['rule']} {pair['a']}")
def test_two_spellings_have_one_key_exactly_where_they_are_one_word(pair):
    see = normalise.key if pair["lang"] else normalise.skeleton
    same = see(pair["a"], pair["lang"] or "") == see(pair["b"], pair["lang"] or "")
    assert same is pair["equal"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("፩", "1"),
        ("፲", "10"),
        ("፳፭", "25"),
        ("፻", "100"),
        ("፲፱፻፹፯", "1987"),
        ("፻፳፫፼፬፻፶፮", "1230456"),
        ("፼", "10000"),
        ("٣", "3"),
        ("۹۸", "98"),
    ],
)
def test_digits_reads_numerals_of_every_script(typed, value):
    assert normalise.digits(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [(" 2. ", "2"), ("00", "00"), ("(3)", "3"), ("1 2", ""), ("one", ""), ("3a", ""), ("", "")],
)
def test_digits_takes_a_menu_number_and_nothing_else(typed, value):
    assert normalise.digits(typed) == value


def test_a_run_of_numerals_too_long_to_be_a_number_stays_text():
    assert normalise.digits("፼" * 2000) == ""


@pytest.mark.parametrize("language", ["", "en", "am", "ti", "om", "so", "ar", "fr", "sw"])
@given(text=st.text(max_size=200))
def test_every_view_takes_any_text(language, text):
    views = [
        normalise.folded(text),
        normalise.plain(text, language),
        normalise.key(text, language),
        normalise.written(text, language),
        normalise.romanised(text, language),
        normalise.skeleton(text, language),
        normalise.digits(text),
    ]
    assert [type(view) for view in views] == [str] * 7


@given(text=st.text(max_size=100))
def test_the_key_of_a_key_is_itself(text):
    once = normalise.plain(text, "en")
    assert normalise.plain(once, "en") == once


def test_huge_text_is_cut():
    assert len(normalise.plain("ab " * 100_000)) <= normalise.LIMIT


def test_romanised_reads_as_typed_on_a_phone():
    assert normalise.romanised("ሰላም ጅቡቲ", "am") == "selam jbuti"


def test_runs_names_the_scripts_most_frequent_first():
    assert normalise.runs("ፓስፖርት visa") == ["Ethiopic", "Latin"]
