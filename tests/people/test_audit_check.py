"""The chain is counted again once a day, is held against every earlier link, and what was found is kept."""

import logging
from datetime import timedelta

import pytest

from people import audit, tasks
from people.audit import Kind, check, check_due, note
from people.models import AuditCheck, AuditEntry
from tests.people.audits import tamper, write
from tests.people.made import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_check_keeps_what_was_found():
    write(3)

    found = check(at=NOON)

    newest = f"3={AuditEntry.objects.get(sequence=3).digest}"
    assert (found.at, found.entries, found.newest, found.broken, found.differences) == (
        NOON,
        3,
        newest,
        0,
        [],
    )
    assert audit.newest_check() == found


def test_newest_link_is_logged_where_tables_do_not_reach(caplog):
    write(1)

    with caplog.at_level(logging.INFO, "people.audit"):
        link = check(at=NOON).newest

    assert caplog.messages == [f"The audit holds: 1 entries, newest link {link}"]


def test_broken_chain_is_an_error_in_the_log(caplog):
    write(2)
    tamper("UPDATE people_auditentry SET what = '' WHERE sequence = 1")

    found = check(at=NOON)

    said = "Entry 1: it is not what it was when it was written."
    assert (found.broken, found.differences) == (1, [said])
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("ERROR", f"The audit does not hold: 1 differences. {said}")
    ]


def test_entries_cut_off_since_a_check_stay_missing_ever_after():
    write(3)
    link = check(at=NOON).newest
    tamper("DELETE FROM people_auditentry WHERE sequence = 3")

    found = [check(at=NOON + day * DAY).differences for day in (1, 2)]

    assert found == [[f"Link {link}: it was noted and is not in the chain any more."]] * 2


def test_chain_made_anew_is_found():
    write(2)
    link = check(at=NOON).newest
    tamper("DELETE FROM people_auditentry")
    note(Kind.KEYS, by=None, what="nothing else", at=NOON)
    write(2)

    assert check(at=NOON + DAY).differences == [
        f"Link {link}: it was noted and is not in the chain any more."
    ]


def test_many_differences_are_counted_and_some_told():
    write(30)
    tamper("UPDATE people_auditentry SET what = ''")

    found = check(at=NOON)

    assert (found.broken, len(found.differences)) == (30, audit.SHOWN)


def test_check_is_due_once_a_day():
    due = [check_due(at=NOON + timedelta(hours=hour)) for hour in range(0, 49, 1)]

    assert [hour for hour, done in enumerate(due) if done] == [0, 23, 46]
    assert AuditCheck.objects.count() == 3


def test_task_checks():
    write(2)

    tasks.check_audit()

    assert AuditCheck.objects.get().entries == 2


def test_check_costs_the_same_statements_however_many_were_before(django_assert_num_queries):
    write(3)
    for day in range(10):
        check(at=NOON + day * DAY)

    with django_assert_num_queries(6):
        check(at=NOON + 20 * DAY)
