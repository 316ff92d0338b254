"""Figures of a blast while it goes and afterwards."""

from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import approval, reports, sending
from campaigns.models import Delivery, Price
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_progress_of_a_plan_is_nothing_yet(deployment):
    scene.people(10)

    told = reports.progress(scene.planned())

    assert (told.state, told.people, told.handled, told.percent) == ("planned", 10, 0, 0)
    assert (told.reserved, told.cost, told.minutes_left) == (Decimal(8), Decimal(0), 1)


def test_progress_in_the_middle(deployment):
    deployment.faults(latency=0.2)
    scene.people(2000)
    blast = scene.started()
    sending.run(blast.pk, seconds=0.1, threads=2)
    approval.pause(blast, by=scene.planner(), at=timezone.now(), reason="lunch")

    told = reports.progress(blast)

    assert (told.state, told.reason, told.handled, told.percent) == ("paused", "lunch", 1000, 50)
    assert (told.accepted, told.cost) == (1000, Decimal(800))


def test_progress_of_an_empty_blast_is_complete(deployment):
    assert reports.progress(scene.planned()).percent == 100


def test_states_add_up_to_the_people_of_the_plan(deployment):
    deployment.faults(codes={"403": 0.3, "500": 0.3})
    scene.people(60)
    blast = scene.started()

    scene.send(blast)

    states = reports.states(reports.networks(blast))
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

    told = reports.networks(blast)
    assert told == {"63902": {"accepted": 3}, "63903": {reports.SILENT: 2}}
    assert reports.states(told) == {"accepted": 3, reports.SILENT: 2}
    assert reports.report(blast).networks == told


def test_states_of_several_networks_are_added():
    by_network = {"63902": {"delivered": 2, "failed": 1}, "": {"delivered": 5}}

    assert reports.states(by_network) == {"delivered": 7, "failed": 1}
    assert reports.states({}) == {}
