"""No count of referrals from 1 to 4 is shown, nor one that would give such a count away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.exports import discretion

COUNTS = st.dictionaries(st.integers(0, 30), st.integers(0, 40), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"KE": 9, "UG": 12}, set()),
        ({"KE": 0, "UG": 12}, set()),
        ({"KE": 4, "UG": 12, "ET": 7}, {"KE", "ET"}),
        ({"KE": 4, "UG": 1, "ET": 7}, {"KE", "UG", "ET"}),
        ({"KE": 4}, {"KE"}),
        ({}, set()),
    ],
)
def test_small_counts_and_one_beside_them_are_hidden(counts, hidden):
    assert discretion.hidden(counts) == hidden


def test_table_of_two_dimensions_hides_all_or_nothing():
    crossed = {("female", "18-24"): 3, ("male", "18-24"): 20, ("male", "25-34"): 0}

    assert discretion.hidden(crossed, crossed=True) == set(crossed)
    assert discretion.hidden({("female", "18-24"): 30}, crossed=True) == set()


@given(COUNTS)
def test_what_is_hidden_cannot_be_told_from_the_total(counts):
    hidden = discretion.hidden(counts)

    assert {key for key, count in counts.items() if 0 < count < 5} <= hidden
    larger = [count for count in counts.values() if count >= 5]
    assert not hidden or not larger or max(counts[key] for key in hidden) >= 5
