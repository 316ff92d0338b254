"""Neighbours among callers: runs of numbers are seen, people's strewn ones and repeated dials are not."""

import random

import pytest

from ussd import crowd
from ussd.crowd import HALF, REACH, Crowd

FIRST = 254711000000


def near(own: Crowd, *numbers: int, at: float = 0.0) -> list[bool]:
    return [own.near(f"tel:+{number}", at) for number in numbers]


def test_of_a_run_all_but_the_first_are_near():
    assert near(Crowd(), *range(FIRST, FIRST + 10)) == [False, *[True] * 9]


def test_a_run_is_seen_in_whatever_order():
    numbers = list(range(FIRST, FIRST + 100))
    random.Random(7).shuffle(numbers)

    assert sum(near(Crowd(), *numbers)) >= 70


def test_who_calls_twice_is_no_neighbour_of_themselves():
    assert near(Crowd(), FIRST, FIRST, FIRST) == [False, False, False]


@pytest.mark.parametrize(
    ("step", "seen"), [(REACH, True), (-REACH, True), (REACH + 1, False), (-REACH - 1, False)]
)
def test_a_neighbour_is_three_numbers_away_at_most(step, seen):
    assert near(Crowd(), FIRST, FIRST + step) == [False, seen]


def test_strewn_numbers_are_hardly_ever_near():
    numbers = random.Random(7).sample(range(254_700_000_000, 254_799_999_999), 5000)

    assert sum(near(Crowd(), *numbers)) < 25  # half a percent; 15 are to be expected by chance


@pytest.mark.parametrize(
    ("later", "seen"), [(HALF - 1, True), (HALF + 1, True), (2 * HALF + 1, False), (-1, False)]
)
def test_who_called_more_than_an_hour_ago_is_forgotten(later, seen):
    own = Crowd()
    near(own, FIRST, at=5000.0)

    assert near(own, FIRST + 1, at=5000.0 + later) == [seen]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(crowd, "MOST", 10)
    own = Crowd()
    near(own, *range(FIRST, FIRST + 10_000, 10))

    assert len(own._now) + len(own._before) <= 20


@pytest.mark.parametrize("address", ["", "tel:+", "telegram:123"])
def test_what_is_no_number_is_nobodys_neighbour(address):
    own = Crowd()

    assert [own.near(address, 0.0), own.near(address, 0.0)] == [False, False]
