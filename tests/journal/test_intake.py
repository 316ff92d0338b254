"""Taking from the journal: once, in order, in one transaction with what the fold writes."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.house import conninfo as of
from journal import intake
from journal.intake import take
from journal.models import Dead, Entry, Marker
from journal.shipper import Shipper
from journal.writer import Journal

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def store(*lines: str, kind: str = "hop") -> None:
    Entry.objects.bulk_create(Entry(kind=kind, line=line) for line in lines)


def entry(number: int) -> str:
    return json.dumps({"at": 1_700_000_000.5, "number": number})


def taken(kind: str = "hop", limit: int = 5000) -> list[int]:
    with take(kind, limit) as entries:
        return [found.body["number"] for found in entries]


def test_take_gives_each_entry_once_in_order() -> None:
    store(entry(1), entry(2))

    assert [taken(), taken()] == [[1, 2], []]


def test_take_gives_what_came_after_the_last_time() -> None:
    store(entry(1))
    taken()
    store(entry(2))

    assert taken() == [2]


def test_take_reads_the_time_as_aware_utc() -> None:
    store(entry(1))

    with take("hop") as entries:
        assert entries[0].at == datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC)


def test_take_keeps_kinds_apart() -> None:
    store(entry(1), kind="hop")
    store(entry(2), kind="end")

    assert (taken("end"), taken("hop")) == ([2], [1])


def test_take_gives_no_more_than_the_limit() -> None:
    store(*(entry(number) for number in range(5)))

    assert [taken(limit=2), taken(limit=2), taken(limit=2)] == [[0, 1], [2, 3], [4]]


def test_take_gives_entries_again_when_the_fold_failed() -> None:
    store(entry(1))

    def fold() -> None:
        with take("hop"):
            Dead.objects.create(kind="x", line="", why="the fold's own write")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fold()

    assert taken() == [1]
    assert not Dead.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "no json",
        "[]",
        "7",
        '{"no":"time"}',
        '{"at":"noon"}',
        '{"at":NaN}',
        '{"at":1e99}',
        "[" * 9999,
    ],
)
def test_take_sets_aside_what_is_no_entry_and_goes_on(line: str) -> None:
    store(entry(1), line, entry(2))

    assert taken() == [1, 2]
    assert list(Dead.objects.values_list("kind", "line")) == [("hop", line)]
    assert taken() == []


def test_set_aside_keeps_an_entry_the_fold_cannot_use() -> None:
    store(entry(1))

    with take("hop") as entries:
        intake.set_aside(entries[0], "no session")

    assert list(Dead.objects.values_list("line", "why")) == [(entry(1), "no session")]


def test_drop_removes_what_was_taken_and_the_next_is_still_given() -> None:
    store(entry(1), entry(2))
    with take("hop", 1) as entries:
        intake.drop(entries)

    assert Entry.objects.count() == 1
    assert taken() == [2]


def test_dropped_entries_come_back_when_the_fold_failed() -> None:
    store(entry(1))

    def failing(_limit: int) -> int:
        with take("hop") as entries:
            intake.drop(entries)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        intake.fold("hop", failing, 10)

    assert taken() == [1]


def test_take_shows_that_somebody_looked_even_when_nothing_came() -> None:
    taken()

    assert Marker.objects.get(kind="hop").entry == 0


@pytest.mark.django_db(transaction=True)
def test_take_leaves_a_kind_alone_while_another_folder_is_at_it() -> None:
    store(entry(1))
    taken()
    store(entry(2))

    def elsewhere() -> list[int]:
        try:
            return taken()
        finally:
            connections.close_all()

    with take("hop") as entries, ThreadPoolExecutor(1) as pool:
        other = pool.submit(elsewhere).result(10)

    assert ([found.body["number"] for found in entries], other) == ([2], [])


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(bodies=st.lists(st.dictionaries(TEXT, JSON, max_size=3), min_size=1, max_size=6))
@pytest.mark.django_db(transaction=True)
def test_any_body_passes_file_table_and_take(
    bodies: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"))
    shipper = Shipper(journal, of(connection.settings_dict))
    for body in bodies:
        journal.append("chat", {**body, "at": 1.5})

    shipper.ship_once()

    with take("chat") as entries:
        assert [found.body for found in entries] == [clean({**body, "at": 1.5}) for body in bodies]
    shipper.stop()


def clean(value: Any) -> Any:
    """What a column can hold of a value: everything but NUL and lone surrogates."""
    if isinstance(value, str):
        return "".join(c for c in value if c != "\0" and not 0xD800 <= ord(c) <= 0xDFFF)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(name): clean(item) for name, item in value.items()}
    return value


# --- an entry that no column takes ------------------------------------------------------------------


def narrow(limit: int) -> int:
    """A fold that breaks where a number is too large for its column."""
    with take("hop", limit) as entries, connection.cursor() as cursor:
        for found in entries:
            cursor.execute("SELECT %s::smallint", [found.body["number"]])
            folded.append(found.body["number"])
        return len(entries)


folded: list[int] = []


def test_entry_that_no_column_takes_holds_up_nobody() -> None:
    folded.clear()
    store(*(entry(number) for number in (1, 2, 99_999, 3, 4)))

    while intake.fold("hop", narrow, 4):
        pass

    assert sorted(set(folded)) == [1, 2, 3, 4]
    assert [json.loads(dead.line)["number"] for dead in Dead.objects.all()] == [99_999]


def test_fault_of_the_fold_itself_costs_no_entry() -> None:
    def faulty(limit: int) -> int:
        with take("hop", limit) as entries:
            raise ZeroDivisionError(len(entries))

    store(entry(1))
    with pytest.raises(ZeroDivisionError):
        intake.fold("hop", faulty, 4)

    assert (taken(), Dead.objects.count()) == ([1], 0)
