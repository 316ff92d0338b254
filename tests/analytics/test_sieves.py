"""What a page asks: parts of the period, one campaign, and kept figures that say the same as counting."""

from datetime import UTC, date, datetime

import pytest

from analytics import counting, figures, ledger, refreshing
from analytics.periods import Period, parse
from analytics.sieves import ordered
from tests.analytics.ledgers import many
from tests.analytics.sieving import AT, EIGHT, YEAR, sieve

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger_of_a_year():
    ledger.record(many(500, people=60))


@pytest.mark.parametrize("countries", [EIGHT, ("KE",), ("KE", "UG")])
@pytest.mark.parametrize("by", [(), ("country",), ("sex",), ("channel",)])
def test_kept_figures_of_a_campaign_are_what_counting_says(ledger_of_a_year, countries, by):
    asked = sieve(campaign="rights", countries=countries)
    counted = counting.count(asked.question, [YEAR], [by])[YEAR][by]

    refreshing.refresh(at=AT)
    found = asked.answer([by]).tables[YEAR][by]

    assert found == counted


def test_campaign_that_nobody_met_has_an_empty_total(ledger_of_a_year):
    refreshing.refresh(at=AT)

    found = sieve(campaign="never").answer([(), ("country",)]).tables[YEAR]

    assert found == {(): {(): counting.NOBODY}, ("country",): {}}


def test_whoever_picks_countries_has_no_target_of_the_programme():
    assert sieve().place == ""
    assert sieve(countries=("KE",)).place == "KE"
    assert sieve(countries=("KE", "UG")).place is None
    assert sieve(campaign="rights").place is None


def test_year_is_told_in_months_up_to_today(ledger_of_a_year):
    refreshing.refresh(at=AT)

    steps = sieve(at=datetime(2025, 4, 10, tzinfo=UTC)).steps()

    assert [one.code for one in steps] == ["2025-01", "2025-02", "2025-03", "2025-04"]


def test_long_period_is_told_in_quarters(ledger_of_a_year):
    refreshing.refresh(at=AT)
    long = Period(date(2025, 1, 1), date(2028, 1, 1))

    steps = sieve(period=long, at=datetime(2027, 12, 1, tzinfo=UTC)).steps()

    assert [steps[0].code, steps[-1].code, len(steps)] == ["2025-Q1", "2027-Q4", 12]


def test_what_touches_a_month_of_many_is_dear(ledger_of_a_year):
    refreshing.refresh(at=AT)
    april = parse("2025-04")
    figures.rows(sieve().rule, april).filter(by="").update(sent=figures.LIGHT)

    assert sieve().dear is True
    assert sieve(period=Period(date(2025, 4, 30), date(2025, 5, 2))).dear is True
    assert sieve(period=parse("2025-03")).dear is False


def test_unknown_comes_last(ledger_of_a_year):
    cells = sieve().answer([("sex",)]).tables[YEAR][("sex",)]

    assert [cell for cell, _one in ordered(cells)][-1] == ("unknown",)


def test_campaigns_to_choose_from_are_those_of_the_readers_countries(ledger_of_a_year):
    refreshing.refresh(at=AT)

    assert figures.campaigns(sieve().rule, ["KE"]) == ["always-on", "rights", "safe-way"]
    assert figures.campaigns(sieve().rule, ["DJ"]) == []
