"""Single fields, repaired where providers break them."""

from datetime import UTC, datetime

import pytest

from gateways.base import BadForm
from gateways.fields import moment, needed, number, phone

NOON = datetime(2017, 5, 3, 6, 4, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "at"),
    [
        ("2017-05-03T06:04:45.445Z", NOON.replace(microsecond=445000)),
        ("2017-05-03 09:04:45+03:00", NOON),
        ("2017-05-03T09:04:45+0300", NOON),
        ("2017-05-03T06:04:45.1234567890Z", NOON.replace(microsecond=123456)),
        ("2017-13-03T06:04:45Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_odd_dates_are_tolerated(word, at):
    assert moment(word) == at


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("+254711000001", "+254711000001"),
        (" 254711000001", "+254711000001"),
        ("254711000001", "+254711000001"),
        ("0711000001", "0711000001"),
        ("00254711000001", "00254711000001"),
        ("SAFARICOM", "SAFARICOM"),
        ("", ""),
    ],
)
def test_a_phone_gets_its_plus_back(word, read):
    assert phone(word) == read


def test_a_number_is_read_while_it_is_worth_storing():
    assert [number(word) for word in ("12", " 7 ", "-1", "9" * 16, "٣")] == [
        12,
        7,
        None,
        None,
        None,
    ]


def test_a_field_without_words_is_missing():
    with pytest.raises(BadForm, match="from is missing"):
        needed({"from": "  "}, "from")
