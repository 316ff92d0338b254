"""The record that judges: what it holds of each message, and what it says in sum."""

import threading

import pytest

from gateways.base import Sms
from gateways.network.faults import Faults
from gateways.network.record import Record, Summary

NUMBERS = tuple(f"+25471100{place:04d}" for place in range(40))


@pytest.fixture
def record():
    own = Record(None, "boot")
    yield own
    own.close()


def test_a_line_says_who_what_which_and_when(record):
    record.add(1_770_000_000.5, "Njia", "NJIA", NUMBERS[:1], Faults())

    assert b"".join(record.lines()) == (
        b'{"number": "+254711000000", "sha": "f40eae7e5f225303",'
        b' "reference": "ATXid_boot0000000000000000", "at": 1770000000.500}\n'
    )


@pytest.mark.parametrize(
    ("requests", "summary"),
    [
        ([], Summary(0, 0, 0)),
        ([("a", NUMBERS)], Summary(40, 40, 0)),
        ([("a", NUMBERS), ("b", NUMBERS)], Summary(80, 40, 0)),  # two texts, nobody twice
        ([("a", NUMBERS), ("b", NUMBERS[:3]), ("a", NUMBERS[:2])], Summary(45, 40, 2)),
        ([("a", NUMBERS[:1] * 3), ("b", NUMBERS[1:3])], Summary(5, 3, 1)),
    ],
)
def test_the_summary_counts_people_and_repeats(record, requests, summary):
    for text, numbers in requests:
        record.add(0.0, text, "NJIA", numbers, Faults())

    assert record.summary() == summary


def test_the_summary_of_many_pieces_loses_no_line(record):
    for place in range(20):
        numbers = [f"+2547{place:02d}{one:06d}" for one in range(1_000)]
        record.add(float(place), "Njia", "NJIA", numbers, Faults())

    assert record.summary() == Summary(20_000, 20_000, 0)


def test_messages_are_taken_while_a_summary_is_counted(record):
    many = [f"+2547{one:08d}" for one in range(100_000)]
    record.add(0.0, "Njia", "NJIA", many, Faults())
    told: list[Summary] = []
    counting = threading.Thread(target=lambda: told.append(record.summary()))
    counting.start()
    added = 0
    while counting.is_alive():
        record.add(0.0, "Jambo", "NJIA", NUMBERS[:1], Faults())
        added += 1
    counting.join()

    assert added > 5
    assert 100_000 <= told[0].accepted <= 100_000 + added


def test_the_summary_is_asked_for_by_its_address(hooks, handsets):
    for text in ("a", "b", "a"):
        hooks.send(Sms(text, NUMBERS))

    assert handsets("summary") == {"accepted": 120, "distinct": 40, "twice": 40}
