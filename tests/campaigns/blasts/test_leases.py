"""A chunk's way: who is left out at the last moment, and what a worker's death leaves behind."""

from datetime import datetime, timedelta
from datetime import time as clock
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.blasts import approval, leases, sending, settling
from campaigns.models import Blast, Campaign, Chunk, Delivery, DeliveryResult, Fate, Notice
from people import consent
from people.countries import COUNTRIES
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def test_stop_after_the_plan_is_honoured(deployment):
    scene.people(20)
    blast = scene.started()
    scene.journal_stop(7)

    scene.send(blast)

    assert set(scene.sent(deployment)) == {scene.number(n) for n in range(20) if n != 7}
    left_out = Delivery.objects.get(token=scene.token(7))
    assert (left_out.get_state_display(), left_out.reason) == ("excluded", "suppressed")


def test_stop_between_lease_and_request_is_honoured(deployment):
    """The latest moment there is: the chunk is already in a worker's hands."""
    scene.people(3)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    scene.journal_stop(1)

    assert leases.begin(lease) is None  # the stop must be folded first
    consent.fold_opt_outs()
    people = leases.begin(lease)

    assert people is not None
    known = Delivery.objects.filter(pk__in=people).values_list("token", flat=True)
    assert sorted(known) == sorted([scene.token(0), scene.token(2)])


def test_opt_outs_that_another_process_is_folding_hold_the_request_back(deployment, monkeypatch):
    scene.people(1)
    blast = scene.started()
    scene.journal_stop(0)
    monkeypatch.setattr(sending, "FOLD_PATIENCE", 0.1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO journal_marker (kind, entry) VALUES ('opt-out', 0)")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1 FROM journal_marker WHERE kind = 'opt-out' FOR UPDATE")

        sending.run(blast.pk, seconds=0.5, threads=1)
    finally:
        other.close()
    assert deployment.record() == []
    assert Chunk.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"basis": None}, "no-consent"), ({"age_band": "under-18"}, "under-18"), (None, "erased")],
    ids=["consent withdrawn", "known to be a child", "erased"],
)
def test_whoever_may_no_longer_be_sent_to_is_left_out(deployment, change, reason):
    scene.people(2)
    blast = scene.started()
    somebody = Person.objects.filter(token=scene.token(0))
    somebody.update(**change) if change else somebody.delete()

    scene.send(blast)

    assert scene.sent(deployment) == {scene.number(1): 1}
    assert Delivery.objects.get(token=scene.token(0)).reason == reason


def test_third_blast_in_a_week_is_not_sent_to_the_same_person(deployment):
    scene.people(2)
    blasts = [scene.started() for _ in range(3)]

    for blast in blasts:
        scene.send(blast)

    assert scene.sent(deployment) == {scene.number(0): 2, scene.number(1): 2}
    assert scene.fates(blasts[2]) == {"excluded": 2}
    assert set(Delivery.objects.filter(blast=blasts[2]).values_list("reason", flat=True)) == {
        "frequency"
    }


def test_cap_of_the_blast_is_held_at_the_lease(deployment):
    scene.people(1)
    one, other = scene.started(), scene.started(cap=1)

    for blast in (one, other):
        scene.send(blast)

    assert scene.sent(deployment) == {scene.number(0): 1}
    assert Delivery.objects.get(blast=other).reason == "frequency"


def test_campaign_may_allow_more_messages(deployment):
    Campaign.objects.create(code="flood", name="Flood", cap=3)
    scene.people(1)

    for blast in [scene.started(campaign="flood") for _ in range(3)]:
        scene.send(blast)

    assert scene.sent(deployment) == {scene.number(0): 3}


def test_nothing_is_sent_in_quiet_hours_of_the_recipients_zone(deployment):
    scene.people(2)
    now = datetime.now(COUNTRIES["KE"].zone)
    quiet = (clock(0), clock(0, 0, 1)) if now.hour else (clock(12), clock(13))
    blast = scene.started(window=quiet)

    scene.send(blast)

    assert deployment.record() == []
    assert (blast.state, scene.fates(blast)) == ("running", {"planned": 2})


def test_hours_that_end_while_a_chunk_waits_for_its_turn_keep_it_from_leaving(deployment):
    scene.people(2)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    Blast.objects.update(window_from=clock(0), window_to=clock(0, 0, 0, 1))

    assert leases.begin(lease) is None


