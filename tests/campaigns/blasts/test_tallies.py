"""Counts over every delivery: what they tell, when they are made again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.blasts import tallies
from campaigns.blasts.tallies import Charge, Group, Untold
from campaigns.models import Blast, Chunk, Delivery, DeliveryResult, Fate, Tally
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
FATES, COSTS = Tally.Kind.FATES, Tally.Kind.COSTS


def test_deliveries_are_counted_by_what_is_alike(deployment):
    scene.people(3, network="63902")
    scene.people(2, first=3, network="63903")
    blast = scene.planned()
    Delivery.objects.filter(network="63903").update(state=Fate.REFUSED, reason="no-route")

    assert tallies.count_fates(blast, at=timezone.now()) == [
        Group(Fate.PLANNED, "sim", "KE", "sw", "63902", "", False, 3),
        Group(Fate.REFUSED, "sim", "KE", "sw", "63903", "no-route", False, 2),
    ]


@pytest.mark.parametrize(
    ("state", "hours", "late"),
    [
        (Fate.ACCEPTED, 71, False),
        (Fate.ACCEPTED, 73, True),
        (Fate.BUFFERED, 73, True),
        (Fate.ABSENT, 73, False),
        (Fate.DELIVERED, 73, False),
        (Fate.UNSURE, 73, False),
        (Fate.REFUSED, 73, False),
    ],
)
def test_receipt_is_late_after_the_hours_of_its_gateway(deployment, state, hours, late):
    scene.people(1)
    blast = scene.planned()
    now = timezone.now()
    Chunk.objects.update(begun_at=now - timedelta(hours=hours))
    Delivery.objects.update(state=state)

    assert [one.late for one in tallies.count_fates(blast, at=now)] == [late]


def test_hours_are_the_gateways_setting(deployment, real_gateway, settings, tmp_path):
    file = tmp_path / "gateways.toml"
    text = file.read_text()
    file.write_text(text.replace('secret = "sim', 'receipt_hours = 5\nsecret = "sim', 1))
    scene.forget_routes()
    scene.people(1)
    blast = scene.planned()
    now = timezone.now()
    Chunk.objects.update(begun_at=now - timedelta(hours=6))
    Delivery.objects.update(state=Fate.SENT)

    assert [one.late for one in tallies.count_fates(blast, at=now)] == [True]


def test_charges_are_added_up_as_the_provider_said(deployment):
    scene.people(3, network="63902")
    scene.people(1, first=3, network="63903")
    blast = scene.started()

    scene.send(blast)

    assert tallies.count_charges(blast, at=timezone.now()) == [
        Charge("sim", "KE", "sw", "63902", "KES", 3, Decimal("2.4000")),
        Charge("sim", "KE", "sw", "63903", "KES", 1, Decimal("0.8000")),
    ]


def test_kept_count_is_shown_with_its_moment(deployment):
    scene.people(2)
    blast, then = scene.planned(), timezone.now()
    tallies.count(blast, FATES, at=then)
    Delivery.objects.update(state=Fate.DELIVERED)

    groups, at = tallies.fates(blast, at=scene.later(5))

    assert (groups, at) == ([Group(Fate.PLANNED, "sim", "KE", "sw", "", "", False, 2)], then)


def test_kept_charges_are_the_same_values(deployment):
    scene.people(2)
    blast = scene.started()
    scene.send(blast)
    counted = tallies.count_charges(blast, at=timezone.now())

    tallies.count(blast, COSTS, at=timezone.now())

    DeliveryResult.objects.all().delete()
    assert tallies.charges(blast, at=timezone.now()) == counted


def test_kept_count_of_untold_charges_is_the_same(deployment):
    scene.people(2)
    blast = scene.started()
    scene.send(blast)
    DeliveryResult.objects.update(cost=None)
    counted = tallies.untold(blast)

    tallies.count(blast, Tally.Kind.UNTOLD, at=timezone.now())

    DeliveryResult.objects.all().delete()
    assert counted == tallies.untold(blast) == [Untold("KE", "sw", 2)]


def test_what_was_never_counted_is_counted_now(deployment):
    scene.people(2)
    blast, now = scene.planned(), timezone.now()

    groups, at = tallies.fates(blast, at=now)

    assert ([one.people for one in groups], at) == ([2], now)
    assert Tally.objects.count() == 0


# --- when -----------------------------------------------------------------------------------------------


def begun(ago, *, state=Blast.State.RUNNING, **values):
    """A blast of one person, started so long before now."""
    scene.people(1)
    blast = scene.planned()
    now = timezone.now()
    Blast.objects.filter(pk=blast.pk).update(state=state, started_at=now - ago, **values)
    return Blast.objects.get(pk=blast.pk), now


def test_running_blast_is_counted_again_after_seconds(deployment):
    _blast, now = begun(timedelta(seconds=30))

    counts = [tallies.keep_up(at=now + timedelta(seconds=after)) for after in (0, 4, 6, 20, 31, 32)]

    assert counts == [3, 0, 1, 1, 3, 0]


def test_old_news_is_counted_seldom(deployment):
    day = timedelta(days=1)  # 86 400 seconds: every seven minutes
    _blast, now = begun(day, state=Blast.State.DONE, expires_at=timezone.now() + day)

    counts = [tallies.keep_up(at=now + timedelta(seconds=after)) for after in (0, 400, 440)]

    assert counts == [3, 0, 1]


def test_slow_count_takes_a_small_part_of_the_time(deployment):
    _blast, now = begun(timedelta(seconds=1))
    tallies.keep_up(at=now)
    Tally.objects.filter(kind=FATES).update(seconds=2.0)

    assert tallies.keep_up(at=now + timedelta(seconds=39)) == 2  # costs, whose counts were quick
    assert tallies.keep_up(at=now + timedelta(seconds=41)) == 1


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (Blast.State.RUNNING, 3),
        (Blast.State.PAUSED, 3),
        (Blast.State.DONE, 0),
        (Blast.State.STOPPED, 0),
    ],
)
def test_ended_blast_is_left_alone_once_no_receipt_can_come(deployment, state, counts):
    old = timezone.now() - timedelta(days=9)
    _blast, now = begun(timedelta(days=12), state=state, expires_at=old)

    assert tallies.keep_up(at=now) == counts


def test_plan_is_not_counted(deployment):
    scene.people(1)
    scene.planned()

    assert tallies.keep_up(at=timezone.now()) == 0
