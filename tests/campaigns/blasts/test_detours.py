"""Who goes onward to the next gateway when one cannot, and that nobody is lost or doubled on the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.blasts import detours, leases, pace, reports, routes, sending
from campaigns.models import Blast, Chunk, Delivery, DeliveryResult, Fate, Notice
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
BOTH, TURNED = ("sim", "other"), ("other", "sim")
SAFARICOM, AIRTEL = scene.SAFARICOM, scene.AIRTEL


def notices(blast: Blast) -> list[tuple[str, str]]:
    kept = Notice.objects.filter(blast=blast, kind__startswith="onward").order_by("kind", "text")
    return list(kept.values_list("kind", "text"))


def onward_rows(people: dict[int, str]) -> list[leases.Row]:
    return [leases.Row(one, Fate.RETRY, reason="no-route", onward=True) for one in people]


def claimed(blast: Blast) -> tuple[leases.Lease, dict[int, str]]:
    lease = leases.claim(blast.pk)
    assert lease is not None
    people = leases.begin(lease)
    assert people is not None
    return lease, people


# --- 407 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["407", "404"])
@pytest.mark.usefixtures("second")
def test_refused_for_the_route_goes_through_the_next_gateway_once(deployment, second, code):
    deployment.faults(codes={code: 1.0})
    scene.people(3, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    assert scene.through(deployment, second) == ({}, scene.once(0, 1, 2))
    assert scene.fates(blast) == {"accepted": 3}
    assert notices(blast) == [("onward-no-route", "sim")]


def test_who_has_no_other_gateway_is_refused_with_the_reason(deployment, second):
    deployment.faults(codes={"407": 1.0})
    scene.people(1, network=SAFARICOM)
    scene.people(1, first=1, network=AIRTEL)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    assert scene.fates(blast) == {"accepted": 1, "refused": 1}
    assert Delivery.objects.get(token=scene.token(1)).reason == "no-route"


def test_refused_by_every_gateway_is_refused(deployment, second):
    for one in (deployment, second):
        one.faults(codes={"407": 1.0})
    scene.people(2, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    assert scene.fates(blast) == {"refused": 2}
    assert scene.through(deployment, second) == ({}, {})


def test_wrong_number_does_not_go_onward(deployment, second):
    deployment.faults(codes={"403": 1.0})
    scene.people(2, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    assert (scene.fates(blast), scene.sent(second)) == ({"refused": 2}, {})


@pytest.mark.usefixtures("second")
def test_money_and_people_add_up_after_a_detour(deployment):
    deployment.faults(codes={"407": 0.5})
    scene.people(40, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    told = reports.progress(blast, at=timezone.now())
    assert (told.people, told.handled, told.accepted) == (40, 40, 40)
    assert sum(Chunk.objects.values_list("people", flat=True)) == 40


# --- an account that needs somebody -------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [{"codes": {"405": 1.0}}, {"whole": "InvalidSenderId"}, {"unauthorised": 1.0}],
    ids=["balance", "sender", "credentials"],
)
def test_account_that_needs_somebody_is_left_and_nothing_pauses(deployment, second, faults):
    deployment.faults(**faults)
    scene.people(250, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    assert scene.through(deployment, second) == ({}, scene.once(*range(250)))
    assert notices(blast) == [("onward-account", "sim")]


def test_blast_pauses_where_somebody_has_no_other_gateway(deployment, second):
    deployment.faults(codes={"405": 1.0})
    scene.people(2, network=SAFARICOM)
    scene.people(2, first=2, network=AIRTEL)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast, state="paused")

    assert (blast.pause_reason, scene.fates(blast).get("refused")) == ("balance", None)


def test_only_who_was_surely_not_sent_to_leaves_a_half_empty_account(deployment, second):
    deployment.faults(codes={"405": 0.5})
    scene.people(60, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)

    scene.send_until(blast)

    first, other = scene.through(deployment, second)
    assert 0 < len(first) < 60
    assert {**first, **other} == scene.once(*range(60))
    assert len(first) + len(other) == 60


# --- silence ------------------------------------------------------------------------------------------


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Open the first gateway's breaker, which is too long at once."""
    monkeypatch.setattr(detours, "TOO_LONG", 0.0)

    def opened() -> None:
        gateway = routes.gateway("sim")
        own = pace.of(gateway.name, gateway.sender, gateway.rate)
        for _ in range(pace.TRIP):
            own.failed()

    return opened


