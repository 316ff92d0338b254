"""Spans, their codes, and where they begin."""

from datetime import UTC, date, datetime

import pytest

from analytics import periods
from analytics.periods import Kind, Period


@pytest.mark.parametrize(
    ("code", "starts", "ends"),
    [
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2025-S1", date(2025, 1, 1), date(2025, 7, 1)),
        ("2025-S2", date(2025, 7, 1), date(2026, 1, 1)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 4, 1)),
        ("2025-Q4", date(2025, 10, 1), date(2026, 1, 1)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
        ("2025-01-05/2025-03-02", date(2025, 1, 5), date(2025, 3, 2)),
    ],
)
def test_codes_are_read_and_written(code, starts, ends):
    assert periods.parse(code) == Period(starts, ends)
    assert Period(starts, ends).code == code


@pytest.mark.parametrize(
    "code", ["", "2025-13", "2025-Q5", "0000", "2025-03-01", "x/y", "2025-02-01/2025-01-01"]
)
def test_other_codes_are_refused(code):
    with pytest.raises(ValueError, match=r"."):
        periods.parse(code)


def test_days_begin_at_nairobis_midnight():
    assert periods.midnight(date(2025, 3, 1)) == datetime(2025, 2, 28, 21, tzinfo=UTC)
    assert periods.day_of(datetime(2025, 2, 28, 21, tzinfo=UTC)) == date(2025, 3, 1)
    assert periods.day_of(datetime(2025, 2, 28, 20, 59, tzinfo=UTC)) == date(2025, 2, 28)


def test_a_span_splits_at_standard_bounds_and_its_own():
    span = Period(date(2025, 2, 10), date(2025, 4, 3))

    assert list(span.split(Kind.MONTH)) == [
        Period(date(2025, 2, 10), date(2025, 3, 1)),
        Period(date(2025, 3, 1), date(2025, 4, 1)),
        Period(date(2025, 4, 1), date(2025, 4, 3)),
    ]


def test_the_programme_lasts_to_the_end_of_the_year():
    assert periods.programme(date(2015, 1, 1), datetime(2025, 5, 5, tzinfo=UTC)) == Period(
        date(2015, 1, 1), date(2026, 1, 1)
    )


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("2025", "Year 2025"),
        ("2025-S2", "Semester 2 of 2025"),
        ("2025-Q3", "Quarter 3 of 2025"),
        ("2025-07", "2025-07"),
        ("2025-01-05/2025-03-02", "2025-01-05 to 2025-03-01"),
    ],
)
def test_titles_name_the_last_day(code, title):
    assert periods.title(periods.parse(code)) == title
