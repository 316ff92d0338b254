"""What counts as a whole number in an address or a form."""

import pytest

from people.views.typed import whole


@pytest.mark.parametrize(("typed", "number"), [("0", 0), ("25", 25), ("9" * 18, 10**18 - 1)])
def test_whole_number_is_read(typed, number):
    assert whole(typed) == number


@pytest.mark.parametrize("typed", ["", "-1", "+1", "1.5", " 1", "1e3", "²", "٣", "one", "9" * 19])
def test_anything_else_is_none(typed):
    assert whole(typed) is None


def test_number_of_too_many_digits_is_none():
    assert (whole("123", digits=3), whole("1234", digits=3)) == (123, None)
