"""Kept figures: counted once, then brought up to date by what is new."""

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from analytics import figures, indicators, ledger, refreshing, verification
from analytics.ledger import Tier
from analytics.models import Count, Exposure, Figure
from analytics.periods import Kind, Period, standard
from analytics.tasks import refresh_figures
from tests.analytics.at_once import run
from tests.analytics.ledgers import NOON, exposure, many

AT = datetime(2025, 12, 31, 9, tzinfo=UTC)
YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))


def kept(period: Period = YEAR, by: str = "", cell: tuple[str, ...] = ()) -> Figure:
    return Figure.objects.get(
        indicator="3.3", starts=period.starts, ends=period.ends, by=by, cell=list(cell)
    )


@pytest.mark.django_db
def test_standard_periods_since_the_first_exposure_are_kept():
    ledger.record([exposure(1, at=datetime(2025, 11, 5, tzinfo=UTC))])

    refreshing.refresh(at=AT)

    spans = Count.objects.filter(indicator="3.3").order_by("starts", "ends")
    assert [Period(one.starts, one.ends).code for one in spans] == [
        "2015-01-01/2026-01-01",
        "2025",
        "2025-S2",
        "2025-Q4",
        "2025-11",
        "2025-12",
    ]


@pytest.mark.django_db
def test_nothing_new_costs_no_count():
    ledger.record(many(50, people=20))

    assert refreshing.refresh(at=AT) > 0
    assert refreshing.refresh(at=AT) == 0
    assert set(Count.objects.values_list("upto", flat=True)) == {figures.newest()}


@pytest.mark.django_db
def test_first_thousands_of_a_new_deployment_are_counted_in_no_time():
    """Nobody has analysed its tables yet: the planner expects one row where there are thousands."""
    ledger.record([exposure(0)])
    refreshing.refresh(at=AT)
    ledger.record([exposure(n, tier) for n in range(3000) for tier in (Tier.SENT, Tier.DELIVERED)])
    began = time.monotonic()

    refreshing.refresh(at=AT)

    assert time.monotonic() - began < 6.0
    assert kept().unique == 3000
    with connection.cursor() as cursor:  # whoever asks after us plans as ever
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
def test_new_exposures_are_added_to_what_is_kept():
    written = many(300, people=50)
    ledger.record(written[:290])
    refreshing.refresh(at=AT)

    ledger.record(written[290:])
    refreshing.refresh(at=AT + timedelta(minutes=1))

    assert kept().unique == indicators.count("3.3", YEAR)[0].numbers.reached.unique
    assert verification.verify().differences == ()


@pytest.mark.django_db
def test_a_late_exposure_moves_first_times_and_categories():
    """A receipt of January that comes in April: later months' first times and sexes follow it."""
    march, january = standard(Kind.MONTH, date(2025, 3, 1)), datetime(2025, 1, 20, tzinfo=UTC)
    ledger.record([exposure(1, sex="female")])
    refreshing.refresh(at=AT)
    assert (kept(march).first_time, kept(by="sex", cell=("female",)).unique) == (1, 1)

    ledger.record([exposure(1, sex="unknown", at=january)])
    refreshing.refresh(at=AT + timedelta(minutes=1))

    assert (kept(march).unique, kept(march).first_time, kept(march).cumulative) == (1, 0, 1)
    assert kept(by="sex", cell=("unknown",)).unique == 1
    assert not Figure.objects.filter(
        starts=YEAR.starts, by="sex", cell=["female"], ends=YEAR.ends
    ).exists()
    assert verification.verify().differences == ()


@pytest.mark.django_db
def test_very_many_new_subjects_are_counted_as_a_whole_at_a_pace(monkeypatch):
    monkeypatch.setattr(refreshing, "FEW", 3)
    ledger.record([exposure(1)])
    refreshing.refresh(at=AT)
    Count.objects.update(seconds=10)

    ledger.record([exposure(n) for n in range(2, 9)])
    refreshing.refresh(at=AT + timedelta(seconds=199))
    early = kept().unique
    refreshing.refresh(at=AT + timedelta(seconds=200))

    assert (early, kept().unique) == (1, 8)
    assert verification.verify().differences == ()


@pytest.mark.django_db
@pytest.mark.parametrize(("after", "unique"), [(71, 1), (72, 8)])
def test_many_new_subjects_are_added_slice_by_slice_where_counting_is_dear(
    monkeypatch, after, unique
):
    """Seven subjects are three slices of three: cheaper than a count of 100 s, and at rest for 72 s."""
    monkeypatch.setattr(refreshing, "FEW", 3)
    ledger.record([exposure(1)])
    refreshing.refresh(at=AT)
    Count.objects.update(seconds=100)

    ledger.record([exposure(n) for n in range(2, 9)])
    refreshing.refresh(at=AT + timedelta(seconds=after))

    counted = Count.objects.filter(indicator="3.3", starts=YEAR.starts, ends=YEAR.ends).get()
    assert (kept().unique, counted.seconds) == (unique, 100)  # not counted as a whole
    assert verification.verify().differences == ()


@pytest.mark.django_db
def test_a_page_reads_what_is_kept_where_counting_is_dear():
    ledger.record([exposure(1), exposure(2, country="UG")])
    refreshing.refresh(at=AT)
    Count.objects.update(seconds=9)
    ledger.record([exposure(3)])
    later = AT + timedelta(seconds=30)
    rule = indicators.rule_of("3.3", YEAR.starts)

    def ask(countries: list[str] | None) -> tuple[int, datetime]:
        found = figures.answer(rule, [YEAR], [(), ("country",)], countries=countries, at=later)
        return found.tables[YEAR][()][()].reached.unique, found.counted_at

    assert ask(None) == (2, AT)  # the third one is seen by the next refresh
    assert ask(["KE"]) == (1, AT)
    assert ask(["KE", "UG"]) == (3, later)  # no figure is kept of two countries: counted now


@pytest.mark.django_db
@pytest.mark.parametrize("countries", [None, ["KE"], ["SO"]])
def test_kept_and_counted_answers_are_the_same(countries):
    ledger.record(many(400, people=60))
    rule = indicators.rule_of("3.3", YEAR.starts)
    sets = [(), ("country",), ("channel",), ("sex",)]

    def ask() -> figures.Answer:
        return figures.answer(rule, [YEAR], sets, countries=countries, at=AT)

    counted = ask().tables
    refreshing.refresh(at=AT)

    assert ask().tables == counted


@pytest.mark.django_db(transaction=True)
def test_refresh_waits_for_writers_that_hold_a_lower_sequence(indicators):
    """Else the figure's sequence would promise an exposure that was not counted."""
    ledger.record([exposure(0)])
    writing = threading.Event()

    def slow() -> None:
        with transaction.atomic():
            ledger.record([exposure(1)])
            writing.set()
            time.sleep(0.3)
        connection.close()

    def refresh() -> None:
        writing.wait(5)
        refreshing.refresh(at=AT)
        connection.close()

    run(slow, refresh)

    assert kept().unique == 2
    assert verification.verify().differences == ()


@pytest.mark.django_db
def test_task_closes_days_and_refreshes():
    ledger.record([exposure(1)], at=NOON)

    refresh_figures()

    assert kept(standard(Kind.MONTH, date(2025, 3, 1))).unique == 1
    assert verification.verify().days == 1
    assert Exposure.objects.get().recorded_on < timezone.now().date()
