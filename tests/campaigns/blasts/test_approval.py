"""The life of a blast: who may do which step, and what stops it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import approval, settling
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.permits import Refused
from campaigns.blasts.routes import NoRoute
from campaigns.editions.edition import Kind
from campaigns.models import Blast, Campaign, Chunk, Notice
from tests.campaigns import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("deployment")]


def kinds(blast: Blast) -> list[str]:
    return list(Notice.objects.filter(blast=blast).order_by("pk").values_list("kind", flat=True))


def test_second_person_approves_and_it_is_noted():
    scene.people(1)

    blast = scene.approved()

    assert (blast.state, blast.approved_by) == ("approved", scene.approver())
    assert kinds(blast) == ["approved"]


def test_planner_may_not_approve_their_own_plan():
    both = scene.staff("amina", "plan_blast", "approve_blast")
    blast = scene.planned()

    with pytest.raises(Refused, match="Somebody else"):
        approval.approve(blast, by=both, at=timezone.now())
    assert Blast.objects.get().state == "planned"


def test_self_approval_needs_the_setting_and_is_noted(settings):
    settings.SELF_APPROVAL = True
    both = scene.staff("amina", "plan_blast", "approve_blast")

    blast = approval.approve(scene.planned(), by=both, at=timezone.now())

    assert kinds(blast) == ["self-approved"]


def test_approval_needs_the_permission():
    blast = scene.planned()

    with pytest.raises(Refused, match=r"lacks the permission campaigns\.approve_blast"):
        approval.approve(blast, by=scene.staff("chol", "plan_blast"), at=timezone.now())


def test_cost_above_the_budget_is_refused():
    scene.people(10)

    with pytest.raises(NoMoney, match=r"It may cost 8\.00 KES, the budget is 7"):
        scene.approved(budget=Decimal(7))


def test_campaign_budget_holds_for_its_blasts_together():
    scene.people(10)
    Campaign.objects.create(code="sea", name="The sea", budget=12, currency="KES")
    scene.approved(campaign="sea")

    with pytest.raises(NoMoney, match=r"the campaign has 4\.00 left"):
        scene.approved(campaign="sea")


def test_text_that_changed_since_the_plan_must_be_planned_again(deployment):
    scene.people(1)
    blast = scene.planned()
    deployment.publish(days=1, say="Ask for a contract.")

    with pytest.raises(Refused, match="changed since the plan in en/KE"):
        approval.approve(blast, by=scene.approver(), at=timezone.now())


def test_item_that_is_gone_since_the_plan_is_refused_in_words(deployment):
    scene.people(1)
    blast = scene.planned()
    scene.withdraw(deployment)

    with pytest.raises(Refused, match=r"Text or price changed since the plan in .*sw/KE"):
        approval.approve(blast, by=scene.approver(), at=timezone.now())


@pytest.mark.usefixtures("real_gateway")
def test_demonstration_edition_is_never_approved_for_a_real_gateway(deployment):
    deployment.publish(kind=Kind.LIVE)
    blast = scene.planned(gateways=("real",))
    deployment.retire()
    deployment.publish()

    with pytest.raises(NoRoute, match="No live edition is published"):
        approval.approve(blast, by=scene.approver(), at=timezone.now())


def test_each_step_is_taken_once():
    blast = scene.started()

    with pytest.raises(Refused, match=r"is running already: nothing was done"):
        approval.start(blast, by=scene.planner(), at=timezone.now())


@pytest.mark.parametrize(
    "step", [approval.start, approval.pause, approval.resume], ids=lambda s: s.__name__
)
def test_a_plan_alone_cannot_run(step):
    blast = scene.planned()

    with pytest.raises(Refused, match="is planned"):
        step(blast, by=scene.planner(), at=timezone.now())


def test_pause_and_resume():
    scene.people(1)
    blast = scene.started()

    approval.pause(blast, by=scene.planner(), at=timezone.now())
    assert blast.state == "paused"
    approval.resume(blast, by=scene.planner(), at=timezone.now())

    assert blast.state == "running"
    assert kinds(blast) == ["approved", "started", "paused", "resumed"]


def test_resume_before_its_time_waits_for_it():
    scene.people(1)
    blast = scene.approved(due_at=scene.later(60))
    approval.hold(blast, at=timezone.now(), reason="series")

    approval.resume(blast, by=scene.planner(), at=timezone.now())
    assert (blast.state, blast.pause_reason, blast.started_at) == ("approved", "", None)

    Blast.objects.update(due_at=timezone.now())
    assert approval.start_due() == 1


def test_approver_may_stop_but_not_start():
    blast = scene.approved()
    with pytest.raises(Refused):
        approval.start(blast, by=scene.approver(), at=timezone.now())

    approval.stop(blast, by=scene.approver(), at=timezone.now())

    assert blast.state == "stopped"


def test_stop_leaves_everybody_out_who_was_not_written_to():
    scene.people(4)
    blast = scene.started()

    approval.stop(blast, by=scene.planner(), at=timezone.now())
    settling.tend()

    assert scene.fates(blast) == {"excluded": 4}
    assert set(Chunk.objects.values_list("state", "reason")) == {("closed", "stopped")}


def test_approved_blast_starts_by_itself_when_due():
    scene.people(1)
    due = scene.approved(due_at=timezone.now() - timedelta(seconds=1))
    waits = scene.approved(due_at=scene.later(5))
    by_hand = scene.approved()

    assert approval.start_due() == 1

    states = [Blast.objects.get(pk=blast.pk).state for blast in (due, waits, by_hand)]
    assert states == ["running", "approved", "approved"]


def test_blast_past_its_life_cannot_start():
    blast = scene.approved()

    with pytest.raises(Refused, match="time is over"):
        approval.start(blast, by=scene.planner(), at=timezone.now() + timedelta(days=4))


def test_paused_blast_that_expires_leaves_the_rest_out():
    scene.people(2)
    blast = scene.started()
    approval.pause(blast, by=scene.planner(), at=timezone.now())
    Blast.objects.update(expires_at=timezone.now())

    settling.tend()

    blast.refresh_from_db()
    assert (blast.state, scene.fates(blast)) == ("done", {"excluded": 2})
