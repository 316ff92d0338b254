"""On which days a series is due, and at which moment."""

from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from campaigns.blasts import rhythm
from campaigns.models import Occasion, Series

MONDAY = date(2027, 3, 1)


def series(kind: str, **changes) -> Series:
    return Series(rhythm=kind, starts=MONDAY, at=time(9), countries=["KE"], **changes)


def due(one: Series, first: date = MONDAY, most: int = 3) -> list[str]:
    return [f"{day:%m-%d}" for day in islice(rhythm.days(one, first), most)]


def test_once_is_its_first_day_alone():
    assert due(series("once")) == ["03-01"]


def test_daily_is_each_day_to_the_last():
    assert due(series("daily", ends=date(2027, 3, 2))) == ["03-01", "03-02"]


def test_weekly_is_on_the_days_named():
    assert due(series("weekly", weekdays=[0, 3]), most=4) == ["03-01", "03-04", "03-08", "03-11"]


def test_monthly_on_the_31st_is_the_last_day_of_any_month():
    assert due(series("monthly", month_day=31), most=4) == ["03-31", "04-30", "05-31", "06-30"]


def test_monthly_in_february_of_a_leap_year():
    assert due(series("monthly", month_day=30), date(2028, 2, 1), 1) == ["02-29"]


def test_days_before_the_first_are_none():
    assert due(series("daily"), date(2027, 1, 1), 1) == ["03-01"]


@pytest.mark.django_db
def test_days_before_an_occasion_are_counted_from_its_dates_here():
    for country, day in [("", "2027-05-20"), ("KE", "2027-04-02"), ("ET", "2027-04-01")]:
        Occasion.objects.create(kind="exams", country=country, day=day, source="invented")

    assert due(series("before", occasion="exams", days_before=7)) == ["03-26", "05-13"]


@pytest.mark.django_db
def test_date_is_vouched_for_or_not():
    Occasion.objects.create(kind="exams", day="2027-04-02", source="invented", verified=True)
    Occasion.objects.create(kind="exams", day="2027-05-20", source="invented")
    one = series("before", occasion="exams", days_before=7)

    told = [rhythm.verified(one, day) for day in (date(2027, 3, 26), date(2027, 5, 13))]

    assert told == [True, False]
    assert rhythm.verified(series("daily"), MONDAY)


@pytest.mark.django_db
def test_first_days_of_ramadan_are_expected_and_not_vouched_for():
    rows = Occasion.objects.filter(kind="ramadan")

    assert list(rows.values_list("verified", flat=True)) == [False] * 5


def test_moment_is_that_of_the_clock_that_is_first():
    """Nairobi is an hour before Khartoum; the people there wait for their own nine o'clock."""
    one = series("daily")
    one.countries = ["SD", "KE"]

    assert rhythm.moment(one, MONDAY) == datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Africa/Nairobi"))
