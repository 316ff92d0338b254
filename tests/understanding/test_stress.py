"""Texts typed in haste: always the same haste."""

import pytest

from understanding.stress import STRESSES, TYPOS, latin, typos

TEXT = "where can i renew my passport before the long journey to the gulf " * 40


def test_typos_change_about_one_letter_in_twelve():
    changed = sum(a != b for a, b in zip(TEXT.split(), typos(TEXT).split(), strict=False))

    assert abs(len(typos(TEXT)) - len(TEXT)) < len(TEXT) * TYPOS
    assert changed > 0.2 * len(TEXT.split())


def test_typos_leave_what_is_no_letter():
    assert typos("12 34 ?! 56") == "12 34 ?! 56"


@pytest.mark.parametrize("stress", STRESSES.values())
def test_the_same_text_is_typed_the_same_way(stress):
    assert stress(TEXT) == stress(TEXT)


def test_another_seed_types_otherwise():
    assert typos(TEXT, 1) != typos(TEXT, 2)


@pytest.mark.parametrize("text", ["ፓስፖርት እንዴት አገኛለሁ", "كيف أحصل على جواز سفر"])
def test_latin_letters_alone_are_left(text):
    assert latin(text).isascii()
    assert len(latin(text).split()) == len(text.split())
