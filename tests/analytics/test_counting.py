"""Distinct subjects, against a second opinion in plain Python, on random ledgers (T1, T2, T6, T7)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import chain, counting, indicators, ledger, refreshing, verification
from analytics.ledger import Exposure, Tier
from analytics.periods import Kind, Period, midnight
from analytics.questions import DIMENSIONS, PERSONS, ROUTES, Question
from tests.analytics.ledgers import REACHED, START, Opinion, exposure, many, number

pytestmark = pytest.mark.django_db

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
QUARTERS = list(YEAR.split(Kind.QUARTER))
SPANS = [
    YEAR,
    *QUARTERS,
    Period(date(2025, 2, 1), date(2025, 4, 1)),
    Period(date(2025, 1, 15), date(2025, 2, 10)),  # no whole month in it
    Period(date(2025, 2, 27), date(2025, 5, 2)),
]
QUESTION = Question("3.3", REACHED, START)
# instants around the bounds of days and months in Nairobi, which is UTC+3
moments = st.builds(
    lambda day, minutes: (
        midnight(date(2025, 1, 1) + timedelta(days=day)) + timedelta(minutes=minutes)
    ),
    st.sampled_from([0, 14, 31, 40, 57, 58, 59, 90, 119, 200, 364]),
    st.sampled_from([0, 1, 60, 179, 180, 181, 720, 1439]),
)
exposures = st.lists(
    st.builds(
        Exposure,
        subject=st.integers(0, 5).map(number),
        tier=st.sampled_from([*Tier, Tier.DELIVERED, Tier.INTERACTED]),
        indicators=st.sampled_from([("3.3",), ("3.3", "2.7"), ("2.7",), ()]),
        campaign=st.sampled_from(["one", "two"]),
        country=st.sampled_from(["KE", "UG", ""]),
        channel=st.sampled_from(["sms", "ussd", "chat"]),
        item=st.sampled_from(["risks", "help", ""]),
        language=st.sampled_from(["sw", "am", ""]),
        network=st.sampled_from(["63902", ""]),
        at=moments.map(lambda at: at.astimezone(UTC)),
        key=st.uuids(version=4),
        sex=st.sampled_from(["female", "male", "unknown"]),
        sensitive=st.booleans(),
        linked=st.sampled_from([True, True, True, False]),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda one: one.key,
)


@settings(max_examples=15, deadline=None)
@given(written=exposures, by=st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3))
def test_numbers_equal_a_plain_count(written, by):
    with transaction.atomic():
        ledger.record(written)
        found = counting.count(QUESTION, SPANS, [tuple(by)])
        opinion = Opinion(written)
        for span in SPANS:
            assert found[span][tuple(by)] == opinion.cells(span, by)
        transaction.set_rollback(True)


@settings(max_examples=12, deadline=None)
@given(written=exposures)
def test_t2_t6_totals_are_unions_and_persons_add_up(written):
    """Max <= union <= sum, first times sum to the cumulative; persons' categories sum to the total."""
    with transaction.atomic():
        ledger.record(written)
        sets = [(), *((one,) for one in DIMENSIONS)]
        found = counting.count(QUESTION, [YEAR, *QUARTERS], sets)
        year, total = found[YEAR], found[YEAR][()][()].reached
        for by in ROUTES:
            parts = [cell.reached.unique for cell in year[(by,)].values()]
            assert max(parts, default=0) <= total.unique <= sum(parts)
        for by in PERSONS:
            assert sum(cell.reached.unique for cell in year[(by,)].values()) == total.unique
        quarters = [found[quarter][()][()].reached for quarter in QUARTERS]
        assert sum(one.first_time for one in quarters) == total.cumulative
        assert all(one.first_time <= one.unique <= one.cumulative for one in quarters)
        assert all(a.cumulative <= b.cumulative for a, b in pairwise(quarters))
        transaction.set_rollback(True)


@settings(max_examples=10, deadline=None)
@given(written=exposures, dice=st.randoms(use_true_random=False), times=st.integers(2, 4))
def test_t1_facts_again_and_in_any_order_change_nothing(written, dice, times):
    again = written * times
    dice.shuffle(again)
    with transaction.atomic():
        assert ledger.record(again) == len(written)
        assert ledger.record(written) == 0
        total = counting.count(QUESTION, [YEAR], [()])[YEAR][()]
        assert total == Opinion(written).cells(YEAR, [])
        transaction.set_rollback(True)


