"""A worker is killed while it reads a list: the file goes all the same, and a second import knows the first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people import importing, uploaded
from people.importing import Order
from people.models import ImportRun, Person
from tests.campaigns import scene
from tests.faults.field import Worker

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 60_000
LIST = ("phone\n" + "".join(f"07{10_000_000 + 37 * n}\n" for n in range(ROWS))).encode()


def accept() -> ImportRun:
    """A list that is to be imported at once."""
    run = uploaded.accept([LIST], Order("KE", "consent-form", "forms"), at=timezone.now())
    return ImportRun.objects.get(pk=run.pk)


def rows(run: ImportRun) -> int:
    run.refresh_from_db()
    return run.rows


def test_a_killed_import_leaves_no_file_and_can_be_done_again(workers):
    cut = accept()
    workers.append(worker := Worker("tests.faults.import_worker"))
    scene.wait_for(lambda: rows(cut) > 0 or worker.process.poll() is not None, seconds=60)
    worker.kill()
    added = rows(cut)
    assert 0 < added < ROWS
    assert uploaded.place(cut.pk).exists()

    uploaded.work_off(at=timezone.now() + timedelta(minutes=2))

    cut.refresh_from_db()
    assert (cut.state, cut.error) == ("failed", uploaded.CUT)
    assert list(importing.folder().glob(f"{cut.pk}.*")) == []
    again = accept()
    uploaded.work_off(at=timezone.now())
    again.refresh_from_db()
    assert (again.known, again.known + again.added) == (added, ROWS - sum(again.refused.values()))
    assert Person.objects.count() == again.known + again.added
