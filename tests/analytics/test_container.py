"""The zip of a pack: the same contents give the same bytes, and any zip program opens it."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from analytics.container import BLOCK, Container, Writer

CONTENTS = {"a.txt": b"one\n" * 1000, "empty.txt": b"", "large.bin": bytes(range(256)) * 9000}


def packed(path: Path) -> tuple[Path, list[dict[str, object]]]:
    writer = Writer(path)
    for name, data in CONTENTS.items():
        with writer.member(name) as sink:
            for start in range(0, len(data), 700):
                sink.write(data[start : start + 700])
    files = writer.files()
    writer.seal(b"{}")
    return path, files


def checked(path: Path, files: list[dict[str, object]]) -> list[str]:
    container = Container(path)
    container.check(list(CONTENTS), files)
    return container.faults


def test_same_contents_give_the_same_bytes(tmp_path):
    (one, files), (other, again) = packed(tmp_path / "one.zip"), packed(tmp_path / "other.zip")

    assert (one.read_bytes(), files) == (other.read_bytes(), again)


def test_any_program_reads_it(tmp_path):
    path, _files = packed(tmp_path / "pack.zip")

    with ZipFile(path) as zipped:
        found = {name: zipped.read(name) for name in zipped.namelist()}
        assert zipped.testzip() is None
    assert found == {**CONTENTS, "manifest.json": b"{}"}


def test_what_was_packed_holds(tmp_path):
    path, files = packed(tmp_path / "pack.zip")

    assert checked(path, files) == []
    assert [len(one["blocks"]) for one in files] == [1, 0, len(CONTENTS["large.bin"]) // BLOCK + 1]  # type: ignore[arg-type]


def test_difference_is_named_by_its_block(tmp_path):
    path, files = packed(tmp_path / "pack.zip")
    blocks: list[str] = list(files[2]["blocks"])  # type: ignore[call-overload]
    blocks[1] = "0" * 64
    files[2] |= {"blocks": blocks, "sha256": "0" * 64, "packed_sha256": "0" * 64}

    faults = checked(path, files)

    assert faults == [f"large.bin: bytes {BLOCK + 1} to {2 * BLOCK} are not what was packed."]


def test_file_that_was_cut_short_is_named_by_its_length(tmp_path):
    path, files = packed(tmp_path / "pack.zip")
    files[0]["bytes"] = 4004
    files[0]["sha256"] = "0" * 64

    assert checked(path, files) == ["a.txt: it has 4000 bytes, and 4004 were packed."]


@pytest.mark.parametrize("extra", [b"x", b"PK"])
def test_bytes_behind_the_end_are_found(tmp_path, extra):
    path, files = packed(tmp_path / "pack.zip")
    path.write_bytes(path.read_bytes() + extra)

    assert checked(path, files) == ["The pack's list of files is not what was packed."]


def test_other_files_are_named(tmp_path):
    path, files = packed(tmp_path / "pack.zip")
    with ZipFile(path, "a", ZIP_DEFLATED) as zipped:
        zipped.writestr("more.txt", b"x")

    (fault,) = checked(path, files)

    assert fault.startswith(
        "The pack holds a.txt, empty.txt, large.bin, manifest.json, more.txt, not "
    )
