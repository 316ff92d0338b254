"""Exports as jobs: made once, told on, cancelled, failed in words, kept for some days."""

import hashlib
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone, translation

from analytics import ledger, making, outside, refreshing
from analytics.exports import writing
from analytics.exports.gathering import Exclusion, Sources
from analytics.exports.kinds import KINDS
from analytics.models import ExportJob
from analytics.periods import parse
from analytics.turns import turn
from tests.analytics.books import close
from tests.analytics.ledgers import exposure, many

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
EIGHT = ["DJ", "ER", "ET", "KE", "SO", "SS", "SD", "UG"]
State = ExportJob.State


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def recorded():
    ledger.record(many(1_000, people=300))
    refreshing.refresh(at=NOW)


def asked(kind="long", period="2025", countries=EIGHT, at=NOW):
    return making.order(KINDS[kind], parse(period), countries=countries, by="a-staff", at=at)


def made(job: ExportJob, sources: Sources | None = None) -> ExportJob:
    making.work_off(sources=sources or Sources(), at=timezone.now())
    job.refresh_from_db()
    return job


# --- made ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["workbook", "long"])
def test_file_for_staff_is_made_and_told_of(recorded, kind):
    job = made(asked(kind))

    content = making.place(job).read_bytes()
    assert (job.state, job.fault) == (State.DONE, "")
    assert job.size == len(content) > 1_000
    assert job.digest == hashlib.sha256(content).hexdigest()
    assert job.rows > 100
    assert stat.S_IMODE(making.place(job).stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["dhis2", "iati", "hxl", "activityinfo"])
def test_file_that_leaves_is_made(kind):
    ledger.record([exposure(n) for n in range(40)])
    refreshing.refresh(at=NOW)
    close()
    outside.release("3.3", parse("2025-Q1"), by="amina", at=NOW)

    job = made(asked(kind, "2025-Q1"))

    assert (job.state, job.fault) == (State.DONE, "")
    assert job.rows > 0
    assert making.name(job) == f"njia-demonstration-{kind}-2025-Q1-{job.pk}.{KINDS[kind].suffix}"


def test_waiting_jobs_are_made_in_turn_and_once(recorded):
    jobs = [asked(), asked(period="2025-Q1")]

    assert making.work_off(sources=Sources(), at=NOW) == 2
    assert making.work_off(sources=Sources(), at=NOW) == 0
    assert {making.place(one).exists() for one in jobs} == {True}


def test_parts_of_rooms_above_are_asked_for_the_jobs_own_countries(recorded):
    heard: list[tuple[str, ...]] = []

    def exclusions(_period, countries):
        heard.append(tuple(countries))
        return [Exclusion("safe-way", "suppressed", "ended messages", 3)]

    made(asked("workbook", countries=["UG", "KE"]), Sources(exclusions=exclusions))

    assert heard == [("KE", "UG")]


def test_headings_are_in_the_language_of_who_asked(recorded):
    with translation.override("fr"):
        job = asked()

    assert job.language == "fr"


# --- not made -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["iati", "hxl", "activityinfo", "dhis2"])
def test_refusal_is_told_in_words_and_leaves_no_file(recorded, kind):
    job = made(asked(kind, "2025-Q1"))

    assert (job.state, job.fault) == (State.FAILED, "unreleased")
    assert str(making.WHY[job.fault]).startswith("No table of this period was released")
    assert list(making.folder().iterdir()) == []


def test_nobody_named_the_codes_elsewhere(settings):
    settings.EXPORTS_FILE = ""

    assert made(asked("dhis2")).fault == "unconfigured"


def test_broken_file_of_names_is_said_in_the_log(settings, tmp_path, caplog):
    settings.EXPORTS_FILE = str(tmp_path / "broken.toml")

    assert made(asked("iati")).fault == "unconfigured"
    assert [one.levelname for one in caplog.records] == ["ERROR"]


def test_place_that_takes_no_file_is_a_fault_of_its_own(recorded, caplog):
    job = asked()
    making.place(job).mkdir()  # nothing can be put in its place

    assert made(job).fault == "disk"
    assert [one.levelname for one in caplog.records] == ["ERROR"]


# --- cancelled, cut off -----------------------------------------------------------------------------------------


def test_waiting_job_is_cancelled_and_never_made():
    job = asked()

    assert making.cancel(job, at=NOW)
    assert made(job).state == State.CANCELLED
    assert not making.cancel(job, at=NOW)


def test_running_job_stops_at_its_next_word(recorded):
    job = asked()

    def exclusions(_period, _countries):
        making.cancel(job, at=NOW)
        return ()

    job.kind = "workbook"
    job.save()
    made(job, Sources(exclusions=exclusions))

    assert job.state == State.CANCELLED
    assert list(making.folder().iterdir()) == []


def test_job_of_a_worker_that_died_is_given_up():
    job = asked()
    running = {"state": State.RUNNING, "started_at": NOW}
    ExportJob.objects.filter(pk=job.pk).update(**running)
    making.place(job).with_suffix(".part").touch()

    assert making.give_up_cut(at=NOW + timedelta(seconds=30)) == 0
    assert making.give_up_cut(at=NOW + timedelta(minutes=2)) == 1
    job.refresh_from_db()
    assert (job.state, job.fault) == (State.FAILED, "cut")
    assert list(making.folder().iterdir()) == []


def elsewhere(work: Callable[[], object]) -> list[object]:
    """What another process would find: the work in a thread with a connection of its own."""
    found: list[object] = []

    def run() -> None:
        found.append(work())
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_only_one_worker_makes_exports():
    asked()

    with turn(making.LOCKS, making.ONE) as mine:
        assert mine
        assert elsewhere(lambda: making.work_off(sources=Sources(), at=NOW)) == [0]


@pytest.mark.django_db(transaction=True)
def test_job_that_is_at_work_is_not_given_up():
    job = asked()
    ExportJob.objects.filter(pk=job.pk).update(state=State.RUNNING, started_at=NOW)

    with turn(making.LOCKS, job.pk):
        found = elsewhere(lambda: making.give_up_cut(at=NOW + timedelta(hours=5)))

    assert found == [0]


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_it_is_made(indicators, monkeypatch):
    ledger.record(many(1_000, people=300))
    refreshing.refresh(at=NOW)
    monkeypatch.setattr(making, "PAUSE", 0)
    seen: list[object] = []

    class Watched(making._Progress):
        def __call__(self, rows: int, expected: int = 0) -> None:
            super().__call__(rows, expected)
            seen.extend(elsewhere(lambda: ExportJob.objects.get().percent))

    monkeypatch.setattr(making, "_Progress", Watched)

    made(asked())

    percents = [one for one in seen if isinstance(one, int)]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert len(set(percents)) > 5


# --- how long ------------------------------------------------------------------------------------------------------


def test_old_files_go_and_what_is_being_made_stays(recorded):
    old, new = made(asked()), made(asked(at=NOW + timedelta(days=3)))
    running = asked()
    ExportJob.objects.filter(pk=running.pk).update(state=State.RUNNING)
    stray = making.folder() / "999999.csv"
    stray.touch()

    assert making.purge(NOW + timedelta(days=1)) == 1

    assert set(ExportJob.objects.all()) == {new, running}
    assert [making.place(one).exists() for one in (old, new)] == [False, True]
    assert not stray.exists()


def test_every_kind_has_a_writer():
    assert set(writing.WRITERS) == set(KINDS)
