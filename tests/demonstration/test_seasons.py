"""The seasons' dates, against calendars that were printed elsewhere."""

from datetime import date

import pytest

from demonstration import seasons


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2024, date(2024, 3, 11)),
        (2025, date(2025, 3, 1)),
        (2026, date(2026, 2, 18)),
        (2027, date(2027, 2, 8)),
    ],
)
def test_ramadan_begins_on(year: int, day: date):
    assert list(seasons.ramadans(year, year)) == [day]


def test_ramadan_comes_twice_in_2030():
    assert [day.month for day in seasons.ramadans(2030, 2030)] == [1, 12]


def test_every_season_names_its_source():
    assert [one.what for one in seasons.seasons() if not one.source] == []


def test_season_over_the_turn_of_the_year_holds_on_both_sides():
    harvest = next(one for one in seasons.seasons() if one.what.startswith("harvest"))

    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1))
    assert [harvest.holds("ET", day) for day in days] == [True, True, False]


def test_season_holds_in_its_countries_only():
    rains = next(one for one in seasons.seasons() if "Gu" in one.what)

    assert (rains.holds("KE", date(2026, 4, 1)), rains.holds("UG", date(2026, 4, 1))) == (
        True,
        False,
    )


def test_people_ask_more_before_ramadan_and_less_in_it():
    before, during, after = (
        seasons.readiness("DJ", date(2026, month, day)) for month, day in ((2, 1), (3, 1), (5, 1))
    )

    assert before > after > during


def test_ramadan_moves_no_country_where_few_keep_it():
    assert seasons.readiness("UG", date(2026, 2, 1)) == 1.0
