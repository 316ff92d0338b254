"""From targeted to reached: every step counted for itself, and nothing left over."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import counting, ledger, waterfalls
from analytics.counting import MASKS
from analytics.ledger import Tier
from analytics.periods import Period, parse
from analytics.questions import Question
from analytics.waterfalls import Flow
from tests.analytics.ledgers import START, exposure, many

YEAR = parse("2025")
TIERS = ("delivered", "interacted", "engaged", "completed", "referred")


def question(*, start: date = START, only: Mapping[str, tuple[str, ...]] | None = None) -> Question:
    return Question("3.3", TIERS, start, only=only or {})


@pytest.mark.django_db
def test_every_step_is_a_set_of_numbers():
    facts = [
        *[(1, tier) for tier in (Tier.TARGETED, Tier.SENT, Tier.DELIVERED)],
        *[(2, tier) for tier in (Tier.TARGETED, Tier.SENT)],
        (3, Tier.TARGETED),
        *[(4, tier) for tier in (Tier.TARGETED, Tier.SENT, Tier.INTERACTED)],
        (5, Tier.INTERACTED),
        (6, Tier.DELIVERED),
        (7, Tier.SENT),
    ]
    ledger.record(exposure(n, tier) for n, tier in facts)

    assert waterfalls.counted(question(), YEAR) == Flow(
        targeted=4,
        not_sent=1,
        targeted_before=1,
        sent=4,
        no_receipt=3,
        sent_before=1,
        delivered=2,
        own_way=2,
        not_counted=0,
        reached=4,
    )


@pytest.mark.django_db
def test_who_has_no_number_is_in_no_step():
    ledger.record([exposure(1, Tier.INTERACTED, channel="chat", linked=False)])

    assert waterfalls.counted(question(), YEAR).reached == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("period", "only"),
    [
        (YEAR, {}),
        (parse("2025-Q2"), {"country": ("KE",)}),
        (Period(date(2025, 3, 5), date(2025, 9, 20)), {"campaign": ("rights",)}),
    ],
)
def test_levels_are_those_of_the_figures(period, only):
    ledger.record(many(600, people=80))
    asked = question(only=only)

    flow = waterfalls.counted(asked, period)

    numbers = counting.count(asked, [period], [()])[period][()][()]
    assert (flow.targeted, flow.sent, flow.delivered, flow.reached) == (
        numbers.targeted,
        numbers.sent,
        numbers.delivered,
        numbers.reached.unique,
    )
    assert flow.difference == 0


@pytest.mark.django_db
def test_before_the_start_there_is_nobody():
    ledger.record([exposure(1)])

    assert waterfalls.counted(question(start=date(2026, 1, 1)), YEAR).reached == 0


masks = st.dictionaries(st.integers(1, 2 ** len(MASKS) - 1), st.integers(1, 9), max_size=40)


@given(masks, st.sampled_from([TIERS, ("interacted",), ("delivered",)]))
def test_steps_balance_to_zero_and_none_is_negative(found, tiers):
    flow = waterfalls.of(found, tiers)

    values = [getattr(flow, name) for name in Flow.__slots__]
    assert flow.difference == 0
    assert min(values) >= 0
    assert flow.targeted - flow.not_sent + flow.targeted_before == flow.sent
    assert flow.sent - flow.no_receipt + flow.sent_before == flow.delivered


@given(masks)
def test_kept_figures_tell_the_same_levels_and_what_they_differ_by(found):
    flow = waterfalls.of(found, TIERS)
    numbers = counting.Numbers(
        targeted=flow.targeted,
        sent=flow.sent,
        delivered=flow.delivered,
        reached=counting.Reached(flow.reached),
    )

    net = waterfalls.net(numbers)

    assert net.difference == 0
    assert net.targeted_before - net.not_sent == flow.targeted_before - flow.not_sent
    assert net.sent_before - net.no_receipt == flow.sent_before - flow.no_receipt
    assert net.own_way - net.not_counted == flow.own_way - flow.not_counted
