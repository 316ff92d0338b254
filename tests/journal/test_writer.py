"""The journal file: one whole line an entry, whatever the disk, the text or the threads do."""

import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from journal.writer import Journal


def lines(folder: Path) -> list[bytes]:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir())).splitlines()


def test_append_writes_one_line_of_kind_and_json(tmp_path: Path) -> None:
    journal = Journal(tmp_path)

    assert journal.append("hop", {"at": 1.5, "s": "ATUid_1"})

    assert lines(tmp_path) == [b'hop\t{"at":1.5,"s":"ATUid_1"}']


@pytest.mark.parametrize(
    "text", ["tab\there", "two\nlines", "nul\0", "lone \ud800", "back\\slash", "ሰላም", "\\N", "\\."]
)
def test_append_keeps_any_text_in_one_ascii_line(tmp_path: Path, text: str) -> None:
    Journal(tmp_path).append("sms", {"at": 1.0, "text": text})

    (line,) = lines(tmp_path)
    assert line.isascii()
    assert json.loads(line.partition(b"\t")[2])["text"] == text


def test_append_loses_nothing_between_threads(tmp_path: Path) -> None:
    journal = Journal(tmp_path, rotate_at=20_000)

    def work(first: int) -> None:
        for number in range(first, first + 500):
            journal.append("hop", {"at": 1.0, "n": number})

    threads = [threading.Thread(target=work, args=(n * 500,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = [json.loads(line.partition(b"\t")[2])["n"] for line in lines(tmp_path)]
    assert sorted(numbers) == list(range(2000))


def test_append_takes_a_new_file_when_the_present_one_is_large(tmp_path: Path) -> None:
    journal = Journal(tmp_path, rotate_at=10)

    for number in range(3):
        journal.append("hop", {"at": 1.0, "n": number})

    assert len(list(tmp_path.iterdir())) == 3


def test_full_disk_leaves_whole_lines_counts_the_rest_and_says_so_later(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.journal.full_disk", str(tmp_path)],
        capture_output=True,
        check=True,
    )

    report = json.loads(told.stdout)
    assert report["written"] + report["unwritten"] == 1000
    assert report["again"]
    bodies = [json.loads(line.partition(b"\t")[2]) for line in lines(tmp_path)]
    assert [body["n"] for body in bodies[:-1]] == [*range(report["written"]), 1000]
    assert bodies[-1]["missing"] == report["unwritten"]


def test_unusable_folder_is_counted_and_never_raised(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    (tmp_path / "journal").rmdir()

    assert not journal.append("hop", {"at": 1.0})
    assert journal.unwritten == 1

    (tmp_path / "journal").mkdir()
    assert journal.append("hop", {"at": 2.0})
    assert [line.partition(b"\t")[0] for line in lines(tmp_path / "journal")] == [b"hop", b"gap"]


def test_stump_that_cannot_be_cut_off_ends_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("hop", {"at": 1.0, "n": 1})
    taken = tmp_path / journal.name
    os.close(journal._descriptor)
    reading, writing = os.pipe2(os.O_NONBLOCK)  # takes a part of a long line, cannot be truncated
    journal._descriptor = writing

    assert not journal.append("hop", {"at": 1.0, "text": "x" * 200_000})
    os.close(reading)

    assert journal.append("hop", {"at": 1.0, "n": 2})
    assert tmp_path / journal.name != taken
    assert taken.read_bytes() == b'hop\t{"at":1.0,"n":1}\n'


def test_own_file_is_locked_while_the_process_lives(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("hop", {"at": 1.0})
    with (tmp_path / journal.name).open("rb") as file:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

        journal.close()

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_others_active_sees_an_earlier_process_even_when_its_file_is_gone(tmp_path: Path) -> None:
    old = Journal(tmp_path)
    old.append("hop", {"at": 1.0})
    now = time.time()
    journal = Journal(tmp_path)
    journal.append("hop", {"at": 1.0})
    (tmp_path / old.name).unlink()

    assert journal.others_active(since=now - 60)
    assert not journal.others_active(since=now + 60)


def test_others_active_is_false_for_a_first_process(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("hop", {"at": 1.0})

    assert not journal.others_active(since=time.time() - 60)


def test_shipped_file_is_given_up_after_a_while(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append("hop", {"at": 1.0})
    first = journal.name

    journal.turn_over(journal.size - 1, after=0.0)
    assert journal.name == first  # something of it is not in the database yet
    journal.turn_over(journal.size, after=60.0)
    assert journal.name == first
    journal.turn_over(journal.size, after=0.0)

    assert (journal.name != first, journal.size) == (True, 0)
