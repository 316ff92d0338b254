"""An uploaded list: previewed, confirmed once, private, and gone when its run is over."""

import os
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from people import importing, uploaded
from people.importing import Order
from people.lists import BadList
from people.models import ImportRun, Person
from tests.people.made import NOON, lines, workbook

pytestmark = pytest.mark.django_db


def accept(text):
    order = Order("KE", "consent-form", "forms", dry_run=True)
    return uploaded.accept([text.encode()], order, at=NOON)


def test_accept_previews_and_confirm_imports():
    made = accept(lines(0, 4))

    assert uploaded.work_off(at=NOON) == 1
    made.refresh_from_db()
    assert (made.state, made.added, Person.objects.count(), uploaded.place(made.pk).exists()) == (
        "done",
        4,
        0,
        True,
    )

    assert uploaded.confirm(made, at=NOON)
    uploaded.work_off(at=NOON)
    made.refresh_from_db()
    assert (made.state, made.dry_run, made.added, Person.objects.count()) == ("done", False, 4, 4)
    assert not uploaded.place(made.pk).exists()


def test_confirm_happens_once():
    made = accept(lines(0, 4))
    uploaded.work_off(at=NOON)

    assert [uploaded.confirm(made, at=NOON), uploaded.confirm(made, at=NOON)] == [True, False]


def test_accept_keeps_nothing_of_a_bad_list():
    with pytest.raises(BadList):
        accept("name\nx\n")

    assert ImportRun.objects.count() == 0
    assert list(uploaded.place(0).parent.glob("*.part")) == []


def test_uploaded_lists_are_private_and_removed_after_a_day():
    made = accept(lines(0, 4))
    file = uploaded.place(made.pk)
    changed = NOON.fromtimestamp(file.stat().st_mtime, NOON.tzinfo)

    assert file.stat().st_mode & 0o077 == 0
    uploaded.remove_left_files(at=changed + timedelta(hours=23))
    assert file.exists()
    uploaded.remove_left_files(at=changed + timedelta(hours=25))
    assert not file.exists()


def left(name, hours):
    """A file in the folder, written so many hours before NOON."""
    file = importing.folder() / name
    file.write_text("phone\n0711000001\n")
    moment = (NOON - timedelta(hours=hours)).timestamp()
    os.utime(file, (moment, moment))
    return file


@pytest.mark.parametrize(
    ("name", "hours", "stays"),
    [
        ("0123abcd0123abcd.part", 0.5, True),
        ("0123abcd0123abcd.part", 1.5, False),
        ("9999999.csv", 0.5, True),
        ("9999999.csv", 1.5, False),
    ],
)
def test_what_a_cut_upload_left_goes_within_the_hour(name, hours, stays):
    file = left(name, hours)

    uploaded.work_off(at=NOON)

    assert file.exists() == stays
    file.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("state", "dry_run", "hours", "stays"),
    [
        ("waiting", True, 23, True),
        ("waiting", False, 25, False),
        ("running", False, 99, True),
        ("done", True, 23, True),
        ("done", True, 25, False),
        ("done", False, 0.1, False),
        ("failed", True, 0.1, False),
        ("failed", False, 0.1, False),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "part"])
def test_a_file_stays_only_as_long_as_its_run_needs_it(state, dry_run, hours, stays, ending):
    run = ImportRun.objects.create(
        country="KE", basis="consent-form", state=state, dry_run=dry_run, started_at=NOON
    )
    file = left(f"{run.pk}.{ending}", hours)

    gone = uploaded.remove_left_files(at=NOON)

    assert (file.exists(), gone) == (stays, int(not stays))
    file.unlink(missing_ok=True)


def test_a_workbook_is_previewed_and_imported_like_a_list(tmp_path):
    book = workbook(tmp_path, [["phone", "sex"], [711000001, "f"], [711000002, "m"], ["x", "m"]])
    order = Order("KE", "consent-form", "forms", dry_run=True)
    made = uploaded.accept([book.read_bytes()], order, at=NOON)
    assert made.lines == 4

    uploaded.work_off(at=NOON)
    made.refresh_from_db()
    assert (made.state, made.added, made.refused, made.lines) == ("done", 2, {"letters": 1}, 5)
    assert uploaded.place(made.pk).read_text("utf-8").splitlines()[1] == "711000001,f"
    uploaded.confirm(made, at=NOON)
    uploaded.work_off(at=NOON)

    made.refresh_from_db()
    assert (made.state, made.added, Person.objects.count()) == ("done", 2, 2)
    assert list(importing.folder().glob(f"{made.pk}.*")) == []


def test_a_workbook_whose_rows_are_no_list_fails_with_what_to_do(tmp_path):
    book = workbook(tmp_path, [["name"], ["x"]])
    order = Order("KE", "consent-form", "forms", dry_run=True)
    made = uploaded.accept([book.read_bytes()], order, at=NOON)

    uploaded.work_off(at=NOON)

    made.refresh_from_db()
    assert (made.state, made.error.partition(",")[0]) == (
        "failed",
        "The first line must name the columns",
    )
    assert list(importing.folder().glob(f"{made.pk}.*")) == []


def test_work_off_reports_a_list_that_went_away():
    made = accept(lines(0, 4))
    uploaded.place(made.pk).unlink()

    uploaded.work_off(at=NOON)

    made.refresh_from_db()
    assert (made.state, made.error) == ("failed", "The file is gone.")


def running():
    """A run as a worker leaves it that was killed."""
    made = accept(lines(0, 4))
    ImportRun.objects.filter(pk=made.pk).update(state="running")
    return made


def test_a_run_whose_process_is_gone_is_given_up():
    made = running()

    uploaded.work_off(at=NOON + timedelta(minutes=5))

    made.refresh_from_db()
    assert (made.state, made.error, uploaded.place(made.pk).exists()) == (
        "failed",
        uploaded.CUT,
        False,
    )


def test_a_run_that_just_began_is_left_alone():
    made = running()

    assert uploaded.give_up_cut(at=NOON) == 0
    made.refresh_from_db()
    assert made.state == "running"


@pytest.mark.django_db(transaction=True)
def test_a_run_that_goes_on_elsewhere_is_left_alone():
    made = running()
    with psycopg.connect(**connection.get_connection_params()) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [importing.LOCKS, made.pk])

        assert uploaded.give_up_cut(at=NOON + timedelta(minutes=5)) == 0
