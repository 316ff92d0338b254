"""Language guesses: script first, never on one word, never away without good reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding import language_id


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where can i find work", "en"),
        ("je veux partir en europe", "fr"),
        ("nataka kazi nje ya nchi", "sw"),
        ("hojii biyya alaa barbaada", "om"),
        ("waxaan rabaa inaan shaqo helo", "so"),
        ("እርዳታ እፈልጋለሁ", "am"),
        ("ሰላም ከመይ ኣለኻ", "ti"),
        ("اريد مساعدة", "ar"),
        ("sidetegna negn erdata efelgalehu", "am-Latn"),
        ("ana 3ayez mosa3ada fi el safar", "ar-Latn"),
    ],
)
def test_a_sentence_changes_the_language(text, language):
    assert language_id.guess(text, stay="lg") == language


@pytest.mark.parametrize("text", ["passport", "selam", "kazi", "", "123 456", "😀"])
def test_one_latin_word_or_none_stays_in_the_known_language(text):
    assert language_id.guess(text, stay="so") == "so"


def test_one_arabic_word_is_enough_since_the_script_leaves_one_choice():
    assert language_id.guess("مساعدة", stay="en") == "ar"


def test_a_latin_typed_language_falls_back_to_what_is_offered():
    text = "sidetegna negn erdata efelgalehu"
    assert language_id.guess(text, stay="en", offered={"en", "am"}) == "am"
    assert language_id.guess(text, stay="en", offered={"en", "sw"}) == "en"


@given(text=st.text(max_size=200))
def test_posterior_is_a_distribution_or_empty(text):
    found = language_id.posterior(text)
    assert found == {} or abs(sum(found.values()) - 1) < 1e-6


def test_the_table_is_small():
    assert language_id.TABLE.stat().st_size < 400_000
