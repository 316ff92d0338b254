"""Draws follow from seed and name alone."""

from collections import Counter

import pytest

from demonstration.lot import Lot

LOT = Lot(7)


def test_same_seed_and_name_draw_the_same():
    assert Lot(7).share("one", 2) == LOT.share("one", 2)


def test_other_seed_or_name_draws_otherwise():
    assert len({LOT.share("one"), LOT.share("two"), Lot(8).share("one")}) == 3


def test_order_of_drawing_moves_nothing():
    first = LOT.share("a"), LOT.share("b")

    assert (LOT.share("b"), LOT.share("a")) == first[::-1]


@pytest.mark.parametrize(("chance", "happens"), [(0.0, 0), (1.0, 1000)])
def test_never_and_always(chance: float, happens: int):
    assert sum(LOT.happens(chance, n) for n in range(1000)) == happens


def test_chance_is_about_what_it_says():
    assert 230 < sum(LOT.happens(0.25, n) for n in range(1000)) < 270


def test_whole_numbers_stay_below():
    assert {LOT.whole(3, n) for n in range(100)} == {0, 1, 2}


def test_weights_weigh():
    found = Counter(
        LOT.weighed([("heavy", 3.0), ("light", 1.0), ("never", 0.0)], n) for n in range(1000)
    )

    assert sorted(found) == ["heavy", "light"]
    assert 700 < found["heavy"] < 800


def test_one_of_several_is_each_as_likely():
    found = Counter(LOT.one("abc", n) for n in range(3000))

    assert sorted(found) == ["a", "b", "c"]
    assert min(found.values()) > 900
