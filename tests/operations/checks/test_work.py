"""Checks of the work behind the pages."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from campaigns.models import Tally
from journal.models import Dead, Entry, Marker
from people.keeping import KINDS
from people.models import PurgeRun
from tests.campaigns import scene
from tests.operations.checks.found import findings, said, wrong
from tests.operations.waiting import message, older

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_tasks():
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("now", "bulk")
        yield broker
        broker.delete("now", "bulk")


def test_beat_that_stands_still_is_told_since_when():
    never = findings("beat")
    Marker.objects.create(kind="hop")
    now = findings("beat")
    older(3600)
    (one,) = findings("beat")

    assert ([each.since for each in never], now) == ([None], [])
    assert one.since is not None
    assert timezone.now() - one.since == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=9))


def test_tasks_that_wait_are_told(no_tasks):
    no_tasks.lpush("bulk", message(timezone.now().timestamp() - 901))
    no_tasks.lpush("now", message(timezone.now().timestamp() - 5))

    (one,) = findings("queues")

    assert (one.about, one.values["tasks"]) == ("bulk", "1")


def test_entries_that_wait_are_told():
    Entry.objects.create(kind="hop", line="{}")
    Marker.objects.create(kind="hop")
    before = said("queues")
    older(130)

    assert before == []
    assert said("queues") == ["Entries hop of the journal that wait: 1, the oldest for 130 s."]


def test_lines_that_could_not_be_taken_up_are_told_by_kind():
    for kind in ("hop", "?", "hop"):
        Dead.objects.create(kind=kind, line="x", why="spoilt")

    assert said("journal") == [
        "Lines ? of the journal that could not be taken up and are kept: 1.",
        "Lines hop of the journal that could not be taken up and are kept: 2.",
    ]
    assert wrong("journal") == [False, False]


def test_rules_of_deletion_that_did_not_run_are_told():
    """The first run of all is due a day after the tables were made."""
    before = said("purges")
    at = timezone.now() + timedelta(days=2)
    for code in list(KINDS)[1:]:
        PurgeRun.objects.create(rule=code, day=at.date(), at=at)

    assert before == []
    assert said("purges", at=at) == ["Rules of deletion that did not run within the last day: 1."]


def test_messages_of_unknown_fate_are_told_as_counted_last(deployment):
    scene.people(2)
    blast = scene.started()
    alike = ["sim", "KE", "en", "", "", False]
    rows = [[2, *alike, 3], [2, "sim", "KE", "sw", "", "no-answer", False, 4], [60, *alike, 9]]
    Tally.objects.create(blast=blast, kind="fates", rows=rows, at=timezone.now(), seconds=0.1)

    assert said("unsure") == [
        f"Blast {blast.pk}, messages of which nobody knows whether they arrived: 7."
    ]
    assert said("unsure", at=blast.expires_at + timedelta(days=8)) == []
