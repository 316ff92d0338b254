"""Blasts on a real database, through the real adapter, judged by what the network itself wrote down."""

from collections import Counter
from datetime import datetime, timedelta
from datetime import time as clock
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from analytics.models import Exposure
from campaigns import approval, leases, sending, settling
from campaigns.budget import NoMoney
from campaigns.models import Blast, Campaign, Chunk, Delivery, DeliveryResult, Fate, Notice
from campaigns.permits import Refused
from people import consent, identity
from people.countries import COUNTRIES
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


def sent(deployment: scene.Scene) -> Counter[str]:
    return Counter(number for number, _text, _reference in deployment.record())


def test_blast_reaches_each_person_exactly_once_with_the_frozen_text(deployment):
    scene.people(4700)
    scene.people(300, "ET", language="am")
    blast = scene.started(audience="all")

    scene.send(blast)

    texts = {(text.country, text.language): text.text for text in blast.texts.all()}
    expected = {(scene.number(n), texts["KE", "sw"]) for n in range(4700)}
    expected |= {(scene.number(n, "ET"), texts["ET", "am"]) for n in range(300)}
    assert {(number, text) for number, text, _ in deployment.record()} == expected
    assert len(deployment.record()) == 5000
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": 5000})


def test_every_reference_is_kept_with_its_own_delivery(deployment):
    scene.people(700)
    blast = scene.started()

    scene.send(blast)

    judged = {identity.token(f"tel:{number}"): ref for number, _text, ref in deployment.record()}
    assert scene.accepted_results(blast) == judged


def test_cost_is_what_the_provider_said(deployment):
    scene.people(10)
    scene.people(10, "ET", language="en")
    blast = scene.started(audience="all")

    scene.send(blast)

    assert sum(Chunk.objects.values_list("cost", flat=True)) == Decimal("33.0000")


# --- who is left out at the last moment ---------------------------------------------------------------


def test_stop_after_the_plan_is_honoured(deployment):
    scene.people(20)
    blast = scene.started()
    scene.journal_stop(7)

    scene.send(blast)

    assert set(sent(deployment)) == {scene.number(n) for n in range(20) if n != 7}
    left_out = Delivery.objects.get(token=scene.token(7))
    assert (left_out.get_state_display(), left_out.reason) == ("excluded", "suppressed")


def test_stop_between_lease_and_request_is_honoured(deployment):
    """The latest moment there is: the chunk is already in a worker's hands."""
    scene.people(3)
    blast = scene.started()
    lease = leases.claim(blast.pk)
    assert lease is not None
    scene.journal_stop(1)

    assert sending.stops_are_folded()
    people = leases.begin(lease)

    assert people is not None
    known = Delivery.objects.filter(pk__in=people).values_list("token", flat=True)
    assert sorted(known) == sorted([scene.token(0), scene.token(2)])


def test_opt_outs_that_another_process_is_folding_hold_the_request_back(deployment, monkeypatch):
    scene.people(1)
    scene.started()
    scene.journal_stop(0)
    monkeypatch.setattr(sending, "FOLD_PATIENCE", 0.1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO journal_marker (kind, entry) VALUES ('opt-out', 0)")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1 FROM journal_marker WHERE kind = 'opt-out' FOR UPDATE")

        assert not sending.stops_are_folded()
    finally:
        other.close()


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

    assert sent(deployment) == {scene.number(1): 1}
    assert Delivery.objects.get(token=scene.token(0)).reason == reason


def test_third_blast_in_a_week_is_not_sent_to_the_same_person(deployment):
    scene.people(2)
    blasts = [scene.started() for _ in range(3)]

    for blast in blasts:
        scene.send(blast)

    assert sent(deployment) == {scene.number(0): 2, scene.number(1): 2}
    assert scene.fates(blasts[2]) == {"excluded": 2}
    assert set(Delivery.objects.filter(blast=blasts[2]).values_list("reason", flat=True)) == {
        "frequency"
    }


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


