"""Each task wakes its rule, and beat wakes each task."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import app
from people import tasks, uploaded
from people.importing import Order
from people.models import Person, Rush
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db


def test_beat_wakes_every_task_of_people():
    due = {
        entry["task"]
        for entry in app.conf.beat_schedule.values()
        if entry["task"].startswith("people.")
    }

    assert due == {
        "people.tasks.fold_opt_outs",
        "people.tasks.fold_opt_ins",
        "people.tasks.fold_limited",
        "people.tasks.import_lists",
        "people.tasks.follow_erasures",
        "people.tasks.purge",
        "people.tasks.check_audit",
    }


def test_import_lists_reads_what_waits():
    uploaded.accept(
        [f"phone\n{number(1)}\n".encode()], Order("KE", "consent-form", "forms"), at=NOON
    )

    tasks.import_lists()

    assert Person.objects.count() == 1


def test_purge_removes_what_is_old():
    person(1, added_at=timezone.now() - timedelta(days=366))
    kept = person(2, added_at=timezone.now())

    tasks.purge()

    assert Person.objects.get() == kept


def test_fold_opt_outs_runs_on_an_empty_journal():
    tasks.fold_opt_outs()


def test_fold_limited_runs_on_an_empty_journal():
    tasks.fold_limited()

    assert Rush.objects.count() == 0
