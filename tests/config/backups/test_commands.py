"""`backup` and `restore` as an operator meets them."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.backups import manifest, restoring
from config.backups.management.commands import restore
from config.backups.restoring import Restored
from people import keys

pytestmark = pytest.mark.django_db(transaction=True)


def said(*words: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


@pytest.fixture
def backup(life, settings, tmp_path) -> Path:
    settings.DATA = life.data
    life.hear(1, ship=False)
    said("backup", tmp_path / "backups")
    made: list[Path] = list((tmp_path / "backups").glob("njia-*Z"))
    return made[0]


def test_backup_says_where_it_is_and_what_it_lacks(life, settings, tmp_path):
    settings.DATA = life.data

    told = said("backup", tmp_path / "backups")

    assert told.startswith(f"{tmp_path}/backups/njia-")
    assert "It is not encrypted" in told
    assert "The keys e1, s1, t1 are not in it" in told


def test_keeping_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="at least 1"):
        said("backup", tmp_path / "backups", "--keep", 0)

    assert not (tmp_path / "backups").exists()


def test_journal_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="doors is no folder"):
        said("backup", tmp_path / "backups", "--journal", tmp_path / "doors")

    assert not (tmp_path / "backups").exists()


def test_journal_that_is_saved_alone_is_said_with_what_comes_next(life, settings, tmp_path):
    settings.DATA = life.data
    life.hear(1, ship=False)

    told = said("backup", tmp_path / "backups", "--journal-alone")

    (made,) = (tmp_path / "backups").glob("journal-*Z")
    assert told == (
        f"{made}: 1 files, 18 bytes. restore --journal {made} takes them along; remove the folder once that is done.\n"
    )


def test_restore_over_something_is_one_sentence(life, backup):
    with pytest.raises(CommandError, match="never put over anything"):
        said("restore", backup, "--into", life.data)


def test_restore_of_no_backup_is_one_sentence(tmp_path):
    with pytest.raises(CommandError, match="name the folder of one backup"):
        said("restore", tmp_path, "--into", tmp_path / "new")


def test_restore_says_what_is_lost_and_which_keys_are_missing(backup, tmp_path, monkeypatch):
    """What the drill does for real: here only what is said of it."""
    told = manifest.read(backup)
    monkeypatch.setattr(
        restoring,
        "restore",
        lambda *_, prints, **__: Restored(told, tuple(set(told.keys) - set(prints))),
    )

    words = said("restore", backup, "--into", tmp_path / "new", "--keys", tmp_path / "none.toml")

    assert "during the 0 minutes since the backup" in words
    assert all(one in words for one in ("said STOP", "lists of opt-outs", "The key file lacks"))
    assert words.endswith(f"Start the product with NJIA_DATA={tmp_path}/new.\n")


def test_drill_is_of_the_newest_and_says_so(backup, tmp_path, data, settings):
    settings.DATA = data
    shutil.copytree(backup, tmp_path / "backups" / "njia-20200101T000000Z")

    words = said("restore", tmp_path / "backups", "--drill")

    assert words.startswith(f"{backup.name}, taken ")
    assert words.endswith(
        f"{backup.name} can be restored. Of this drill nothing is left, and the service was left alone.\n"
    )
    assert "The key file lacks" not in words
    assert list(data.iterdir()) == []


def test_which_backup_comes_back_in_earnest_is_said_by_a_person(backup, tmp_path):
    with pytest.raises(CommandError) as refused:
        said("restore", backup.parent, "--into", tmp_path / "new")

    assert str(refused.value) == (
        f"{backup.parent} holds 1 backups: name one of them. The newest is {backup}."
    )


def test_journal_to_take_along_that_is_not_there_is_refused(backup, tmp_path):
    (tmp_path / "doors" / "journal").mkdir(parents=True)
    (tmp_path / "doors" / "journal" / "1.journal").touch()

    with pytest.raises(CommandError, match=r"doors holds no \*\.journal file: name the folder"):
        said("restore", backup, "--into", tmp_path / "new", "--journal", tmp_path / "doors")

    assert not (tmp_path / "new").exists()


def test_restore_with_a_journal_says_that_it_holds_little(backup, tmp_path, monkeypatch):
    told = manifest.read(backup)
    monkeypatch.setattr(restoring, "restore", lambda *_, **__: Restored(told, ()))

    words = said("restore", backup, "--into", tmp_path / "new", "--journal", backup / "journal")

    assert words.startswith(
        "Of what came in during the 0 minutes since the backup only what those journals still held is here: who called,"
    )


def test_into_the_folder_of_the_settings_no_other_has_to_be_named(
    backup, tmp_path, settings, monkeypatch
):
    settings.DATA = tmp_path / "new"
    told = manifest.read(backup)
    monkeypatch.setattr(restoring, "restore", lambda *_, **__: Restored(told, ()))

    assert said("restore", backup, "--into", tmp_path / "new").endswith(
        "Restored. Start the product.\n"
    )


def test_keys_beside_the_new_folder_are_looked_at(settings, tmp_path):
    settings.DATA = tmp_path / "old"
    settings.KEYS_FILE = tmp_path / "old" / "keys.toml"
    assert restore._usual(tmp_path / "new") == tmp_path / "new" / "keys.toml"

    settings.KEYS_FILE = tmp_path / "safe" / "keys.toml"
    assert restore._usual(tmp_path / "new") == tmp_path / "safe" / "keys.toml"


def test_damaged_key_file_is_told_before_anything_is_done(backup, tmp_path):
    (tmp_path / "keys.toml").write_text("no keys")
    (tmp_path / "keys.toml").chmod(0o600)

    with pytest.raises(keys.BadKeys):
        said("restore", backup, "--into", tmp_path / "new", "--keys", tmp_path / "keys.toml")

    assert not (tmp_path / "new").exists()
