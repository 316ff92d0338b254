"""When a blast is through, by the clocks of its countries."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.blasts.forecasting import Load, through

DAY = (time(8), time(18))
MORNING = datetime(2026, 3, 2, 6, tzinfo=UTC)  # nine o'clock in Kenya, eight in South Sudan


def ends(left, rate=1.0, *, at=MORNING, hours=DAY):
    loads = [Load("at", country, people) for country, people in left.items()]
    found = through(loads, {"at": rate}, hours, at)
    return found and found.replace(microsecond=0)


def test_nobody_left_is_through_now():
    assert ends({}) == MORNING
    assert ends({"KE": 0}) == MORNING


def test_inside_the_hours_the_rate_decides():
    assert ends({"KE": 3600}) == MORNING + timedelta(hours=1)


def test_countries_that_are_awake_share_the_rate():
    assert ends({"KE": 1800, "UG": 1800}) == MORNING + timedelta(hours=1)


def test_what_one_leaves_the_other_takes():
    assert ends({"KE": 600, "UG": 3000}) == MORNING + timedelta(hours=1)


def test_before_the_hours_it_waits():
    night = datetime(2026, 3, 2, 2, tzinfo=UTC)  # five o'clock in Kenya

    assert ends({"KE": 60}, at=night) == datetime(2026, 3, 2, 5, 1, tzinfo=UTC)


def test_what_the_day_does_not_hold_goes_on_tomorrow():
    nine_hours_and_one = 9 * 3600 + 3600  # Kenya's day ends at 15:00 UTC

    assert ends({"KE": nine_hours_and_one}) == datetime(2026, 3, 3, 6, tzinfo=UTC)


def test_each_country_has_its_own_clock():
    early = datetime(2026, 3, 2, 5, tzinfo=UTC)  # eight in Kenya, seven in South Sudan

    assert ends({"SS": 60}, at=early) == datetime(2026, 3, 2, 6, 1, tzinfo=UTC)
    assert ends({"KE": 60}, at=early) == datetime(2026, 3, 2, 5, 1, tzinfo=UTC)


def test_all_day_is_no_window():
    night = datetime(2026, 3, 2, 20, tzinfo=UTC)

    found = ends({"KE": 36_000}, at=night, hours=(time.min, time.max))

    assert found == night + timedelta(hours=10)


@pytest.mark.parametrize(("left", "rate"), [({"KE": 5}, 0.0), ({"KE": 10**12}, 1.0)])
def test_what_ends_in_no_weeks_has_no_end(left, rate):
    assert ends(left, rate) is None
