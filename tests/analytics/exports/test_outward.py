"""What leaves holds no small number and nothing from which one can be worked out."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest

from analytics import ledger, refreshing
from analytics.exports import outward
from analytics.exports.outward import NotReleased
from analytics.models import ClosedPeriod
from analytics.periods import Kind, Period, parse
from tests.analytics.books import close
from tests.analytics.exports.conftest import NEXT_YEAR, YEAR
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


def met(people: range, month: int, country: str = "KE") -> None:
    at = datetime(2025, month, 10, 9, tzinfo=UTC)
    ledger.record([exposure(n, at=at, country=country) for n in people])
    refreshing.refresh(at=NEXT_YEAR)


def closed(period: Period) -> None:
    if not ClosedPeriod.objects.filter(starts=period.starts, ends=period.ends).exists():
        close(period, at=NEXT_YEAR)


def leaving(code: str = "2025"):
    closed(parse(code))
    found = outward.observations(parse(code), countries=None, at=NEXT_YEAR)
    return {(one.dimension, one.category, one.measure): one.value for one in found}


def test_large_numbers_leave_as_they_are():
    met(range(20), 1, country="KE")
    met(range(20, 35), 2, country="UG")

    numbers = leaving()
    assert {key: n for key, n in numbers.items() if key[0] != "channel"} == {
        ("", "", "unique"): 35,
        ("", "", "first_time"): 35,
        ("", "", "cumulative"): 35,
        **{("country", "KE", measure): 20 for measure in outward.MEASURES},
        **{("country", "UG", measure): 15 for measure in outward.MEASURES},
    }


def test_breakdown_with_a_small_category_stays_at_home():
    met(range(20), 1, country="KE")
    met(range(20, 29), 1, country="UG")

    assert {key[0] for key in leaving()} == {"", "channel"}


def test_small_month_holds_back_whatever_is_a_sum_of_months():
    met(range(20), 1)
    met(range(20, 23), 2)

    for code in ("2025", "2025-Q1", "2025-01"):
        with pytest.raises(NotReleased):
            leaving(code)


def test_no_two_tables_that_leave_differ_by_a_small_number():
    for month, people in ((1, 30), (2, 12), (4, 100), (7, 260)):
        met(range(month * 1000, month * 1000 + people), month, country="KE")
    periods = [one for kind in Kind for one in _periods(kind)]

    told = {one: _linked(one) for one in periods}

    values = [value for one in told.values() for value in one] + [0]
    assert len(values) > len(periods)
    assert [abs(a - b) for a, b in combinations(values, 2) if 0 < abs(a - b) < 10] == []


def _periods(kind: Kind) -> list[Period]:
    return list(YEAR.split(kind))


def _linked(period: Period) -> list[int]:
    """Sums of months: any two of them may be subtracted."""
    closed(period)
    found = outward.observations(period, countries=None, at=NEXT_YEAR)
    return [one.value for one in found if one.measure != "unique"]


@pytest.mark.parametrize(
    ("period", "countries", "code"),
    [
        (parse("2025-Q1"), None, "open"),
        (parse("2026-02"), None, "open"),
        (Period(date(2025, 1, 2), date(2025, 3, 1)), None, "open"),
        (parse("2025"), ("KE",), "parts"),
        (parse("2025"), None, "small"),
    ],
)
def test_nothing_leaves_of_what_is_open_a_part_or_small(period, countries, code):
    met(range(3), 1)
    closed(parse("2025"))

    with pytest.raises(NotReleased) as refused:
        outward.observations(period, countries=countries, at=NEXT_YEAR)

    assert refused.value.code == code


def test_late_facts_change_nothing_that_left():
    met(range(20), 1)
    before = leaving()
    met(range(20, 40), 1)

    assert leaving() == before


def test_key_names_the_number_and_no_two_are_the_same():
    met(range(20), 1)
    closed(parse("2025"))

    found = outward.observations(parse("2025"), countries=None, at=NEXT_YEAR)

    assert found[0].key == "3.3/2025/total/unique"
    assert len({one.key for one in found}) == len(found)
