"""What was purged when, as the page tells it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from people import purged, retention
from people.keeping import KINDS
from people.models import PurgeRun
from tests.people.made import NOON, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ran(code: str, *, back: int, rows: int = 0) -> None:
    at = NOON - back * DAY
    PurgeRun.objects.create(rule=code, day=at.date(), at=at, rows=rows)


def line(code: str) -> purged.Line:
    return dict(zip(KINDS, purged.lines(at=NOON), strict=True))[code]


def test_every_kind_has_a_line_before_anything_ran():
    lines = purged.lines(at=NOON)

    assert [one.name for one in lines] == [kind.name for kind in KINDS.values()]
    assert {(one.at, one.rows, one.late) for one in lines} == {(None, 0, False)}
    assert purged.standing(lines) == "No rule has run yet. The first run comes within an hour."


@pytest.mark.parametrize(("hours", "late"), [(23, False), (25, True)])
def test_rule_that_never_ran_is_late_a_day_after_the_installation(hours, late):
    installed = MigrationRecorder(connection).migration_qs.filter(app="people").earliest("applied")

    lines = purged.lines(at=installed.applied + timedelta(hours=hours))

    assert {one.late for one in lines} == {late}


def test_line_tells_the_last_run_and_the_rows_of_a_month():
    ran("people", back=40, rows=7)
    ran("people", back=29, rows=2)
    ran("people", back=0, rows=3)

    assert (line("people").at, line("people").rows, line("people").late) == (NOON, 5, False)


@pytest.mark.parametrize(("back", "late"), [(1, False), (2, True)])
def test_rule_that_did_not_run_for_a_day_is_late(back, late):
    ran("people", back=back)

    assert line("people").late is late


@pytest.mark.parametrize(
    ("code", "words"),
    [("people", "365 days"), ("parcels", "1 day"), ("answers", "1 hour"), ("left", "30 minutes")],
)
def test_period_is_told_in_words(code, words):
    assert line(code).age == words


def test_end_of_a_session_is_at_once():
    assert line("sessions").age == ""


def test_standing_is_one_sentence(monkeypatch):
    for code in KINDS:
        ran(code, back=0)
    assert purged.standing(purged.lines(at=NOON)) == "Every rule ran within the last day."

    PurgeRun.objects.filter(rule="people").update(at=NOON - 2 * DAY)
    assert purged.standing(purged.lines(at=NOON)).startswith("1 rule did not run")


def test_days_tell_what_went_and_when_nothing_ran():
    ran("people", back=3, rows=4)
    ran("lifted", back=3, rows=1)
    ran("people", back=1)
    ran("people", back=0, rows=2)

    days = purged.days(at=NOON)

    assert [(one.day.day, [rows for _, rows in one.gone], one.silent) for one in days] == [
        (2, [2], False),
        (28, [], True),
        (27, [1, 4], False),
    ]


def test_rule_of_before_keeps_its_code_for_a_name():
    ran("diaries", back=0, rows=1)

    assert purged.days(at=NOON)[0].gone == (("diaries", 1),)


def test_first_day_of_all_says_nothing_of_before():
    assert purged.days(at=NOON) == []


def test_real_purge_is_told():
    person(1)

    rules = [rule for rule in retention.RULES if rule.code == "people"]
    retention.purge(at=NOON + 366 * DAY, rules=rules)

    (day,) = purged.days(at=NOON + 366 * DAY)
    assert [(str(name), rows) for name, rows in day.gone] == [("numbers and profiles", 1)]