def test_who_waits_for_a_gateway_that_does_not_answer_goes_through_the_next(
    deployment, second, down
):
    scene.people(250, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    down()

    scene.send_until(blast)

    assert scene.through(deployment, second) == ({}, scene.once(*range(250)))
    assert notices(blast) == [("onward-silent", "sim")]


def test_breaker_that_opened_just_now_moves_nobody(second, down, monkeypatch):
    monkeypatch.setattr(detours, "TOO_LONG", 60.0)
    scene.people(2, network=SAFARICOM)
    scene.started(gateways=BOTH)
    down()

    assert detours.leave_silent() == 0
    assert Chunk.objects.get().gateway == "sim"


def test_what_was_begun_or_is_unsure_stays_with_its_gateway(second):
    scene.people(300, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    lost, people = claimed(blast)
    leases.commit(lost, [leases.Row(one, Fate.UNSURE) for one in people], again=None)
    begun, _people = claimed(blast)

    assert detours.leave(blast.pk, "sim", why=detours.SILENT)

    kept = Chunk.objects.filter(gateway="sim").order_by("pk").values_list("pk", "state", "people")
    assert list(kept) == [(lost.chunk, "done", 100), (begun.chunk, "begun", 100)]
    assert Chunk.objects.get(gateway="other").people == 100


def test_sender_of_the_next_gateway_is_not_held_up_by_a_slow_first_one(deployment, second):
    scene.people(100, network=AIRTEL)
    scene.people(50, first=100, network=SAFARICOM)
    blast = scene.started(gateways=TURNED)
    gateway = routes.gateway("sim")
    pace.of(gateway.name, gateway.sender, gateway.rate).hold(30)

    scene.send(blast, seconds=2.0)

    assert scene.through(deployment, second) == ({}, scene.once(*range(100, 150)))


# --- death between the steps --------------------------------------------------------------------------


def test_killed_before_the_detour_is_written_nobody_is_sent_twice(deployment, second):
    scene.people(3, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    claimed(blast)  # and then the worker dies
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))

    scene.send_until(blast)

    assert scene.fates(blast) == {"unsure": 3}
    assert scene.through(deployment, second) == ({}, {})


def test_killed_after_the_detour_was_written_everybody_goes_through_the_next(deployment, second):
    scene.people(3, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    lease, people = claimed(blast)
    leases.commit(lease, onward_rows(people), again=None, road=routes.onward(lease.onward))

    scene.send_until(blast)

    assert scene.fates(blast) == {"accepted": 3}
    assert scene.through(deployment, second) == ({}, scene.once(0, 1, 2))


def test_detour_written_twice_counts_once(second):
    scene.people(3, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    lease, people = claimed(blast)
    road = routes.onward(lease.onward)

    leases.commit(lease, onward_rows(people), again=None, road=road)
    leases.commit(lease, onward_rows(people), again=None, road=road)

    assert sorted(Chunk.objects.values_list("gateway", "people")) == [("other", 3), ("sim", 0)]
    assert DeliveryResult.objects.count() == 3


def test_worker_that_slept_says_refused_since_it_may_send_nobody_onward(deployment, second):
    scene.people(2, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    lease, people = claimed(blast)
    Chunk.objects.update(until=timezone.now() - timedelta(seconds=1))
    leases.reclaim()

    held = leases.commit(lease, onward_rows(people), again=None, road=routes.onward(lease.onward))
    scene.send_until(blast)

    assert (held, scene.fates(blast)) == (False, {"refused": 2})
    assert scene.through(deployment, second) == ({}, {})


def test_receipt_after_a_detour_is_of_the_gateway_that_took_it(deployment, second):
    deployment.faults(codes={"407": 1.0})
    scene.people(1, network=SAFARICOM)
    blast = scene.started(gateways=BOTH)
    scene.send_until(blast)
    ((token, reference),) = scene.accepted_results(blast).items()

    scene.journal_receipt(reference, token, g="other")
    scene.fold()

    assert scene.fates(blast) == {"delivered": 1}


# --- the button ---------------------------------------------------------------------------------------


def test_unsure_are_sent_again_through_the_gateway_of_before(deployment, second):
    second.faults(cut=1.0, times=1)
    scene.people(2, network=SAFARICOM)
    blast = scene.started(gateways=TURNED)
    scene.send(blast)

    sending.resend_unsure(blast, by=scene.approver(), at=timezone.now())
    scene.send_until(blast)

    assert scene.through(deployment, second) == ({}, {scene.number(0): 2, scene.number(1): 2})
