"""Meaning is added to spelling by the share that phrasings left out gain from, and packs without loss."""

from zipfile import BadZipFile

import numpy as np
import pytest

from tests.understanding.encoders import Words
from understanding import fused, matcher, meaning
from understanding.calibration import decide

EXAMPLES = {
    "sea": [
        "is the boat to yemen safe",
        "vessel over the water",
        "danger on a dhow",
        "may i take that ship",
        "crossing with a boat by night",
    ],
    "pay": [
        "my boss keeps the wages",
        "no salary for months",
        "when must they pay me",
        "salary less than promised",
        "wages held back",
    ],
    "passport": [
        "where are papers made",
        "lost document abroad",
        "passport price",
        "papers taken from me",
        "new document please",
    ],
}
WORDS = Words()


def learnt(examples=EXAMPLES, others=()):
    texts = [text for one in examples.values() for text in one]
    vectors = dict(zip(texts, WORDS.vectors(texts), strict=True))
    return fused.learn(examples, "en", vectors, others, encoder=WORDS.name)


@pytest.fixture(scope="module")
def both():
    return fused.join(matcher.fit(EXAMPLES, "en"), learnt(), WORDS)


def test_word_never_taught_is_understood_by_what_it_means():
    spelled = matcher.fit({**EXAMPLES, "pay": ["wages", "my wages", "wages late"]}, "en")
    taught = {**EXAMPLES, "pay": ["wages", "my wages", "wages late"]}

    meant = fused.join(spelled, learnt(taught), WORDS)

    assert spelled.scores("salary").argmax() != spelled.ids.index("pay")
    assert meant.learnt.meaning.scores(WORDS.vector("salary")).argmax() == spelled.ids.index("pay")


def test_share_is_one_that_phrasings_left_out_gain_from(both):
    assert both.learnt.share > 0


def test_meaning_that_says_nothing_gets_no_share():
    texts = [text for one in EXAMPLES.values() for text in one]
    same = dict.fromkeys(texts, WORDS.vector("all the same"))

    assert fused.learn(EXAMPLES, "en", same, encoder="none").share == 0


def test_ranking_has_every_answer_once_in_order(both):
    ranked = both.rank("the vessel at night")

    assert sorted(name for name, _ in ranked) == sorted(EXAMPLES)
    assert [p for _, p in ranked] == sorted((p for _, p in ranked), reverse=True)


def test_phrasing_met_word_for_word_is_sure(both):
    assert decide(both.rank("LOST document, abroad")).kind == "sure"


@pytest.mark.parametrize("text", ["", " ", "😀", "\u0000"])
def test_text_without_words_is_not_even_encoded(both, text):
    assert decide(both.rank(text)).kind == "unknown"


def test_packed_and_taken_up_it_ranks_the_same(both):
    again = fused.join(both.spelled, fused.from_bytes(both.learnt.to_bytes()), WORDS)

    assert [name for name, _ in again.rank("no pay")] == [name for name, _ in both.rank("no pay")]
    assert again.rank("no pay")[0][1] == pytest.approx(both.rank("no pay")[0][1], abs=0.01)


def test_damaged_file_is_refused():
    with pytest.raises(BadZipFile):
        fused.from_bytes(b"PK\x03\x04 damaged")


def test_answers_of_another_matcher_are_refused(both):
    other = matcher.fit({"a": ["one thing"], "b": ["another thing"]}, "en")

    with pytest.raises(ValueError, match="other answers"):
        fused.join(other, both.learnt, WORDS)


def test_other_languages_teach_too():
    swahili = {"sea": ["mashua baharini", "mashua usiku"], "pay": ["mshahara wangu"]}
    texts = [text for one in swahili.values() for text in one]
    rows = tuple(name for name, one in swahili.items() for _ in one)

    own = meaning.Taught(WORDS.vectors(["wages now", "passport now"]), ("pay", "passport"))
    alone, _ = meaning.fit(own, [], ["pay", "passport", "sea"])
    taught, _ = meaning.fit(
        own, [meaning.Taught(WORDS.vectors(texts), rows)], ["pay", "passport", "sea"]
    )

    sea = WORDS.vector("boat")
    assert alone.scores(sea)[2] == 0
    assert taught.scores(sea)[2] > 0


def test_scores_left_out_are_those_of_a_fit_without_the_row():
    texts = [text for one in EXAMPLES.values() for text in one]
    answers = tuple(name for name, one in EXAMPLES.items() for _ in one)
    vectors, ids = WORDS.vectors(texts), list(EXAMPLES)
    own = meaning.Taught(vectors, answers)
    _, unseen = meaning.fit(own, [], ids)

    moved = meaning.centred(vectors, own.centre)
    rest = np.arange(len(texts)) != 3
    inverse = np.linalg.inv(moved[rest].T @ moved[rest] + meaning.RIDGE * np.eye(64))
    weights = inverse @ moved[rest].T @ meaning._target(answers, ids)[rest]
    assert unseen[3] == pytest.approx(moved[3] @ weights, abs=1e-4)
