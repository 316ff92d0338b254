"""When the last message leaves, by clocks and rates that can be worked out by hand."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.blasts.forecasting import Hours, Load, Speed, forecast
from people.countries import CODES, COUNTRIES

MONDAY = datetime(2026, 3, 2, 6, tzinfo=UTC)  # nine o'clock in Nairobi, eight in Khartoum
DAY = time(8), time(18)


def hours(*, start: datetime = MONDAY, window: tuple[time, time] = DAY, days: float = 3) -> Hours:
    return Hours(*window, start, start + timedelta(days=days))


def local(country: str, day: int, clock: time) -> datetime:
    return datetime.combine(date(2026, 3, day), clock, COUNTRIES[country].zone)


def test_one_gateway_takes_people_by_its_rate():
    found = forecast([Load("sim", "KE", 600)], Speed({"sim": 10}), hours())

    assert (found.ends, found.late) == ({"KE": local("KE", 2, time(9, 1))}, {})


def test_gateways_send_side_by_side():
    loads = [Load("one", "KE", 600), Load("two", "KE", 1200)]

    found = forecast(loads, Speed({"one": 10, "two": 10}), hours())

    assert found.ends == {"KE": local("KE", 2, time(9, 2))}


def test_the_blasts_own_rate_holds_for_all_gateways_together():
    loads = [Load("one", "KE", 600), Load("two", "KE", 600)]

    found = forecast(loads, Speed({"one": 10, "two": 10}, most=5), hours())

    assert found.ends == {"KE": local("KE", 2, time(9, 4))}


def test_what_is_left_in_the_evening_goes_on_in_the_morning():
    nine_hours = 9 * 3600

    found = forecast([Load("sim", "KE", nine_hours + 60)], Speed({"sim": 1}), hours())

    assert found.ends == {"KE": local("KE", 3, time(8, 1))}


def test_before_hours_nothing_leaves_and_each_country_has_its_own_clock():
    loads = [Load("sim", "KE", 60), Load("other", "SD", 60)]
    early = MONDAY - timedelta(hours=2)

    found = forecast(loads, Speed({"sim": 1, "other": 1}), hours(start=early))

    assert found.ends == {
        "KE": local("KE", 2, time(8, 1)),
        "SD": local("SD", 2, time(8, 1)),
    }


def test_open_countries_share_a_gateway_by_how_many_wait():
    loads = [Load("sim", "KE", 300), Load("sim", "ET", 900)]

    found = forecast(loads, Speed({"sim": 10}), hours())

    assert found.ends == {
        "KE": local("KE", 2, time(9, 2)),
        "ET": local("ET", 2, time(9, 2)),
    }


def test_who_is_not_reached_before_the_end_is_counted():
    found = forecast(
        [Load("sim", "KE", 1000), Load("sim", "SO", 0)], Speed({"sim": 0.01}), hours(days=1)
    )

    assert (found.ends, found.late) == ({}, {"KE": 640})


def test_nobody_is_through_at_once():
    found = forecast([], Speed({}), hours())

    assert (found.ends, found.late) == ({}, {})


@pytest.mark.parametrize("people", [1, 999_999])
def test_all_day_has_no_edge_that_holds_anybody_up(people):
    whole = (time.min, time.max)

    found = forecast([Load("sim", "KE", people)], Speed({"sim": 1}), hours(window=whole, days=30))

    expected = MONDAY + timedelta(seconds=people)
    assert abs(found.ends["KE"] - expected) < timedelta(milliseconds=1)


@given(
    loads=st.lists(
        st.builds(
            Load, st.sampled_from(["one", "two"]), st.sampled_from(CODES), st.integers(0, 2_000_000)
        ),
        max_size=8,
    ),
    rates=st.tuples(st.floats(0.5, 5000), st.floats(0.5, 5000)),
    most=st.none() | st.integers(1, 5000),
)
def test_every_country_ends_in_its_hours_or_is_named_late(loads, rates, most):
    speed = Speed({"one": rates[0], "two": rates[1]}, most)

    found = forecast(loads, speed, hours())

    assert found.ends.keys() | found.late.keys() == {one.country for one in loads if one.people}
    assert found.ends.keys() & found.late.keys() == set()
    assert all(
        DAY[0] <= at.time() <= DAY[1] and at <= MONDAY + timedelta(days=3)
        for at in found.ends.values()
    )
    sent_in_time = sum(one.people for one in loads) - sum(found.late.values())
    seconds = 3 * 86_400
    assert sent_in_time <= (sum(rates) if most is None else min(sum(rates), most)) * seconds + 8
