"""Likeness to cries: read from a table, total, calm where only the words are shared; learnt from both kinds alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding import cries, cry_table, features, rulebook
from understanding.rulebook import Change
from understanding.safeguarding import LIKENESS, Danger, compiled, hears_danger, met

UNRULED = "the guards count us each morning and one did not wake up"


def test_cry_without_a_rule_is_heard_by_its_likeness():
    assert met(UNRULED) == []
    assert hears_danger(UNRULED) == Danger("en", LIKENESS)


def test_officers_rule_is_heard_in_a_calm_text_and_a_files_rule_is_not():
    calm = "mum killed a goat for the wedding and all the neighbours ate"
    own = compiled(rulebook.overlaid([Change("en", "signal", True, False, "goat")]))

    assert list(cries.read(calm)) == ["en"]
    assert met(calm)[0].key == "violence"
    assert hears_danger(calm) is None
    assert hears_danger(calm, own) == Danger("en", "signal")


@pytest.mark.parametrize("text", ["", "stop", "🆘", "000", "\u0000"])
def test_one_word_or_none_says_nothing(text):
    assert cries.read(text) == {}


@given(text=st.text(max_size=200))
def test_read_takes_any_text(text):
    assert set(cries.read(text)) <= set(cries.tables())


@pytest.mark.parametrize("language", cry_table.LANGUAGES)
def test_every_language_has_as_many_cries_as_others(language):
    labels = [one.label for one in cry_table.examples(language)]

    assert 0.8 < labels.count(1.0) / labels.count(-1.0) < 1.25
    assert len(labels) > 1_200


@pytest.mark.parametrize("language", cry_table.LANGUAGES)
def test_most_examples_stand_on_their_side_of_the_alarm(language):
    table = cries.tables()[language]
    messages = list(cry_table.examples(language))[::10]
    scores = np.array([table.score(features.pieces(m.text, language)) for m in messages])
    labels = np.array([m.label for m in messages])

    assert ((scores > table.alarm) == (labels > 0)).mean() > 0.9
