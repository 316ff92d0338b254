"""Which entries somebody who audits sees: those asked for, of their countries, newest first, page by page."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from people import audit, auditors
from people.audit import Kind, note
from people.auditors import Sieve, entries, page, table
from people.models import AuditEntry, Staff
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return Staff.objects.create(username="reader", countries=["KE", "UG"])


def write(kind=Kind.EXPORT, *, by=None, what="reach", country="", at=NOON):
    note(kind, by=by, what=what, country=country, details={"rows": "1"}, at=at)


def seen(staff, **sieve):
    return [one.sequence for one in entries(staff, Sieve(**sieve))]


def test_newest_entries_come_first(reader):
    write()
    write()

    assert seen(reader) == [2, 1]


def test_acts_of_other_countries_are_out_of_sight(reader):
    for country in ("KE", "ET", "UG", ""):
        write(country=country)

    assert seen(reader) == [4, 3, 1]
    assert seen(Staff(username="root", is_superuser=True)) == [4, 3, 2, 1]


def test_entries_are_sieved(reader):
    amina = Staff.objects.create(username="Amina")
    write(Kind.REVEAL, by=amina, country="KE")
    write(Kind.EXPORT, by=amina, country="UG")
    write(Kind.REVEAL, by=reader)

    asked = [
        {"kind": "reveal"},
        {"name": "amin"},
        {"country": "UG"},
        {"kind": "reveal", "name": "AMINA"},
        {"kind": "keys"},
        {"country": "ET"},
    ]
    assert [seen(reader, **one) for one in asked] == [[3, 1], [2, 1], [2], [1], [], []]


def test_days_are_those_of_the_programme_both_included(reader):
    nairobi = [(1, 20, 59), (1, 21, 0), (2, 20, 59), (2, 21, 0)]  # UTC; midnight there is 21:00
    for day, hour, minute in nairobi:
        write(at=datetime(2026, 3, day, hour, minute, tzinfo=UTC))

    second = date(2026, 3, 2)
    asked = [{"first": second}, {"last": second}, {"first": second, "last": second}]
    assert [seen(reader, **one) for one in asked] == [[4, 3, 2], [3, 2, 1], [3, 2]]


def test_pages_follow_each_other_without_a_gap(reader, monkeypatch):
    monkeypatch.setattr(auditors, "PAGE", 2)
    for _ in range(5):
        write()
    found, turns, before = entries(reader, Sieve()), [], None
    while True:
        rows, before = page(found, before)
        turns.append([one.sequence for one in rows])
        if before is None:
            break
        write()  # somebody acts while the pages are turned

    assert turns == [[5, 4], [3, 2], [1]]


def test_full_page_that_is_the_last_leads_nowhere(reader, monkeypatch):
    monkeypatch.setattr(auditors, "PAGE", 2)
    write()
    write()

    assert page(entries(reader, Sieve()), None)[1] is None


def test_page_is_one_query(reader, django_assert_num_queries):
    for _ in range(20):
        write()

    with django_assert_num_queries(1):
        page(entries(reader, Sieve()), None)


def test_table_lets_an_auditor_count_by_hand(reader):
    write(what="one")
    write(what="two", at=NOON + timedelta(microseconds=7))

    header, *rows = [
        dict(zip(auditors.HEADER, row, strict=True)) for row in table(entries(reader, Sieve()))
    ]

    assert tuple(header) == auditors.HEADER
    assert [(row["sequence"], row["what"], row["at"]) for row in rows] == [
        (1, "one", "2026-03-02T12:00:00.000000+00:00"),
        (2, "two", "2026-03-02T12:00:00.000007+00:00"),
    ]
    assert rows[1]["previous"] == rows[0]["digest"]
    assert json.loads(str(rows[0]["details"])) == {"rows": "1"}
    assert rows[0]["line"] == audit.line(AuditEntry.objects.get(sequence=1))
