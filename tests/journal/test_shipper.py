"""The shipper: every line once in the table, whoever is killed or away meanwhile."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import embedded
from journal import shipper as module
from journal.shipper import Shipper
from journal.writer import Journal


def numbers(conninfo: str) -> list[Any]:
    with psycopg.connect(conninfo) as own:
        rows = own.execute("SELECT line FROM journal_entry ORDER BY id").fetchall()
    return [json.loads(line)["number"] for (line,) in rows]


def write(journal: Journal, *wanted: int) -> None:
    for number in wanted:
        assert journal.append("hop", {"at": 1.5, "number": number})


def ship_all(folder: Path, conninfo: str) -> Shipper:
    """A new process comes up, finds what the dead left, and ends."""
    shipper = Shipper(Journal(folder), conninfo)
    shipper.ship_once()
    shipper.stop()
    return shipper


@pytest.fixture
def shipping(tmp_path: Path, conninfo: str) -> Iterator[tuple[Journal, Shipper]]:
    journal = Journal(tmp_path)
    shipper = Shipper(journal, conninfo)
    yield journal, shipper
    shipper.stop()


def until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    limit = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < limit, "did not happen in time"
        time.sleep(0.02)


def test_ship_once_carries_each_line_once(shipping: tuple[Journal, Shipper], conninfo: str) -> None:
    journal, shipper = shipping
    write(journal, 1, 2)
    shipper.ship_once()
    write(journal, 3)

    shipper.ship_once()
    shipper.ship_once()

    assert numbers(conninfo) == [1, 2, 3]


@pytest.mark.parametrize("text", ["nul\0", "\ud800", "back\\slash \\N \\.", "tab\t", "ሰላም\n"])
def test_ship_once_carries_any_text(
    shipping: tuple[Journal, Shipper], conninfo: str, text: str
) -> None:
    journal, shipper = shipping
    journal.append("sms", {"at": 1.5, "number": text})

    shipper.ship_once()

    assert numbers(conninfo) == [text]


def test_ship_once_ships_rotated_files_before_the_present_one(
    tmp_path: Path, conninfo: str
) -> None:
    journal = Journal(tmp_path, rotate_at=60)
    shipper = Shipper(journal, conninfo)

    for number in range(6):
        write(journal, number)
        if number % 2:
            shipper.ship_once()
    shipper.stop()

    assert numbers(conninfo) == list(range(6))


def test_ship_once_adopts_dead_files_and_removes_them(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    dead = Journal(journal.folder)
    write(dead, 1)
    dead.close()
    write(journal, 2)

    shipper.ship_once()

    assert numbers(conninfo) == [1, 2]
    assert [file.name for file in journal.folder.iterdir()] == [journal.name]
    with psycopg.connect(conninfo) as own:
        names = own.execute("SELECT name FROM journal_file").fetchall()
    assert names == [(journal.name,)]


def test_ship_once_leaves_the_files_of_living_processes_alone(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    living = Journal(journal.folder)
    write(living, 1)

    shipper.ship_once()

    assert numbers(conninfo) == []


def test_torn_last_line_is_left_out_and_counted(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    (journal.folder / "1-1-dead.journal").write_bytes(b'hop\t{"at":1,"number":1}\nhop\t{"at":1,"nu')

    shipper.ship_once()

    assert numbers(conninfo) == [1]
    assert shipper.state().torn == 1
    assert not (journal.folder / "1-1-dead.journal").exists()


def test_spoilt_lines_are_set_aside_and_block_nobody(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    good = b'hop\t{"at":1,"number":%d}\n'
    (journal.folder / "1-1-dead.journal").write_bytes(
        good % 1 + b"\0\0\0\0\n" + b"no tab\n" + b"a\tb\tc\n" + b"hop\t\xff\n" + b"\r\n" + good % 2
    )

    shipper.ship_once()

    assert numbers(conninfo) == [1, 2]
    with psycopg.connect(conninfo) as own:
        dead = own.execute("SELECT line, why FROM journal_dead ORDER BY id").fetchall()
    assert [line for line, _ in dead] == ["????", "no tab", "a?b?c", "hop??", "?"]
    assert {why for _, why in dead} == {"spoilt"}


def test_state_says_what_is_waiting(shipping: tuple[Journal, Shipper]) -> None:
    journal, shipper = shipping
    write(journal, 1)
    waiting = shipper.state().backlog

    shipper.ship_once()

    assert (waiting, shipper.state().backlog) == (journal.size, 0)


def test_ship_once_goes_on_while_blocks_come_full(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    for number in range(9):
        journal.append("hop", {"at": 1.5, "number": number, "text": "x" * 1_100_000})

    shipper.ship_once()

    assert numbers(conninfo) == list(range(9))


def test_two_shippers_never_let_a_tailing_reader_miss_an_entry(
    tmp_path: Path, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.005)
    journals = [Journal(tmp_path), Journal(tmp_path)]
    shippers = [Shipper(journal, conninfo) for journal in journals]
    seen, marker = 0, 0
    for shipper in shippers:
        shipper.start()

    with psycopg.connect(conninfo, autocommit=True) as reader:
        for number in range(200):
            write(journals[number % 2], *range(number * 10, number * 10 + 10))
            rows = reader.execute("SELECT id FROM journal_entry WHERE id > %s", [marker]).fetchall()
            seen, marker = seen + len(rows), max([marker, *(row[0] for row in rows)])
        for shipper in shippers:
            shipper.stop()
        rows = reader.execute("SELECT id FROM journal_entry WHERE id > %s", [marker]).fetchall()

    assert seen + len(rows) == 2000
    assert sorted(numbers(conninfo)) == list(range(2000))


def test_two_shippers_on_one_dead_file_ship_it_once(tmp_path: Path, conninfo: str) -> None:
    dead = Journal(tmp_path)
    write(dead, *range(5000))
    dead.close()
    shippers = [Shipper(Journal(tmp_path), conninfo) for _ in range(4)]
    threads = [threading.Thread(target=shipper.ship_once) for shipper in shippers]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers(conninfo)) == list(range(5000))
    for shipper in shippers:
        shipper.stop()


@pytest.mark.parametrize("lives", [5, pytest.param(40, marks=pytest.mark.slow)])
def test_killed_processes_lose_nothing_and_double_nothing(
    tmp_path: Path, conninfo: str, lives: int
) -> None:
    rng, answered = random.Random(7), []
    for life in range(1, lives + 1):
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.journal.writing",
                tmp_path,
                conninfo,
                f"{life}000000",
                "999999",
            ],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        answered.append(int(process.stdout.readline()))
        time.sleep(rng.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        answered += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        process.stdout.close()
        process.wait()

    ship_all(tmp_path, conninfo)

    found = numbers(conninfo)
    assert set(answered) - set(found) == set()
    assert len(found) == len(set(found))
    assert len(found) - len(answered) <= lives  # written, then killed before it could be said


def test_shipper_survives_a_killed_postgres_and_the_loss_of_commit_answers(
    tmp_path: Path, mortal: embedded.Keeper
) -> None:
    journal, written = Journal(tmp_path), 0
    shipper = Shipper(journal, mortal.servers.database)
    shipper.start()
    for _ in range(3):
        until(lambda: shipper.state().backlog == 0)
        assert mortal.postgres.process is not None
        mortal.postgres.process.kill()
        mortal.postgres.process.wait()
        slowest = 0.0
        for _ in range(200):
            began = time.perf_counter()
            write(journal, written)
            slowest, written = max(slowest, time.perf_counter() - began), written + 1
        assert slowest < 0.2  # nobody who appends ever waits for the database
        until(lambda: shipper.state().trouble != "")
        mortal.start()

    until(lambda: shipper.state().backlog == 0 and shipper.state().trouble == "")
    shipper.stop()

    assert numbers(mortal.servers.database) == list(range(written))


def test_shipper_survives_connections_cut_at_any_moment(
    tmp_path: Path, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 0.002)
    journal = Journal(tmp_path)
    shipper = Shipper(journal, conninfo)
    shipper.start()
    with psycopg.connect(conninfo, autocommit=True) as judge:
        for number in range(400):
            write(journal, number)
            if number % 10 == 0:
                judge.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'njia journal'"
                )

    shipper.stop()

    assert numbers(conninfo) == list(range(400))


def test_stop_ships_what_is_there(shipping: tuple[Journal, Shipper], conninfo: str) -> None:
    journal, shipper = shipping
    shipper.start()
    write(journal, 1)

    shipper.stop()

    assert numbers(conninfo) == [1]


def test_file_of_a_quiet_process_does_not_lie_about_for_ever(
    shipping: tuple[Journal, Shipper], conninfo: str
) -> None:
    journal, shipper = shipping
    write(journal, 1)
    shipper.ship_once()
    journal.turn_over(journal.size, after=0.0)
    write(journal, 2)

    shipper.ship_once()

    assert [file.name for file in journal.folder.iterdir()] == [journal.name]
    assert numbers(conninfo) == [1, 2]