@settings(max_examples=6, deadline=None)
@given(written=exposures, cut=st.integers(0, 30))
def test_everything_kept_survives_a_recount(written, cut):
    at = datetime(2025, 12, 31, 20, tzinfo=UTC)
    with transaction.atomic():
        ledger.record(written[:cut], at=at - timedelta(days=2))
        refreshing.refresh(at=at)
        ledger.record(written[cut:], at=at - timedelta(days=1))
        refreshing.refresh(at=at + timedelta(hours=1))
        days = {at - timedelta(days=2)} if written[:cut] else set()
        days |= {at - timedelta(days=1)} if written[cut:] else set()
        assert chain.close_days(at=at) == len(days)
        assert verification.verify().differences == ()
        transaction.set_rollback(True)


def test_t7_parent_is_the_union_of_overlapping_children():
    """Two campaigns of one programme share a subject."""
    ledger.record([exposure(1, campaign="a"), exposure(2, campaign="a"), exposure(2, campaign="b")])

    table = counting.count(QUESTION, [YEAR], [(), ("campaign",)])[YEAR]

    assert {cell[0]: one.reached.unique for cell, one in table[("campaign",)].items()} == {
        "a": 2,
        "b": 1,
    }
    assert table[()][()].reached.unique == 2


def test_t6_cross_table_matches_its_margins():
    """Sex within a channel sums to the channel."""
    written = many(400, people=60)
    ledger.record(written)

    table = counting.count(QUESTION, [YEAR], [("channel",), ("channel", "sex")])[YEAR]

    for (channel,), one in table[("channel",)].items():
        parts = [it for cell, it in table[("channel", "sex")].items() if cell[0] == channel]
        assert sum(it.reached.unique for it in parts) == one.reached.unique
        assert sum(it.sent for it in parts) == one.sent


def test_scope_of_a_country_is_its_cell_of_the_whole():
    written = many(400, people=60)
    ledger.record(written)

    whole = counting.count(QUESTION, [YEAR], [("country", "sex")])[YEAR][("country", "sex")]
    kenya = replace(QUESTION, only={"country": ("KE",)})
    scoped = counting.count(kenya, [YEAR], [("sex",)])[YEAR][("sex",)]

    assert scoped == {cell[1:]: one for cell, one in whole.items() if cell[0] == "KE"}


def test_nothing_before_the_programme_counts():
    ledger.record([exposure(1, at=datetime(2014, 12, 31, 20, 59, tzinfo=UTC)), exposure(2)])
    early = Period(date(2014, 1, 1), date(2015, 1, 1))
    across = Period(date(2014, 1, 1), date(2026, 1, 1))

    found = counting.count(QUESTION, [early, across], [()])

    assert found[early][()][()].reached == counting.Reached(0, 0, 0)
    assert found[across][()][()].reached == counting.Reached(1, 1, 1)


def test_unknown_breakdown_is_refused():
    with pytest.raises(ValueError, match="There is no breakdown by shoe"):
        counting.count(QUESTION, [YEAR], [("shoe",)])


def test_t4_same_number_by_every_channel_is_one():
    """What three spellings of a number have in common here is their subject."""
    ledger.record(
        [
            exposure(7, channel="sms"),
            exposure(7, Tier.INTERACTED, channel="ussd"),
            exposure(7, Tier.INTERACTED, channel="chat"),
        ]
    )

    assert counting.count(QUESTION, [YEAR], [()])[YEAR][()][()].reached.unique == 1


def test_t3_sent_alone_is_not_reached():
    """A provider's acceptance is no receipt."""
    ledger.record([exposure(1, Tier.SENT)])

    total = counting.count(QUESTION, [YEAR], [()])[YEAR][()][()]

    assert (total.sent, total.delivered, total.reached.unique) == (1, 0, 0)


def test_t5_content_counts_from_its_first_screen():
    """A language menu writes no exposure; the first screen with content writes one."""
    assert indicators.count("3.3", YEAR)[0].numbers.reached.unique == 0

    ledger.record([exposure(1, Tier.INTERACTED, channel="ussd", key=UUID(int=5).int)])

    assert indicators.count("3.3", YEAR)[0].numbers.reached.unique == 1
