"""Ranks answers, knows what it does not know, survives being stored, and any text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding import matcher
from understanding.calibration import decide

EXAMPLES = {
    "passport": [
        "how do i get a passport",
        "where to apply for passport",
        "passport cost",
        "lost passport",
    ],
    "sea": [
        "is the boat to yemen safe",
        "how dangerous is the sea",
        "crossing by boat",
        "boat danger",
    ],
    "asylum": [
        "how do i ask for asylum",
        "apply for refugee status",
        "asylum office",
        "refugee papers",
    ],
}
FITTED = matcher.fit(EXAMPLES, "en")


def test_a_question_near_the_phrasings_of_one_answer_ranks_it_first():
    assert FITTED.rank("is it dangerous on the sea by boat")[0][0] == "sea"


def test_probabilities_are_in_order_and_between_nothing_and_certainty():
    ranked = [p for _, p in FITTED.rank("passport office")]
    assert ranked == sorted(ranked, reverse=True)
    assert ranked[-1] >= 0
    assert ranked[0] <= 1


def test_a_phrasing_met_word_for_word_is_sure_whatever_the_spelling():
    assert decide(FITTED.rank("  Passport COST!! ")).kind == "sure"


def test_a_stranger_is_unknown():
    assert decide(FITTED.rank("zzz qqq xxx")).kind == "unknown"


def test_an_answer_with_few_phrasings_is_only_suggested():
    few = matcher.fit({"a": ["passport price please"], "b": ["boat to yemen now"]}, "en")
    assert decide(few.rank("please the passport price")).kind != "sure"


@pytest.mark.parametrize("text", ["", " ", "😀😀", "።።", "\u0000", "a" * 50_000])
def test_a_text_without_anything_known_gives_no_answer(text):
    assert decide(FITTED.rank(text)).kind == "unknown"


def test_no_answers_at_all_ranks_nothing():
    assert matcher.fit({}, "en").rank("passport") == []


def test_phrasings_without_letters_are_left_out():
    fitted = matcher.fit({"a": ["", "!!", "passport"], "b": ["??"]}, "en")
    assert [name for name, _ in fitted.rank("passport")] == ["a"]


def test_one_answer_alone_can_be_ranked():
    assert matcher.fit({"a": ["passport", "a passport"]}, "en").rank("passports")[0][0] == "a"


def test_a_phrasing_shared_by_two_answers_decides_for_neither():
    fitted = matcher.fit({"a": ["help", "passport"], "b": ["help", "boat"]}, "en")
    assert decide(fitted.rank("help")).kind != "sure"


def test_latin_letters_meet_amharic_phrasings():
    fitted = matcher.fit(
        {"road": ["ስደት አደገኛ ነው", "የስደት መንገድ"], "paper": ["ፓስፖርት እንዴት አገኛለሁ", "ፓስፖርት"]}, "am"
    )
    assert fitted.rank("sidet adegegna new")[0][0] == "road"
    assert fitted.rank("pasport endet agegnalew")[0][0] == "paper"


def test_bytes_hold_the_whole_matcher():
    again = matcher.from_bytes(FITTED.to_bytes())
    for text in ("asylum in kenya", "boat cost", "passport cost"):
        assert [name for name, _ in again.rank(text)] == [name for name, _ in FITTED.rank(text)]
        assert np.allclose(
            [p for _, p in again.rank(text)], [p for _, p in FITTED.rank(text)], atol=0.01
        )


def test_bytes_of_an_empty_matcher_come_back():
    assert matcher.from_bytes(matcher.fit({}, "am").to_bytes()).rank("x") == []


@given(text=st.text(max_size=300))
def test_rank_takes_any_text(text):
    assert sorted(name for name, _ in FITTED.rank(text)) == sorted(EXAMPLES)


def test_leave_one_out_equals_fitting_without_the_row():
    """The closed form the calibration trusts, against the long way round."""
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(12, 30))
    target = np.eye(3)[np.arange(12) % 3]
    inverse = np.linalg.inv(rows @ rows.T + matcher.RIDGE * np.eye(12))
    closed = target - (inverse @ target) / np.diag(inverse)[:, None]
    rest = np.delete(np.arange(12), 4)
    weights = np.linalg.inv(rows[rest] @ rows[rest].T + matcher.RIDGE * np.eye(11)) @ target[rest]
    assert np.allclose(closed[4], rows[4] @ rows[rest].T @ weights)
