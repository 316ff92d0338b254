"""What is in a backup: one moment of the database, what the journal's files hold beyond it, and no key."""

import json
import os
import stat
import subprocess
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from config.backups import manifest, taking
from config.backups.manifest import BadBackup
from config.binaries import postgres_program
from config.embedded import Lock
from config.house import conninfo
from journal import shipper
from journal.writer import Journal
from tests.config.backups.lives import AT, PEOPLE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


def test_backup_holds_what_a_restore_needs_and_nothing_else(life, backups):
    life.hear(1, ship=False)

    made = taking.take(life.source, backups, at=AT, keep=14)

    assert made.name == "njia-20260302T120005Z"
    assert [one.path for one in manifest.read(made).files] == [
        "database.dump",
        "editions/ed1.json",
        "evidence/" + "a" * 64,
        f"journal/{life.journal.name}",
    ]
    assert manifest.read(made).rows["people_person"] == PEOPLE


def test_nobody_else_may_read_it(life, backups):
    made = taking.take(life.source, backups, at=AT, keep=14)

    modes = {stat.S_IMODE(one.stat().st_mode) for one in made.rglob("*") if one.is_file()}
    assert (modes, stat.S_IMODE(made.stat().st_mode)) == ({0o600}, 0o700)


def test_no_key_is_in_it(life, backups):
    made = taking.take(life.source, backups, at=AT, keep=14)

    ring = life.source.ring
    assert set(manifest.read(made).keys) == {"t1", "s1", "e1"}
    text = (
        subprocess.run(
            [postgres_program("pg_restore", "18"), "-f", "-", str(made / "database.dump")],
            capture_output=True,
            check=True,
        ).stdout
        + (made / manifest.NAME).read_bytes()
    )
    held = [key for own in (ring.token, ring.suppression, ring.seal) for key in own.keys.values()]
    assert [key.hex().encode() in text or key in text for key in held] == [False, False, False]


def test_lines_are_in_the_rows_or_beyond_the_offset_of_their_file(life, backups):
    life.hear(1, 2, ship=True)
    life.hear(3, ship=False)

    made = taking.take(life.source, backups, at=AT, keep=14)

    with psycopg.connect(conninfo(connection.settings_dict)) as own:
        ((shipped,),) = own.execute("SELECT shipped FROM journal_file").fetchall()
    file = (made / "journal" / life.journal.name).read_bytes()
    beyond = [json.loads(line.split(b"\t")[1])["number"] for line in file[shipped:].splitlines()]
    assert (manifest.read(made).rows["journal_entry"], beyond) == (2, [3])


def test_journal_of_doors_elsewhere_is_in_it_too(life, backups, tmp_path):
    other = Journal(tmp_path / "doors" / "journal")
    other.append("note", {"number": 9})
    life.hear(1, ship=False)
    source = replace(life.source, journals=(other.folder,))

    made = taking.take(source, backups, at=AT, keep=14)

    found = {one.name: one.read_text() for one in (made / "journal").iterdir()}
    assert found == {
        life.journal.name: 'note\t{"number":1}\n',
        other.name: 'note\t{"number":9}\n',
    }
    other.close()


def test_journals_are_saved_alone_where_the_database_is_lost(life, backups, tmp_path):
    other = Journal(tmp_path / "doors")
    other.append("note", {"number": 9})
    life.hear(1, ship=False)
    lost = {"NAME": "njia", "HOST": "127.0.0.1", "PORT": "1"}
    source = replace(life.source, database=lost, journals=(other.folder,))

    made = taking.rescue(source, backups, at=AT)

    assert (made.name, stat.S_IMODE(made.stat().st_mode)) == ("journal-20260302T120005Z", 0o700)
    assert {one.name: one.read_text() for one in made.iterdir()} == {
        life.journal.name: 'note\t{"number":1}\n',
        other.name: 'note\t{"number":9}\n',
    }
    other.close()


def test_shipping_goes_on_afterwards(life, backups):
    life.hear(1, ship=False)

    taking.take(life.source, backups, at=AT, keep=14)

    assert life.shipper.ship_once() > 0


def test_shipper_that_hangs_does_not_hang_the_backup(life, backups, monkeypatch):
    monkeypatch.setattr(taking, "LOCK_PATIENCE", "50ms")
    with psycopg.connect(conninfo(connection.settings_dict), autocommit=True) as hanging:
        hanging.execute("SELECT pg_advisory_lock(%s)", [shipper.LOCK])

        with pytest.raises(psycopg.errors.LockNotAvailable):
            taking.take(life.source, backups, at=AT, keep=14)

    assert [one.name for one in backups.glob(taking.PATTERN)] == []


def test_newest_are_kept(life, backups):
    (backups / "njia-notes").mkdir(parents=True)
    for day in range(4):
        taking.take(life.source, backups, at=AT + timedelta(days=day), keep=2)

    assert sorted(one.name for one in backups.iterdir()) == [
        "backup.lock",
        "njia-20260304T120005Z",
        "njia-20260305T120005Z",
        "njia-notes",
    ]


def test_backup_that_broke_off_is_none_and_goes_with_the_next(life, backups):
    (backups / "njia-20260301T120005Z.part" / "journal").mkdir(parents=True)

    taking.take(life.source, backups, at=AT, keep=1)

    assert [one.name for one in backups.glob("njia-*")] == ["njia-20260302T120005Z"]


def test_second_at_the_same_time_is_refused(life, backups):
    backups.mkdir()
    other = Lock(backups / "backup.lock")
    other.take()

    with pytest.raises(BadBackup, match="Another backup is being taken"):
        taking.take(life.source, backups, at=AT, keep=1)

    other.leave()


def test_folder_that_is_closed_to_us_is_told_with_our_number(life, closed):
    with pytest.raises(BadBackup, match=f"may not be written by account number {os.geteuid()},"):
        taking.take(life.source, closed, at=AT, keep=1)


def test_password_is_on_no_command_line(life, backups, tmp_path, monkeypatch):
    """A pg_dump that tells what it was called with."""
    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) 18.0"; exit; fi\n'
        f'echo "$@" > {told}; echo "$PGPASSWORD" >> {told}\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("config.backups.programs.postgres_program", lambda *_: program)
    guarded = {**connection.settings_dict, "PASSWORD": "of nobody"}

    taking.take(replace(life.source, database=guarded), backups, at=AT, keep=1)

    words, password = told.read_text().splitlines()
    assert ("of nobody" in words, password) == (False, "of nobody")


def test_rows_of_every_room_are_counted():
    rooms = {name.partition("_")[0] for name in taking.tables()}

    assert rooms == {
        "analytics", "bot", "campaigns", "demonstration", "journal", "operations", "people", "ussd",
    }  # fmt: skip
