"""Small cells: none is told, and none can be taken from the total."""

from hypothesis import given
from hypothesis import strategies as st

from analytics import few
from analytics.few import FEW, Split


def test_somebody_and_too_few_are_not_told():
    assert [few.told(one) for one in (0, 1, 4, 5, 1000)] == [0, "<5", "<5", 5, 1000]


def test_large_rows_stay():
    assert few.split([9, 5, 0]) == Split((0, 1, 2), ())


def test_small_rows_are_one():
    assert few.split([90, 4, 3]) == Split((0,), (1, 2))


def test_one_small_row_takes_the_next_along():
    assert few.split([90, 3, 7]) == Split((0,), (1, 2))


def test_small_rows_that_are_few_together_take_the_next_along():
    assert few.split([90, 1, 1, 7]) == Split((0,), (1, 2, 3))


def test_alone_it_is_merged_alone():
    assert few.split([3]) == Split((), (0,))


@given(st.lists(st.integers(0, 30), max_size=12))
def test_no_small_row_can_be_told_from_what_is_shown(numbers):
    found = few.split(numbers)

    kept = [numbers[one] for one in found.kept]
    merged = [numbers[one] for one in found.merged]
    assert sorted([*found.kept, *found.merged]) == list(range(len(numbers)))
    assert not any(map(few.few, kept))
    somebody = [one for one in numbers if one]
    if merged and sum(somebody) >= FEW and len(somebody) > 1:
        assert sum(merged) >= FEW
        assert len(merged) >= 2
