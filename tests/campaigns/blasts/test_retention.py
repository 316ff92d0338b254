"""Deliveries lead to nobody once the donor's auditors are done; their counts stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import tasks
from campaigns.blasts import retention, settling
from campaigns.models import Blast, Delivery, DeliveryResult
from config.celery import app
from people.models import PurgeRun
from tests.campaigns import scene

pytestmark = pytest.mark.django_db(transaction=True)
YEARS = timedelta(days=7 * 365)


@pytest.fixture
def sent(deployment):
    """A blast to three people that is over."""
    scene.people(3)
    blast = scene.started()
    scene.send(blast)
    settling.tend()
    Blast.objects.update(state=Blast.State.DONE)
    return blast


def tokens() -> set[str]:
    return {token[:7] for token in Delivery.objects.values_list("token", flat=True)}


def test_tokens_and_references_go_after_seven_years(sent):
    before = scene.fates(sent)

    retention.purge(at=timezone.now() + YEARS + timedelta(days=1))

    assert tokens() == {"erased:"}
    assert len(set(Delivery.objects.values_list("token", flat=True))) == 3
    assert set(DeliveryResult.objects.values_list("reference", flat=True)) == {""}
    assert scene.fates(sent) == before


def test_tokens_stay_until_then(sent):
    retention.purge(at=timezone.now() + YEARS - timedelta(days=1))

    assert "erased:" not in tokens()


def test_blast_that_still_stands_keeps_its_tokens(sent):
    Blast.objects.update(state=Blast.State.PAUSED)

    retention.purge(at=timezone.now() + 2 * YEARS)

    assert "erased:" not in tokens()


def test_many_go_in_portions_and_once(sent, monkeypatch):
    monkeypatch.setattr("people.retention.SLICE", 2)
    late = timezone.now() + 2 * YEARS

    retention.purge(at=late)
    retention.purge(at=late)

    assert PurgeRun.objects.get(rule="deliveries").rows == 3


def test_beat_wakes_it(sent):
    tasks.purge_blasts()

    assert "campaigns.tasks.purge_blasts" in {
        one["task"] for one in app.conf.beat_schedule.values()
    }
    assert PurgeRun.objects.get(rule="deliveries").rows == 0
