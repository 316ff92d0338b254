"""What the journal forgets, and what it must keep."""

from datetime import UTC, datetime, timedelta

import pytest

from journal.models import Dead, Entry, Marker
from journal.retention import forget, scrub

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE = NOW - timedelta(days=7)


def store(kind: str, *, days: int) -> int:
    return Entry.objects.create(kind=kind, line="{}", stored_at=NOW - timedelta(days=days)).pk


def test_forget_removes_old_folded_entries_in_batches() -> None:
    old = [store("hop", days=9) for _ in range(7)]
    fresh = store("hop", days=1)
    Marker.objects.create(kind="hop", entry=fresh)

    assert forget(BEFORE, batch=3) == len(old)
    assert list(Entry.objects.values_list("pk", flat=True)) == [fresh]


def test_forget_keeps_what_nobody_folded_yet() -> None:
    folded, waiting = store("hop", days=9), store("hop", days=9)
    Marker.objects.create(kind="hop", entry=folded)
    never = store("sms", days=9)

    assert forget(BEFORE) == 1
    assert list(Entry.objects.order_by("pk").values_list("pk", flat=True)) == [waiting, never]


def test_forget_removes_old_lines_that_are_only_counted() -> None:
    store("gap", days=9)
    store("error", days=9)

    assert forget(BEFORE) == 2


def test_forget_removes_old_dead_lines() -> None:
    Dead.objects.create(kind="hop", line="x", why="y", stored_at=NOW - timedelta(days=9))
    Dead.objects.create(kind="hop", line="x", why="y", stored_at=NOW)

    assert forget(BEFORE) == 1
    assert Dead.objects.count() == 1


def test_scrub_removes_folded_lines_with_the_word_and_older_than_its_time() -> None:
    def said(word: str, *, days: int) -> int:
        stored = NOW - timedelta(days=days)
        return Entry.objects.create(kind="hop", line=f'{{"t":"{word}"}}', stored_at=stored).pk

    gone = said("t1.a_na", days=3)
    other, later = said("t1.aXna", days=3), said("t1.a_na", days=1)
    Marker.objects.create(kind="hop", entry=later)
    unfolded = said("t1.a_na", days=3)

    assert scrub({"t1.a_na": NOW - timedelta(days=2)}) == 1
    assert gone not in (left := list(Entry.objects.order_by("pk").values_list("pk", flat=True)))
    assert left == [other, later, unfolded]


def test_scrub_reaches_lines_that_were_set_aside() -> None:
    for word, days in (("t1.anna", 3), ("t1.anna", 1), ("t1.bea", 3)):
        stored = NOW - timedelta(days=days)
        Dead.objects.create(kind="send-me", line=f'{{"t":"{word}"}}', why="y", stored_at=stored)

    assert scrub({"t1.anna": NOW - timedelta(days=2)}) == 1
    assert Dead.objects.count() == 2
