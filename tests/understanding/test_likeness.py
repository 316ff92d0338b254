"""Questions that ask the same thing come together, in whatever letters, and stay together."""

import numpy as np
import pytest

from understanding import likeness
from understanding.likeness import NOBODY

SEA = [
    "how dangerous is the boat to yemen",
    "is the boat to yemen dangerous?",
    "boat yemen dangerous",
]
PASS = ["where do i get a passport", "where can i get my passport", "how do i get a passport"]


def groups(texts: list[str], known: list[int], language: str = "en") -> list[int]:
    found: list[int] = likeness.grouped(likeness.vectors(texts, language), known).tolist()
    return found


def test_questions_alike_share_a_group_in_the_order_of_their_first():
    assert groups([*SEA, *PASS], [NOBODY] * 6) == [0, 0, 0, 1, 1, 1]


def test_no_questions_have_no_groups():
    assert groups([], []) == []


def test_text_without_letters_stands_alone():
    assert groups(["...", SEA[0], "?!"], [NOBODY] * 3) == [0, 1, 2]
    assert likeness.vectors(["..."], "en").any() == np.False_


def test_latin_letters_meet_their_own_script():
    assert groups(["ሱዳን ሰላም ነው", "sudan selam new"], [NOBODY] * 2, "am") == [0, 0]


def test_known_groups_stay_and_take_up_new_questions():
    assert groups([*SEA, *PASS], [4, NOBODY, NOBODY, 2, 2, NOBODY]) == [4, 4, 4, 2, 2, 2]


def test_new_group_is_counted_on_from_the_known_ones():
    assert groups([SEA[0], PASS[0]], [3, NOBODY]) == [3, 4]


def test_group_does_not_depend_on_where_a_block_ends(monkeypatch):
    texts = [*SEA, *PASS] * 3
    whole = groups(texts, [NOBODY] * len(texts))
    monkeypatch.setattr(likeness, "BLOCK", 2)

    assert groups(texts, [NOBODY] * len(texts)) == whole


def test_vectors_have_length_one():
    lengths = np.linalg.norm(likeness.vectors(SEA, "en"), axis=1)

    assert lengths.tolist() == pytest.approx([1, 1, 1])


def test_wording_nearest_to_the_middle_is_the_most_typical():
    texts = [*SEA, SEA[0], "yemen boat how much does it cost to go"]
    near = likeness.nearness(likeness.vectors(texts, "en"), np.zeros(5, np.int64))

    assert near.argmax() in (0, 3)
    assert near.argmin() == 4
