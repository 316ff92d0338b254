"""The doors of beat and the workers: a lost message is a delay, never a loss."""

import pytest
import redis
from django.conf import settings

from campaigns import tasks
from campaigns.blasts import freezing
from campaigns.models import Alert, Blast, Edition
from config.celery import app
from tests.campaigns import living, scene

pytestmark = pytest.mark.django_db(transaction=True)


def queued() -> int:
    return int(redis.Redis.from_url(settings.REDIS_URL).llen("bulk"))


def test_tick_wakes_a_sender_for_each_blast_that_has_something_to_send(deployment):
    scene.people(2)
    first, second = scene.started(), scene.started()
    scene.send(first)

    app.set_current()
    tasks.tick()

    assert queued() == 1
    assert second.state == "running"


def test_blast_goes_from_due_to_done_by_ticks_alone(deployment):
    scene.people(5)
    blast = scene.approved(due_at=scene.later(-1))

    app.set_current()
    for _ in range(2):
        tasks.tick()
        tasks.send(blast.pk)

    tasks.tick()
    blast.refresh_from_db()
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": 5})


def test_tick_takes_up_a_freeze_that_was_interrupted(deployment):
    scene.people(5)
    blast = scene.planned()
    Blast.objects.update(frozen_at=None)

    app.set_current()
    tasks.tick()

    assert freezing.unfinished() == []
    assert Blast.objects.get(pk=blast.pk).people == 5


def test_fold_receipts_takes_all_there_are(deployment):
    scene.people(3)
    blast = scene.started()
    scene.send(blast)
    for token, reference in scene.accepted_results(blast).items():
        scene.journal_receipt(reference, token)

    tasks.fold_receipts()

    assert scene.fates(blast) == {"delivered": 3}


def test_beat_takes_out_what_lapsed_and_tells_staff(settings, tmp_path):
    settings.DATA = tmp_path
    Edition.objects.create(
        hash="ab", kind="live", body="", lapses_on="2026-01-01", published_at=scene.later(0)
    )

    tasks.refill_lapsed()

    assert list(Alert.objects.values_list("thing", "code")) == [("edition", "ab")]


def test_beat_warns_of_what_expires():
    day = scene.later(0).date()
    living.entry("KE-01", "0000 7101", "child", until=day)

    tasks.warn()
    tasks.warn()

    assert list(Alert.objects.values_list("thing", "code", "days")) == [("number", "KE-01", 0)]
