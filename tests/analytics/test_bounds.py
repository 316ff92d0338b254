"""How far a number can be moved, against trying all whole numbers."""

from itertools import product

import pytest

from analytics.bounds import Row, Space


def test_a_number_alone_moves_freely():
    assert Space.of([], [4]).moves(0, 100) is True


def test_no_number_falls_below_nothing():
    space = Space.of([], [4])

    assert [space.moves(0, by) for by in (-4, -5)] == [True, False]


def test_a_sum_is_kept_by_moving_the_other():
    space = Space.of([Row({0: 1, 1: 1}, 0, equal=True)], [4, 6])

    assert [space.moves(0, by) for by in (-4, 6, 7)] == [True, True, False]


def test_a_limit_gives_as_much_as_its_slack():
    space = Space.of([Row({0: 1, 1: -1}, 2)], [5, 0])

    assert [space.moves(0, 2), space.moves(1, -1)] == [True, False]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_moves_are_those_that_trying_all_finds(place):
    rows = [Row({0: 1, 1: 1, 2: 1}, 0, equal=True), Row({0: 1, 1: -1}, 3), Row({2: -1}, 1)]
    values = [3, 2, 6]
    allowed = {
        change[place]
        for change in product(range(-6, 12), repeat=3)
        if all(value + by >= 0 for value, by in zip(values, change, strict=True))
        and sum(change) == 0
        and change[0] - change[1] <= 3
        and -change[2] <= 1
    }

    space = Space.of(rows, values)

    assert {by for by in range(-6, 12) if space.moves(place, by)} == allowed
