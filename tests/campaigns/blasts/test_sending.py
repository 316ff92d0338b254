"""Blasts on a real database, through the real adapter, judged by what the network itself wrote down."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.blasts import sending
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.permits import Refused
from campaigns.models import Campaign, Chunk, DeliveryResult, Notice
from people import consent, identity
from people.models import Person
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_blast_keeps_to_its_own_rate_however_fast_the_gateway_is(deployment):
    scene.people(1500)
    blast = scene.started(rate=500)

    scene.send(blast, seconds=0.5)
    at_once = len(deployment.record())
    scene.send_until(blast)

    assert (at_once, len(deployment.record())) == (500, 1500)


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

    assert sum(scene.sent(deployment).values()) == 5
    assert scene.fates(blast) == {"unsure": 5}


def test_throttled_request_waits_as_long_as_asked_and_is_sent(deployment, quick_again):
    deployment.faults(throttle=1.0, times=1, retry_after=1)
    scene.people(5)
    blast = scene.started()
    began = timezone.now()

    scene.send_until(blast)

    assert timezone.now() - began >= timedelta(seconds=1)
    assert scene.fates(blast) == {"accepted": 5}
    assert sum(scene.sent(deployment).values()) == 5


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
    first = scene.sent(deployment)
    assert 0 < len(first) < 40

    deployment.faults()
    scene.send_until(blast)

    assert scene.sent(deployment) == {scene.number(n): 1 for n in range(40)}


def test_refused_request_is_halved_until_the_number_that_spoils_it_stands_alone(
    deployment, quick_again
):
    deployment.faults(refuse=1.0, times=3)
    scene.people(8)
    blast = scene.started()

    scene.send_until(blast)

    fates = scene.fates(blast)
    assert fates == {"accepted": 8}
    assert scene.sent(deployment) == {scene.number(n): 1 for n in range(8)}
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


def test_emergency_campaign_rather_sends_twice_and_says_so(deployment, quick_again):
    Campaign.objects.create(code="flood", name="Flood", prefer_duplicates=True)
    deployment.faults(cut=1.0, times=1)
    scene.people(3)
    blast = scene.started(campaign="flood")

    scene.send_until(blast)

    assert scene.sent(deployment) == {scene.number(n): 2 for n in range(3)}
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
    assert scene.sent(deployment) == {scene.number(n): 2 for n in range(3)}
    assert Notice.objects.get(kind="unsure-sent-again").text == "3"


def test_sending_again_stays_within_the_budget(deployment):
    deployment.faults(cut=1.0)
    scene.people(3)
    blast = scene.started(budget=Decimal(3))
    scene.send(blast)

    with pytest.raises(NoMoney, match="would go beyond the budget"):
        sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())


def test_sending_again_stays_within_the_campaigns_budget(deployment):
    deployment.faults(cut=1.0, times=1)
    scene.people(3)
    Campaign.objects.create(code="sea", name="The sea", budget=Decimal(5), currency="KES", cap=9)
    blast = scene.started(campaign="sea")
    scene.send(blast)
    scene.approved(campaign="sea")

    with pytest.raises(NoMoney, match=r"It may cost 2\.40 KES, the campaign has 0\.20 left"):
        sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())
    assert scene.sent(deployment) == {scene.number(n): 1 for n in range(3)}


def test_sending_again_needs_the_approvers_permission(deployment):
    blast = scene.started()

    with pytest.raises(Refused):
        sending.resend_unsure(blast, by=scene.planner(), at=timezone.now())
