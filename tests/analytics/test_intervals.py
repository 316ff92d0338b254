"""The interval of a share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (5, 10, 0.2366, 0.7634),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_interval_is_wilsons(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_nobody_has_none():
    assert wilson(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_share_lies_in_it(pair):
    hits, of = pair

    found = wilson(hits, of)

    assert found
    low, high = found
    assert 0 <= low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= high <= 1
