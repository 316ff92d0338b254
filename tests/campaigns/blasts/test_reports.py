"""Figures of a blast while it goes and afterwards."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import approval, reports, sending, tallies
from campaigns.blasts.tallies import Group
from campaigns.models import Blast, Chunk, Delivery, DeliveryResult, Fate, Price
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def counted(blast):
    return tallies.count_fates(blast, at=timezone.now())


def group(state, people, *, network="63902", reason="", late=False):
    return Group(state, "sim", "KE", "sw", network, reason, late, people)


def test_progress_of_a_plan_is_nothing_yet(deployment):
    scene.people(10)

    told = reports.progress(scene.planned(), at=timezone.now())

    assert (told.state, told.people, told.handled, told.percent) == ("planned", 10, 0, 0)
    assert (told.reserved, told.cost, told.minutes_left) == (Decimal(8), Decimal(0), 1)


def test_progress_in_the_middle(deployment):
    deployment.faults(latency=0.2)
    scene.people(2000)
    blast = scene.started()
    sending.run(blast.pk, seconds=0.1, threads=2)
    approval.pause(blast, by=scene.planner(), at=timezone.now(), reason="lunch")

    told = reports.progress(blast, at=timezone.now())

    assert (told.state, told.reason, told.handled, told.percent) == ("paused", "lunch", 1000, 50)
    assert (told.accepted, told.cost) == (1000, Decimal(800))


def test_progress_of_many_blasts_is_one_statement(deployment, django_assert_num_queries):
    scene.people(10)
    blasts = [scene.planned(), scene.planned()]

    with django_assert_num_queries(1):
        told = reports.progresses(blasts, at=timezone.now())

    assert {pk: one.people for pk, one in told.items()} == {blast.pk: 10 for blast in blasts}


def test_progress_of_an_empty_blast_is_complete(deployment):
    assert reports.progress(scene.planned(), at=timezone.now()).percent == 100


def test_states_add_up_to_the_people_of_the_plan(deployment):
    deployment.faults(codes={"403": 0.3, "500": 0.3})
    scene.people(60)
    blast = scene.started()

    scene.send(blast)

    states = reports.states(reports.networks(blast, counted(blast)))
    assert states == scene.fates(blast)
    assert sum(states.values()) == 60


def test_networks_without_receipts_have_a_state_of_their_own(deployment):
    scene.people(2, network="63903")
    scene.people(3, first=2, network="63902")
    blast = scene.planned()
    Price.objects.create(
        gateway="sim",
        country="KE",
        network="63903",
        per_part="0.8",
        currency="KES",
        valid_from=timezone.now(),
        receipts=False,
    )
    Delivery.objects.update(state=5)

    told = reports.networks(blast, counted(blast))
    assert told == {"63902": {"accepted": 3}, "63903": {reports.SILENT: 2}}
    assert reports.states(told) == {"accepted": 3, reports.SILENT: 2}
    assert reports.report(blast, counted(blast)).networks == told


def test_states_of_several_networks_are_added():
    by_network = {"63902": {"delivered": 2, "failed": 1}, "": {"delivered": 5}}

    assert reports.states(by_network) == {"delivered": 7, "failed": 1}
    assert reports.states({}) == {}


def test_rate_is_of_the_last_ten_seconds(deployment):
    scene.people(1500)
    blast = scene.started()
    now = timezone.now()
    sizes = dict(blast.chunks.values_list("pk", "people"))
    for chunk, ago in zip(sizes, (1, 5, 11), strict=False):
        moment = now - timedelta(seconds=ago)
        Chunk.objects.filter(pk=chunk).update(state=Chunk.State.DONE, committed_at=moment)

    told = reports.progress(blast, at=now)

    assert (told.handled, told.rate) == (1500, sum(list(sizes.values())[:2]) // 10)
    assert (told.ends_at, told.minutes_left) == (None, 0)


def test_time_left_goes_by_the_rate_of_now(deployment):
    scene.people(3000)
    blast = scene.started()
    now = timezone.now()
    first = blast.chunks.order_by("pk")[0]
    blast.chunks.filter(pk=first.pk).update(state=Chunk.State.DONE, committed_at=now)

    told = reports.progress(blast, at=now)

    rate = first.people / 10
    assert told.rate == rate
    assert told.ends_at is not None
    assert (told.ends_at - now).total_seconds() == pytest.approx((3000 - first.people) / rate, 0.01)


def test_nothing_is_left_of_an_ended_blast(deployment):
    scene.people(10)
    blast = scene.planned()
    Blast.objects.update(state=Blast.State.STOPPED)
    blast.refresh_from_db()

    told = reports.progress(blast, at=timezone.now())

    assert (told.ends_at, told.minutes_left) == (None, 0)


def test_failures_are_by_reason_and_network():
    groups = [
        group(Fate.DELIVERED, 50),
        group(Fate.ABSENT, 3, reason="absent"),
        group(Fate.FAILED, 2, reason="absent"),
        group(Fate.REFUSED, 4, network="63903", reason="no-route"),
        group(Fate.ACCEPTED, 9, reason="receipt"),
    ]

    assert reports.failures(groups) == {("absent", "63902"): 5, ("no-route", "63903"): 4}


def test_receipt_that_is_overdue_is_a_state_of_its_own(deployment):
    blast = scene.planned()
    groups = [group(Fate.SENT, 3, late=True), group(Fate.SENT, 2), group(Fate.DELIVERED, 5)]

    assert reports.networks(blast, groups) == {
        "63902": {reports.OVERDUE: 3, "sent": 2, "delivered": 5}
    }


def test_network_that_sends_no_receipt_is_never_overdue(deployment):
    blast = scene.planned()
    values = {"per_part": "0.8", "currency": "KES", "valid_from": timezone.now()}
    Price.objects.create(gateway="sim", country="KE", network="63902", receipts=False, **values)

    assert reports.networks(blast, [group(Fate.ACCEPTED, 3, late=True)]) == {
        "63902": {reports.SILENT: 3}
    }


def test_unsure_hold_what_they_may_have_cost(deployment):
    scene.people(4)
    blast = scene.planned()
    each = blast.texts.get(language="sw").each

    told = reports.report(blast, [group(Fate.UNSURE, 3), group(Fate.DELIVERED, 1)])

    assert (told.unsure, told.held) == (3, 3 * each)


def test_charges_that_nobody_told_stay_beside_those_of_unknown_fate(deployment):
    scene.people(4)
    blast = scene.started()
    scene.send(blast)
    DeliveryResult.objects.update(cost=None)
    Chunk.objects.update(cost=0)

    told = reports.report(blast, counted(blast))

    assert (told.cost, told.held, told.untold) == (Decimal(0), Decimal(0), Decimal("3.2"))