def test_paused_blast_sends_nothing_and_goes_on_when_resumed(deployment):
    scene.people(2)
    blast = scene.started()
    approval.pause(blast, by=scene.planner(), at=timezone.now())
    scene.send(blast)
    assert deployment.record() == []

    approval.resume(blast, by=scene.planner(), at=timezone.now())
    scene.send(blast)

    assert len(deployment.record()) == 2


def test_stop_while_sending_ends_it_within_seconds(deployment):
    deployment.faults(latency=0.3)
    scene.people(6000)
    blast = scene.started()
    lease_limit = 3

    sending.run(blast.pk, seconds=0.1, threads=lease_limit)
    approval.stop(blast, by=scene.planner(), at=timezone.now())
    scene.send(blast)

    gone = len(deployment.record())
    assert gone == lease_limit * 500
    assert scene.fates(blast) == {"accepted": gone, "excluded": 6000 - gone}


def test_expired_blast_leaves_the_rest_out(deployment):
    scene.people(3)
    blast = scene.started()
    Blast.objects.update(expires_at=timezone.now())

    scene.send(blast)

    assert deployment.record() == []
    assert (blast.state, scene.fates(blast)) == ("done", {"excluded": 3})
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"expired"}


def test_lease_that_was_not_begun_is_free_again_when_its_time_is_over(deployment):
    scene.people(2)
    blast = scene.started()
    leases.claim(blast.pk)
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))

    scene.send(blast)
    scene.send(blast)

    assert scene.fates(blast) == {"accepted": 2}


def test_request_that_began_and_was_never_answered_makes_its_people_unsure(deployment):
    scene.people(2)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    leases.begin(lease)
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))

    scene.send(blast)

    assert deployment.record() == []
    assert (blast.state, scene.fates(blast)) == ("done", {"unsure": 2})


def test_worker_that_slept_through_its_lease_adds_what_it_learnt(deployment):
    scene.people(2)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    people = leases.begin(lease)
    assert people is not None
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))
    scene.send(blast)

    rows = [leases.Row(delivery, Fate.ACCEPTED, f"ref-{delivery}") for delivery in people]
    assert not leases.commit(lease, rows, again=None)
    settling.tend()

    assert scene.fates(blast) == {"accepted": 2}


def test_worker_that_slept_through_its_lease_cannot_begin(deployment):
    scene.people(1)
    blast = scene.started()
    sleeper = leases.claim(blast.pk)
    assert sleeper is not None
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))
    leases.reclaim()
    leases.claim(blast.pk)

    assert leases.begin(sleeper) is None


def test_results_committed_twice_count_once(deployment):
    scene.people(2)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    people = leases.begin(lease)
    assert people is not None
    rows = [
        leases.Row(delivery, Fate.ACCEPTED, f"ref-{delivery}", Decimal(1)) for delivery in people
    ]

    leases.commit(lease, rows, again=None)
    leases.commit(lease, rows, again=None)

    chunk = Chunk.objects.get()
    assert (chunk.accepted, chunk.cost, DeliveryResult.objects.count()) == (2, Decimal(2), 2)


def test_dead_worker_of_an_emergency_campaign_has_its_people_tried_again(deployment):
    Campaign.objects.create(code="flood", name="Flood", prefer_duplicates=True)
    scene.people(2)
    blast = scene.started(campaign="flood")
    lease = leases.claim(blast.pk)
    assert lease is not None
    leases.begin(lease)
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))

    scene.send(blast)
    scene.send(blast)

    assert scene.sent(deployment) == {scene.number(0): 1, scene.number(1): 1}
    assert Notice.objects.filter(blast=blast, kind="duplicates-preferred").count() == 1


def test_result_that_came_back_after_the_stop_is_kept_and_the_rest_left_out(deployment):
    scene.people(2)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    people = leases.begin(lease)
    assert people is not None
    first, second = people
    approval.stop(blast, by=scene.planner(), at=timezone.now())

    rows = [leases.Row(first, Fate.ACCEPTED, "ref-1"), leases.Row(second, Fate.RETRY)]
    leases.commit(lease, rows, again=0.0)
    settling.tend()

    assert scene.fates(blast) == {"accepted": 1, "excluded": 1}
