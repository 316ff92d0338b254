"""A series sends again and again what was approved once, each day at most once, and nothing else."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from campaigns.blasts import approval, budget, freezing, planning, recurring, sending
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.permits import Refused
from campaigns.models import Audience, Blast, Chunk, Delivery, Occasion, Occurrence, Price, Series
from people.models import AuditEntry
from tests import editions
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]
NINE = datetime(2027, 3, 1, 6, tzinfo=UTC)  # in Nairobi
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BEFORE = NINE - DAY


def proposed(**changes) -> Series:
    return recurring.propose(scene.proposal(**changes), by=scene.planner(), at=BEFORE)


def approved(**changes) -> Series:
    return recurring.approve(proposed(**changes), by=scene.approver(), at=BEFORE)


def tick(at: datetime) -> list[str]:
    """As beat does; the reasons of those that now need a person."""
    found = recurring.tend(at=at)
    for blast in freezing.unfinished():
        freezing.freeze(blast)
    return [one.reason for one in [*found, *recurring.tend(at=at)]]


def came(series: Series) -> list[tuple[str, str, str]]:
    rows = Occurrence.objects.filter(series=series).order_by("day")
    return [(f"{one.day:%d}", one.state, one.reason) for one in rows]


# --- its own approval ------------------------------------------------------------------------------------


def test_nothing_comes_of_a_series_that_nobody_approved():
    proposed()

    assert (tick(NINE), Blast.objects.count()) == ([], 0)


def test_planner_does_not_approve_their_own(settings):
    both = scene.staff("amina", "plan_blast", "approve_blast")
    series = proposed()

    with pytest.raises(Refused, match="Somebody else"):
        recurring.approve(series, by=both, at=BEFORE)
    settings.SELF_APPROVAL = True
    assert recurring.approve(series, by=both, at=BEFORE).state == "approved"
    assert AuditEntry.objects.get(what=f"series {series.pk}").details["own plan"] == "yes"


def test_second_approval_does_nothing_and_says_so():
    series = approved()

    with pytest.raises(Refused, match=f"Series {series.pk} is approved: nothing was done"):
        recurring.approve(series, by=scene.approver("chol"), at=BEFORE)
    assert Series.objects.get().approved_by == scene.approver()


def test_fear_alone_needs_a_reason_once_for_all():
    scene.people(2)
    series = proposed(item=editions.DANGER)
    why = "Boats leave each night of this month."

    with pytest.raises(Refused, match="It only frightens"):
        recurring.approve(series, by=scene.approver(), at=BEFORE)
    recurring.approve(series, by=scene.approver(), at=BEFORE, override=why)
    tick(NINE)

    blast = Blast.objects.get()
    assert blast.state == "approved"
    assert blast.notices.get(kind="risk-only").text == why


def test_words_that_changed_before_the_approval_are_proposed_again(deployment):
    series = proposed()
    deployment.publish(days=1, say="Ask for a contract.")

    with pytest.raises(Refused, match="propose it again"):
        recurring.approve(series, by=scene.approver(), at=BEFORE)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"rhythm": "hourly"}, "no such rhythm"),
        ({"rhythm": "weekly"}, "days of the week"),
        ({"rhythm": "monthly", "month_day": 32}, "day of the month"),
        ({"rhythm": "before"}, "an occasion"),
        ({"ends": date(2027, 2, 1)}, "before its first"),
        ({"budget": Decimal(99)}, "must fit into"),
        ({"holdout": 60}, "half of the people"),
        ({"until_hour": time(8)}, "before the last hour"),
        ({"item": "nothing"}, "has no item"),
    ],
)
def test_proposal_that_can_never_be_is_refused(wish, said):
    with pytest.raises(planning.CannotPlan, match=said):
        proposed(**wish)


# --- each day once ---------------------------------------------------------------------------------------


def test_day_is_planned_shortly_before_its_hour_and_approved_by_the_series():
    scene.people(3)
    series = approved()

    assert (tick(NINE - 31 * MINUTE), Blast.objects.count()) == ([], 0)
    assert tick(NINE - 29 * MINUTE) == []

    blast = Blast.objects.get()
    assert (blast.state, blast.people, blast.due_at) == ("approved", 3, NINE)
    assert (blast.planned_by, blast.approved_by) == (scene.planner(), scene.approver())
    midnight = NINE.replace(hour=21) - timedelta(microseconds=1)
    assert (blast.window_from, blast.expires_at) == (time(9), midnight)
    assert [one.kind for one in blast.notices.all()] == ["approved-by-series"]
    assert came(series) == [("01", "approved", "")]


def test_however_often_beat_comes_a_day_is_one_blast():
    scene.people(1)
    series = approved()

    for minutes in range(-30, 60, 7):
        tick(NINE + minutes * MINUTE)

    assert (came(series), Blast.objects.count()) == ([("01", "approved", "")], 1)


def test_each_day_is_frozen_anew():
    scene.people(1)
    approved()
    tick(NINE)
    scene.people(2, first=1)

    tick(NINE + DAY)

    assert list(Blast.objects.order_by("pk").values_list("people", flat=True)) == [1, 3]


def test_what_dies_between_the_plan_and_the_freeze_is_taken_up_again():
    scene.people(1)
    series = approved()
    recurring.tend(at=NINE)
    recurring.tend(at=NINE + MINUTE)
    assert came(series) == [("01", "planned", "")]

    tick(NINE + 2 * MINUTE)

    assert (came(series), Blast.objects.get().state) == ([("01", "approved", "")], "approved")


def test_what_dies_inside_the_plan_leaves_neither_day_nor_blast(monkeypatch):
    series = approved()
    monkeypatch.setattr(Occurrence, "save", lambda *_a, **_k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        recurring.tend(at=NINE)
    monkeypatch.undo()

    assert (came(series), Blast.objects.count()) == ([], 0)
    tick(NINE)
    assert Blast.objects.count() == 1


def test_days_when_the_product_was_down_are_left_out_never_made_up():
    scene.people(1)
    series = approved()

    tick(NINE + 3 * DAY)

    skipped = [(day, "skipped", "missed") for day in ("01", "02", "03")]
    assert came(series) == [*skipped, ("04", "approved", "")]
    assert Blast.objects.count() == 1


@pytest.mark.parametrize(("minutes", "state"), [(119, "approved"), (121, "skipped")])
def test_late_within_the_grace_is_sent_later_is_not(minutes, state):
    scene.people(1)
    series = approved()

    tick(NINE + minutes * MINUTE)

    assert [row[1] for row in came(series)] == [state]


def test_series_ends_after_so_many_times():
    scene.people(1)
    series = approved(most=2)

    for days in range(4):
        tick(NINE + days * DAY)

    series.refresh_from_db()
    assert (Blast.objects.count(), series.state) == (2, "done")


def test_series_ends_after_its_last_day():
    scene.people(1)
    series = approved(rhythm="once")

    tick(NINE)

    series.refresh_from_db()
    assert (series.state, Blast.objects.get().state) == ("done", "approved")


# --- only what was approved --------------------------------------------------------------------------------


def changed_texts(deployment) -> None:
    deployment.publish(days=1, say="Ask for a contract.")


def changed_price(_deployment) -> None:
    Price.objects.filter(country="KE").update(per_part=Decimal("0.7"))


def changed_audience(_deployment) -> None:
    Audience.objects.filter(name="KE").update(languages=["sw"])


def gone_approver(_deployment) -> None:
    scene.approver().user_permissions.clear()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (changed_texts, "texts"),
        (changed_price, "texts"),
        (changed_audience, "audience"),
        (gone_approver, "refused"),
    ],
)
def test_what_is_not_as_approved_waits_for_a_person(deployment, change, reason):
    scene.people(1)
    series = approved()
    change(deployment)

    assert tick(NINE) == [reason]
    assert tick(NINE + MINUTE) == []

    blast = Blast.objects.get()
    assert (came(series), blast.state) == ([("01", "waiting", reason)], "planned")
    second = scene.approver("chol")
    assert approval.approve(blast, by=second, at=NINE).state == "approved"


def test_date_that_nobody_vouches_for_waits_for_a_person():
    scene.people(1)
    Occasion.objects.create(kind="exams", day="2027-03-08", source="invented")
    series = approved(rhythm="before", occasion="exams", days_before=7)

    assert tick(NINE) == ["unverified"]
    assert came(series) == [("01", "waiting", "unverified")]


def test_date_that_somebody_vouches_for_goes_by_itself():
    scene.people(1)
    Occasion.objects.create(kind="exams", day="2027-03-08", source="invented", verified=True)
    series = approved(rhythm="before", occasion="exams", days_before=7)

    tick(NINE)

    assert came(series) == [("01", "approved", "")]


def test_day_that_cannot_be_planned_is_put_down_with_why(deployment):
    series = approved()
    deployment.retire()

    assert tick(NINE) == ["not-planned"]
    assert Occurrence.objects.get(series=series).detail.startswith("No edition is published")


# --- money ---------------------------------------------------------------------------------------------------


def test_day_dearer_than_one_time_may_be_waits_for_a_person():
    scene.people(10)
    approved(budget_each=Decimal(7))

    assert tick(NINE) == ["refused"]
    assert "8" in Occurrence.objects.get().detail


def test_budget_of_all_is_never_exceeded():
    scene.people(10)
    series = approved(budget_each=Decimal(10), budget=Decimal(25))

    told = [tick(NINE + days * DAY) for days in range(3)]

    assert told == [[], [], ["refused"]]
    assert list(Blast.objects.order_by("pk").values_list("budget", flat=True)) == [10, 10, 5]
    assert budget.held_by(series.pk) == 25


def test_money_of_a_day_that_ended_cheaper_is_free_again():
    scene.people(10)
    series = approved(budget_each=Decimal(10), budget=Decimal(12))
    tick(NINE)
    Blast.objects.update(state="done")
    Chunk.objects.update(state="done", cost=Decimal(3))

    assert recurring.left(series) == 9


def test_ended_day_is_not_sent_again_with_money_of_the_next():
    scene.people(10)
    approved(budget_each=Decimal(16), budget=Decimal(20))
    tick(NINE)
    first = Blast.objects.get()
    Blast.objects.update(state="done")
    Chunk.objects.update(state="done")
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(state=2)
    tick(NINE + DAY)

    with pytest.raises(NoMoney, match="its series"):
        sending.resend_unsure(first, by=scene.approver(), at=NINE + DAY)


# --- brakes --------------------------------------------------------------------------------------------------


def test_pause_holds_what_is_under_way_and_days_that_pass_are_left_out():
    scene.people(1)
    series = approved()
    tick(NINE)

    recurring.pause(series, by=scene.planner(), at=NINE)
    tick(NINE + DAY + MINUTE)

    blast = Blast.objects.get()
    assert (blast.state, blast.pause_reason) == ("paused", "series")
    assert came(series) == [("01", "approved", ""), ("02", "skipped", "paused")]


def test_resumed_series_goes_on_without_making_anything_up():
    scene.people(1)
    series = approved()
    tick(NINE)
    recurring.pause(series, by=scene.planner(), at=NINE)

    recurring.resume(series, by=scene.planner(), at=NINE + MINUTE)
    tick(NINE + DAY)

    states = list(Blast.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["running", "approved"]


def test_frozen_day_of_a_paused_series_is_not_approved():
    scene.people(1)
    series = approved()
    recurring.tend(at=NINE)
    recurring.pause(series, by=scene.planner(), at=NINE)

    tick(NINE + MINUTE)

    assert Blast.objects.get().state == "planned"


def test_stop_ends_all_of_it_for_good():
    scene.people(1)
    series = approved()
    tick(NINE)

    recurring.stop(series, by=scene.approver(), at=NINE)
    tick(NINE + DAY)

    assert (series.state, [one.state for one in Blast.objects.all()]) == ("stopped", ["stopped"])
    with pytest.raises(Refused, match="nothing was done"):
        recurring.stop(series, by=scene.approver(), at=NINE)


def test_brake_of_another_country_is_refused():
    series = approved()
    stranger = scene.staff("chol", "plan_blast", countries=("UG",))

    for step in (recurring.pause, recurring.stop, recurring.resume):
        with pytest.raises(Refused, match="does not work for KE"):
            step(series, by=stranger, at=NINE)
