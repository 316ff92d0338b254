"""A backup is known as whole, or what is wrong with it is named."""

import json
import os
from datetime import UTC, datetime

import pytest

from config.backups import manifest
from config.backups.manifest import BadBackup, Kept, Manifest
from people import keys

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def backup(tmp_path):
    """A folder with two files and the manifest of them."""
    (tmp_path / "editions").mkdir()
    (tmp_path / "database.dump").write_bytes(b"rows")
    (tmp_path / "editions" / "ed1.json").write_bytes(b"{}")
    told = Manifest(
        product="0.9.0",
        taken_at=AT,
        postgres="18",
        role="njia",
        migrations={"people": "0001_initial"},
        rows={"people_person": 3},
        keys={"t1": "00112233"},
        files=tuple(manifest.listed(tmp_path)),
    )
    (tmp_path / manifest.NAME).write_text(told.to_json(), encoding="utf-8")
    return tmp_path


def test_manifest_is_read_as_it_was_written(backup):
    told = manifest.read(backup)

    assert (told.taken_at, told.rows, told.keys) == (AT, {"people_person": 3}, {"t1": "00112233"})
    assert told.files == (
        Kept(
            "database.dump", 4, "bc51e9e65d79e1c90ba544ab2eae1044ccdf8c1af7a559ba375cba4276f7d99e"
        ),
        Kept(
            "editions/ed1.json",
            2,
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        ),
    )


def test_whole_backup_passes(backup):
    manifest.check(backup, manifest.read(backup))


def change(folder):
    (folder / "database.dump").write_bytes(b"rowz")


def lose(folder):
    (folder / "database.dump").unlink()


def add(folder):
    (folder / "database.dump2").write_bytes(b"")


@pytest.mark.parametrize("harm", [change, lose, add])
def test_file_that_was_changed_lost_or_added_is_named(backup, harm):
    harm(backup)

    with pytest.raises(BadBackup, match=r"^1 files of .* the first is database\.dump"):
        manifest.check(backup, manifest.read(backup))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "files": [{}]}'])
def test_what_is_no_manifest_is_refused(tmp_path, text):
    (tmp_path / manifest.NAME).write_text(text, encoding="utf-8")

    with pytest.raises(BadBackup, match="name the folder of one backup"):
        manifest.read(tmp_path)


def test_backup_that_is_closed_to_us_is_told_with_our_number(closed):
    with pytest.raises(BadBackup, match=f"may not be read by account number {os.geteuid()},"):
        manifest.read(closed / "njia-20260302T120005Z")


def test_backup_of_a_later_format_is_refused(backup):
    told = json.loads((backup / manifest.NAME).read_text(encoding="utf-8"))
    (backup / manifest.NAME).write_text(json.dumps({**told, "format": 2}), encoding="utf-8")

    with pytest.raises(BadBackup, match="made by a later release"):
        manifest.read(backup)


def test_prints_tell_key_files_apart_and_hold_no_key(tmp_path):
    rings = []
    for name in ("one.toml", "other.toml"):
        keys.make(tmp_path / name)
        rings.append(keys.load(tmp_path / name, demonstration=False))

    one, other = map(manifest.prints, rings)

    assert set(one) == set(other) == {"t1", "s1", "e1"}
    assert [one[name] != other[name] for name in one] == [True, True, True]
    assert {len(text) for text in one.values()} == {8}
