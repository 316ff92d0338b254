"""The drill: a backup taken while calls come in becomes a deployment that counts the same. And what is refused."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from config.backups import manifest, restoring, taking
from config.backups.manifest import BadBackup
from config.embedded import Keeper
from config.house import conninfo
from journal.shipper import Shipper
from journal.writer import Journal
from people import identity, keys
from tests.config.backups import lives
from tests.config.backups.lives import AT, Life, heard
from tests.people.made import number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(life, tmp_path) -> Path:
    return middle(life, tmp_path / "backups")


def middle(life: Life, into: Path) -> Path:
    """A backup when two lines are in the database and one is in its file alone; a fourth comes afterwards."""
    life.hear(1, 2, ship=True)
    life.hear(3, ship=False)
    made = taking.take(life.source, into, at=AT, keep=14)
    life.hear(4, ship=True)
    return made


@pytest.fixture
def no_server(monkeypatch) -> None:
    """As on a machine where DATABASE_URL is not set: the new folder gets servers of its own."""
    monkeypatch.delenv("DATABASE_URL")


def refused(backup: Path, into: Path) -> str:
    with pytest.raises(BadBackup) as told:
        restoring.restore(backup, into, prints={}, say=lambda _: None)
    return str(told.value)


# --- the drill ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_server", "indicators")
def test_restored_deployment_is_the_one_that_was(life, data, settings, tmp_path):
    lives.count()
    backup = middle(life, tmp_path / "backups")
    shutil.copy(settings.KEYS_FILE, data / "keys.toml")
    told: list[str] = []

    restored = restoring.restore(
        backup, data, prints=manifest.prints(identity.ring()), say=told.append
    )

    assert restored.lacking == ()
    assert "The ledger holds: 40 exposures" in "\n".join(told)
    assert (data / "evidence" / ("a" * 64)).read_text() == "list"
    assert (data / "accounts.txt").exists() is False
    keeper = Keeper(data, without=frozenset({"redis"}))
    try:
        info = keeper.start().database
        assert figures(info) == figures(conninfo_here())
        assert journal_of(data, info) == [1, 2, 3]
        assert numbers_of(info, settings.KEYS_FILE) == [number(0), number(1), number(2)]
        assert numbers_of(info, other_keys(data)) == ["BrokenSeal"] * 3
    finally:
        keeper.stop()


def conninfo_here() -> str:
    return conninfo(connection.settings_dict)


def figures(info: str) -> list[tuple[object, ...]]:
    with psycopg.connect(info) as own:
        return own.execute("SELECT * FROM analytics_figure ORDER BY id").fetchall()


def journal_of(data: Path, info: str) -> list[int]:
    """What the journal holds once the first door of the new deployment has adopted its files."""
    shipper = Shipper(Journal(data / "journal"), info)
    shipper.ship_once()
    shipper.stop()
    with psycopg.connect(info) as own:
        return heard(
            [line for (line,) in own.execute("SELECT line FROM journal_entry ORDER BY id")]
        )


def other_keys(data: Path) -> Path:
    keys.make(data / "other.toml")
    return data / "other.toml"


def numbers_of(info: str, file: Path) -> list[str]:
    """The numbers of all people, as a deployment with this key file reads them."""
    with psycopg.connect(info) as own:
        seals = [seal for (seal,) in own.execute("SELECT number FROM people_person ORDER BY id")]
    with override_settings(KEYS_FILE=file):
        identity.reload_keys()
        read = [_read(seal) for seal in seals]
    identity.reload_keys()
    return read


def _read(seal: str) -> str:
    try:
        return identity.unseal(seal, identity.NUMBER)
    except identity.BrokenSeal:
        return "BrokenSeal"


@pytest.fixture
def empty(monkeypatch) -> Iterator[str]:
    """A database of this run's server with nothing in it, named by DATABASE_URL as production's is."""
    url = os.environ["DATABASE_URL"].replace("@/njia?", "@/njia_restored?")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        own.execute("CREATE DATABASE njia_restored")
        monkeypatch.setenv("DATABASE_URL", url)
        yield url
        own.execute("DROP DATABASE njia_restored WITH (FORCE)")


def test_database_that_is_named_and_empty_is_filled(backup, empty, data):
    told: list[str] = []

    restoring.restore(backup, data, prints={}, say=told.append)

    assert "The ledger holds: 0 exposures" in "\n".join(told)
    assert journal_of(data, empty) == [1, 2, 3]
    assert not (data / "postgres").exists()


@pytest.mark.usefixtures("indicators")
def test_drill_proves_the_backup_and_leaves_nothing(life, data, tmp_path, monkeypatch):
    """The address of the service, be it in a file, is not asked: here nobody would answer."""
    lives.count()
    backup = middle(life, tmp_path / "backups")
    (tmp_path / "address").write_text("postgresql://njia@127.0.0.1:1/njia")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "address"))
    told: list[str] = []

    drilled = restoring.drill(
        backup, below=data, prints=manifest.prints(identity.ring()), say=told.append
    )

    assert (drilled.manifest, drilled.lacking) == (manifest.read(backup), ())
    assert told[0].startswith("njia-20260302T120005Z, taken 2026-03-02 12:00 UTC")
    assert "The ledger holds: 40 exposures" in "\n".join(told)
    assert list(data.iterdir()) == []


def test_drill_that_fails_leaves_nothing_either(backup, data):
    change(backup, rows={**manifest.read(backup).rows, "people_person": 4})

    with pytest.raises(BadBackup, match="people_person has 3 rows"):
        restoring.drill(backup, below=data, prints={}, say=lambda _: None)

    assert list(data.iterdir()) == []


def test_journal_of_doors_that_outlived_the_database_comes_along(life, backup, empty, data):
    """What the lost database had got since the backup, what it never got, and nothing twice."""
    life.hear(5, ship=False)
    other = Journal(life.data / "journal")
    other.append("note", {"number": 6})

    restoring.restore(backup, data, prints={}, say=lambda _: None, journals=[life.data / "journal"])

    assert journal_of(data, empty) == [1, 2, 3, 4, 5, 6]
    other.close()


def test_older_copy_of_a_journal_takes_nothing_away(life, backup, empty, data, tmp_path):
    (tmp_path / "doors").mkdir()
    whole = (life.data / "journal" / life.journal.name).read_bytes()
    (tmp_path / "doors" / life.journal.name).write_bytes(whole.splitlines(keepends=True)[0])

    restoring.restore(backup, data, prints={}, say=lambda _: None, journals=[tmp_path / "doors"])

    assert journal_of(data, empty) == [1, 2, 3]


# --- what is refused ------------------------------------------------------------------------------


def test_changed_backup_is_refused_before_anything_is_made(backup, tmp_path):
    (backup / "database.dump").write_bytes(b"")

    assert "the first is database.dump" in refused(backup, tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_folder_with_something_in_it_is_refused(life, backup):
    assert "a backup is never put over anything" in refused(backup, life.data)


def test_file_is_no_folder(backup, tmp_path):
    (tmp_path / "new").touch()

    assert "is a file" in refused(backup, tmp_path / "new")


def test_database_with_tables_is_refused(backup, tmp_path, monkeypatch):
    """This run's DATABASE_URL names an empty database; the test's own beside it is not."""
    here = connection.settings_dict
    url = f"postgresql://{here['USER']}@/{here['NAME']}?host={here['HOST']}"
    monkeypatch.setenv("DATABASE_URL", url)

    assert "name an empty one" in refused(backup, tmp_path / "new")


def test_backup_of_a_later_release_is_refused(backup, tmp_path):
    change(backup, migrations={"people": "9999_of_the_future"}, product="9.9.9")

    assert "made by release 9.9.9" in refused(backup, tmp_path / "new")


def test_backup_of_another_role_is_refused(backup, tmp_path):
    change(backup, role="somebody")

    assert "connect as somebody" in refused(backup, tmp_path / "new")


def test_backup_of_another_major_is_refused(backup, tmp_path):
    change(backup, postgres="17")

    assert "The backup is of PostgreSQL 17" in refused(backup, tmp_path / "new")


@pytest.mark.usefixtures("no_server")
def test_rows_that_are_fewer_than_told_are_refused(backup, data):
    told = manifest.read(backup)
    change(backup, rows={**told.rows, "people_person": 4})

    said: list[str] = []
    with pytest.raises(
        BadBackup, match=r"^people_person has 3 rows, 4 were told: do not use it\.$"
    ):
        restoring.restore(backup, data, prints={}, say=said.append)

    assert said[-1] == f"{data} is unfinished: remove what is in it before you try again."


def change(backup: Path, **values: object) -> None:
    told = replace(manifest.read(backup), **values)  # type: ignore[arg-type]
    (backup / manifest.NAME).write_text(told.to_json(), encoding="utf-8")