# --- what the provider may answer -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "fates", "state"),
    [
        ({"cut": 1.0}, {"unsure": 5}, "done"),
        ({"garbage": 1.0}, {"unsure": 5}, "done"),
        ({"error": 1.0, "error_taken": 1.0}, {"unsure": 5}, "done"),
        ({"error": 1.0, "error_taken": 0.0}, {"unsure": 5}, "done"),
        ({"unnamed": 1.0}, {"unsure": 5}, "done"),
        ({"queued": 1.0}, {"accepted": 5}, "done"),
        ({"charset": True}, {"accepted": 5}, "done"),
        ({"codes": {"403": 1.0}}, {"refused": 5}, "done"),
        ({"codes": {"405": 1.0}}, {"retry": 5}, "paused"),
        ({"whole": "InvalidSenderId"}, {"retry": 5}, "paused"),
        ({"unauthorised": 1.0}, {"retry": 5}, "paused"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_answer_decides_the_fate(deployment, faults, fates, state):
    deployment.faults(**faults)
    scene.people(5)
    blast = scene.started()

    scene.send(blast)

    assert (scene.fates(blast), blast.state) == (fates, state)


def test_lost_answer_is_never_sent_again_by_itself(deployment):
    deployment.faults(cut=1.0, times=1)
    scene.people(5)
    blast = scene.started()

    scene.send(blast)
    scene.send(blast)

    assert sum(sent(deployment).values()) == 5
    assert scene.fates(blast) == {"unsure": 5}


def test_throttled_request_waits_as_long_as_asked_and_is_sent(deployment, quick_again):
    deployment.faults(throttle=1.0, times=1, retry_after=1)
    scene.people(5)
    blast = scene.started()
    began = timezone.now()

    scene.send_until(blast)

    assert timezone.now() - began >= timedelta(seconds=1)
    assert scene.fates(blast) == {"accepted": 5}
    assert sum(sent(deployment).values()) == 5


def test_connection_that_never_stood_is_tried_again(deployment, quick_again, settings):
    scene.people(5)
    blast = scene.started()
    settings.NETWORK_PORT = 1
    scene.forget_routes()
    scene.send(blast)
    assert scene.fates(blast) == {"retry": 5}

    settings.NETWORK_PORT = deployment.network.port
    scene.forget_routes()
    scene.send_until(blast)

    assert scene.fates(blast) == {"accepted": 5}


def test_number_is_given_up_after_as_many_tries_as_the_reason_allows(deployment, quick_again):
    deployment.faults(codes={"502": 1.0})
    scene.people(1)
    blast = scene.started()

    scene.send_until(blast)

    assert scene.fates(blast) == {"refused": 1}
    assert DeliveryResult.objects.count() == 2


def test_only_those_not_answered_are_in_the_second_request(deployment, quick_again):
    deployment.faults(codes={"500": 0.5})
    scene.people(40)
    blast = scene.started()
    scene.send(blast)
    first = sent(deployment)
    assert 0 < len(first) < 40

    deployment.faults()
    scene.send_until(blast)

    assert sent(deployment) == {scene.number(n): 1 for n in range(40)}


def test_refused_request_is_halved_until_the_number_that_spoils_it_stands_alone(
    deployment, quick_again
):
    deployment.faults(refuse=1.0, times=3)
    scene.people(8)
    blast = scene.started()

    scene.send_until(blast)

    fates = scene.fates(blast)
    assert fates == {"accepted": 8}
    assert sent(deployment) == {scene.number(n): 1 for n in range(8)}
    assert Chunk.objects.count() == 4


def test_text_that_is_refused_down_to_the_last_number_pauses_the_blast(deployment, quick_again):
    deployment.faults(refuse=1.0)
    scene.people(2)
    blast = scene.started()

    scene.send_until(blast, state="paused")

    assert blast.pause_reason == "request"
    assert deployment.record() == []


def test_blocked_number_becomes_an_opt_out(deployment):
    scene.people(2)
    deployment.network.control.opt_out({"number": scene.number(0), "sender": "NJIA"})
    blast = scene.started()

    scene.send(blast)

    assert scene.fates(blast) == {"refused": 1, "accepted": 1}
    stop = Person.objects.get(token=scene.token(0)).stop_token
    assert consent.suppressed([stop], "campaign") == {stop}


def test_higher_real_cost_pauses_the_blast(deployment):
    scene.people(1)
    blast = scene.started()
    blast.texts.update(per_part="0.5")

    scene.send(blast)

    assert (blast.state, blast.pause_reason) == ("paused", "cost")


# --- workers that die -----------------------------------------------------------------------------------


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


def test_emergency_campaign_rather_sends_twice_and_says_so(deployment, quick_again):
    Campaign.objects.create(code="flood", name="Flood", prefer_duplicates=True)
    deployment.faults(cut=1.0, times=1)
    scene.people(3)
    blast = scene.started(campaign="flood")

    scene.send_until(blast)

    assert sent(deployment) == {scene.number(n): 2 for n in range(3)}
    assert Notice.objects.filter(blast=blast, kind="duplicates-preferred").count() == 1


def test_second_sender_of_the_same_blast_leaves_at_once(deployment):
    scene.people(1)
    blast = scene.started()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [sending.SLOT, blast.pk])

        assert sending.run(blast.pk) == 0
    finally:
        other.close()
    assert deployment.record() == []


# --- the button ---------------------------------------------------------------------------------------


def test_unsure_are_sent_again_on_purpose_only(deployment):
    deployment.faults(cut=1.0, times=1)
    scene.people(3)
    blast = scene.started()
    scene.send(blast)

    people = sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())
    blast.refresh_from_db()
    scene.send(blast)

    assert people == 3
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": 3})
    assert sent(deployment) == {scene.number(n): 2 for n in range(3)}
    assert Notice.objects.get(kind="unsure-sent-again").text == "3"


def test_sending_again_stays_within_the_budget(deployment):
    deployment.faults(cut=1.0)
    scene.people(3)
    blast = scene.started(budget=Decimal(3))
    scene.send(blast)

    with pytest.raises(NoMoney, match="would go beyond the budget"):
        sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())


def test_sending_again_needs_the_approvers_permission(deployment):
    blast = scene.started()

    with pytest.raises(Refused):
        sending.resend_unsure(blast, by=scene.planner(), at=timezone.now())


# --- the ledger -----------------------------------------------------------------------------------------


def test_targeted_and_sent_are_counted_once_each(deployment):
    scene.people(3)
    blast = scene.started()

    scene.send(blast)
    Chunk.objects.update(unsettled=True, targeted=False)
    settling.tend()

    tiers = Counter(Exposure.objects.values_list("tier", flat=True))
    assert tiers == {"targeted": 3, "sent": 3}


def test_exposure_says_what_was_sent_where(deployment):
    scene.people(1, sex="female", district="Garissa", network="63902")
    blast = scene.started()

    scene.send(blast)

    row = Exposure.objects.get(tier="sent")
    assert (row.campaign, row.country, row.channel, row.item, row.language) == (
        ("always-on", "KE", "sms", blast.item, "sw")
    )
    assert (row.indicators, row.sex, row.district, row.network) == (
        ["3.3"],
        "female",
        "Garissa",
        "63902",
    )


def test_lost_answers_are_targeted_but_not_sent(deployment):
    deployment.faults(cut=1.0)
    scene.people(2)
    blast = scene.started()

    scene.send(blast)

    assert Counter(Exposure.objects.values_list("tier", flat=True)) == {"targeted": 2}
