"""Near-copies among the ways to ask are pointed out."""

from time import perf_counter

import pytest
from rapidfuzz.distance import Indel

from campaigns.writing.phrasings import Pair, lines, near_copies


def test_one_a_line_without_blank_ones():
    assert lines("is it safe?\r\n\n  how much \n") == ("is it safe?", "how much")


def test_pair_that_differs_in_a_word_is_told_with_its_likeness():
    found = near_copies(["how do i get a passport", "how do i get the passport", "visa cost"])

    assert found == [Pair("how do i get a passport", "how do i get the passport", 92)]


def test_capitals_do_not_make_another_way_to_ask():
    assert near_copies(["VISA", "visa"]) == [Pair("VISA", "visa", 100)]


@pytest.mark.parametrize(
    "asked",
    [
        ["is the road safe", "they took my brother", "what does it cost"],
        ["ስደት አደጋ ነው", "ፓስፖርት እንዴት አገኛለሁ"],
        [],
        ["alone"],
    ],
)
def test_different_ways_to_ask_are_left_alone(asked: list[str]):
    assert near_copies(asked) == []


def test_likeness_is_near_that_of_the_measure_of_the_seed():
    one, other = "is the way to saudi safe", "is the way to saudia safe"

    (pair,) = near_copies([one, other])

    assert pair.percent == round(100 * Indel.normalized_similarity(one, other))


def test_of_very_many_only_the_first_are_compared():
    asked = [f"how do I reach place {number} from here" for number in range(20_000)]

    started = perf_counter()
    found = near_copies(asked)

    assert len(found) == 20
    assert perf_counter() - started < 1


def test_very_long_lines_are_not_compared():
    assert near_copies(["ab" * 100_000, "ab" * 100_000]) == []


def test_first_lines_are_compared_however_different_the_others_are():
    asked = [f"{number:x}{number * 7919:o}" for number in range(300)]

    assert Pair("is it safe", "is it safe", 100) in near_copies(
        ["is it safe", "is it safe", *asked]
    )
