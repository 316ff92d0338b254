"""A day of a series that waits for a person lapses at the end of its hours, and lets its money go."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from campaigns.blasts import approval, budget, freezing, lapsing, recurring, settling
from campaigns.blasts.permits import Refused
from campaigns.models import Audience, Blast, Delivery, Occurrence, Series
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
NINE = datetime(2027, 3, 1, 6, tzinfo=UTC)  # in Nairobi
SIX = NINE + timedelta(hours=9)  # its last hour
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def approved(**changes) -> Series:
    wish = scene.proposal(until_hour=time(18), **changes)
    series = recurring.propose(wish, by=scene.planner(), at=NINE - DAY)
    return recurring.approve(series, by=scene.approver(), at=NINE - DAY)


def tick(at: datetime) -> None:
    recurring.tend(at=at)
    for blast in freezing.unfinished():
        freezing.freeze(blast)
    recurring.tend(at=at)


@pytest.fixture
def waiting() -> Series:
    """Its first day waits for a person: the audience is not the one that was approved."""
    scene.people(2)
    series = approved(budget=Decimal(100))
    Audience.objects.filter(name="KE").update(languages=["sw"])
    tick(NINE)
    return series


def stands() -> list[tuple[str, str | None]]:
    rows = Occurrence.objects.order_by("day").values_list("state", "blast__state")
    return list(rows)


def test_day_holds_its_money_while_somebody_may_approve_it(waiting):
    tick(SIX - MINUTE)

    assert stands() == [("waiting", "planned")]
    assert budget.held_by(waiting.pk) == 100


def test_day_that_nobody_approved_lapses_and_lets_its_money_go(waiting):
    tick(SIX)

    assert stands() == [("lapsed", "stopped")]
    assert budget.held_by(waiting.pk) == 0
    assert [one.kind for one in Blast.objects.get().notices.all()] == ["lapsed"]
    settling.tend()
    assert set(Delivery.objects.values_list("state", "reason")) == {(91, "expired")}


def test_next_day_has_the_money_of_the_one_that_lapsed(waiting):
    tick(NINE + DAY)

    assert stands() == [("lapsed", "stopped"), ("waiting", "planned")]
    assert Blast.objects.latest("pk").budget == 100


def test_why_it_waited_stays_on_record(waiting):
    tick(SIX)

    assert Occurrence.objects.get().reason == "audience"


def test_what_somebody_approved_does_not_lapse(waiting):
    approval.approve(Blast.objects.get(), by=scene.approver("chol"), at=SIX - MINUTE)

    assert lapsing.lapse(at=SIX) == []
    assert stands() == [("waiting", "approved")]


def test_what_lapses_is_approved_no_more(waiting):
    with pytest.raises(Refused, match="Its time is over"):
        approval.approve(Blast.objects.get(), by=scene.approver("chol"), at=SIX)


def test_day_that_could_not_be_planned_lapses_too(deployment):
    approved()
    deployment.retire()
    tick(NINE)

    tick(SIX)

    assert stands() == [("lapsed", None)]


def test_frozen_day_of_a_paused_series_does_not_go_the_day_after():
    scene.people(1)
    series = approved()
    recurring.tend(at=NINE)
    recurring.pause(series, by=scene.planner(), at=NINE)
    for blast in freezing.unfinished():
        freezing.freeze(blast)

    recurring.resume(series, by=scene.planner(), at=SIX + MINUTE)
    tick(SIX + MINUTE)

    assert stands() == [("lapsed", "stopped")]


def test_day_of_a_stopped_series_is_left_as_it_ended(waiting):
    recurring.stop(waiting, by=scene.planner(), at=NINE)

    assert lapsing.lapse(at=SIX) == []


def test_day_ends_where_the_sun_sets_last():
    scene.people(1)
    Audience.objects.create(name="both", countries=["KE", "SS"])
    approved(audience="both")
    tick(NINE)

    (one,) = Occurrence.objects.all()

    assert lapsing.ends(one) == SIX + timedelta(hours=1)  # Juba is an hour behind Nairobi


def test_day_that_comes_up_after_its_last_hour_is_left_out():
    scene.people(1)
    approved(at=time(17))

    tick(SIX + MINUTE)

    assert list(Occurrence.objects.values_list("state", "reason")) == [("skipped", "missed")]
