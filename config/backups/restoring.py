"""A deployment from a backup: checked first, put where nothing is, brought to today's tables, recounted."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config import __version__, embedded, part
from config.backups import manifest, programs, taking
from config.backups.manifest import DUMP, BadBackup, Manifest
from config.embedded import Keeper
from config.house import conninfo
from config.settings import env
from journal import writer

# what may lie in the new data folder before: what a backup does not hold and an operator puts there first
BROUGHT = frozenset({"keys.toml", "secrets", "lost+found"})
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and under which keys: of the backup's key ids those that the key file has not."""

    manifest: Manifest
    lacking: tuple[str, ...]


def restore(
    backup: Path,
    into: Path,
    *,
    prints: Mapping[str, str],
    say: Say,
    journals: Iterable[Path] = (),
) -> Restored:
    """The backup's deployment in the data folder `into`, its servers stopped again at the end.

    `prints`: of the key file that will be used (manifest.prints). `journals`: folders of doors that outlived the
    database. The database is the one that DATABASE_URL names, which must be empty, else our own below `into`.
    Raises BadBackup before it has changed anything; BrokenStore, programs.Failed, OSError where the machine
    fails: then the folder can be thrown away.
    """
    told = _sound(backup, say)
    _is_free(into)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with _servers(into) as servers:
            _bring_back(backup, told, into, servers.database, say)
        for folder in journals:
            _take_along(folder, into / "journal")
    except BaseException:
        say(f"{into} is unfinished: remove what is in it before you try again.")
        raise
    return Restored(told, _lacking(told, prints))


def drill(backup: Path, *, below: Path, prints: Mapping[str, str], say: Say) -> Restored:
    """Prove that the backup can be restored: into a new folder in `below` with a database of its own, both gone
    again at the end. Whatever DATABASE_URL names is left alone. Raises as `restore` does.
    """
    told = _sound(backup, say)
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="drill-", dir=below) as name:
        into = Path(name)
        with _own_servers(into, durable=False) as servers:
            _bring_back(backup, told, into, servers.database, say)
    return Restored(told, _lacking(told, prints))


def _sound(backup: Path, say: Say) -> Manifest:
    """What the backup tells of itself, every file of it read. Raises BadBackup."""
    told = manifest.read(backup)
    say(
        f"{backup.name}, taken {told.taken_at:%Y-%m-%d %H:%M} UTC by {told.product}: reading {len(told.files)} files."
    )
    manifest.check(backup, told)
    _fits(told)
    return told


def _bring_back(backup: Path, told: Manifest, into: Path, database: str, say: Say) -> None:
    _load(embedded.database(database), backup, told)
    say(f"Every row is there: {sum(told.rows.values())} in {len(told.rows)} tables.")
    _put_files(backup, into)
    _settle(into, database, say)


def _lacking(told: Manifest, prints: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in told.keys if prints.get(name) != told.keys[name]))


def _fits(told: Manifest) -> None:
    """Its tables are no later than ours."""
    known = set(MigrationLoader(None).disk_migrations or ())
    if later := [
        f"{app} {name}" for app, name in told.migrations.items() if (app, name) not in known
    ]:
        raise BadBackup(
            f"The backup was made by release {told.product} and this is {__version__}, which does not know "
            f"{', '.join(sorted(later))}: restore it with that release."
        )


def _is_free(into: Path) -> None:
    """Nothing lives in the folder or lies in it, save what an operator puts there first."""
    if into.exists() and not into.is_dir():
        raise BadBackup(f"{into} is a file: name a folder that does not exist yet.")
    lying = {one.name for one in into.iterdir()} - BROUGHT if into.exists() else set()
    if lying:
        raise BadBackup(
            f"{into} holds {len(lying)} things, {min(lying)} for one: a backup is never put over anything. Name "
            "a folder that does not exist yet."
        )


@contextmanager
def _servers(into: Path) -> Iterator[embedded.Servers]:
    """DATABASE_URL's database, or our own while it is filled. The queue is not needed: it starts empty."""
    if named := env.text("DATABASE_URL"):
        part.wait_for_stores(names=("DATABASE_URL",))  # a container's may just be making its folder
        yield embedded.Servers(named, env.text("REDIS_URL"))
        return
    with _own_servers(into) as servers:
        yield servers


@contextmanager
def _own_servers(into: Path, *, durable: bool = True) -> Iterator[embedded.Servers]:
    keeper = Keeper(into, durable=durable, without=frozenset({"redis"}))
    try:
        yield keeper.start()
    finally:
        keeper.stop(wait=True)


def _load(database: Mapping[str, Any], backup: Path, told: Manifest) -> None:
    """The dump, whole: as many rows in each table as were counted when it was taken."""
    with psycopg.connect(conninfo(database), autocommit=True) as link:
        _suits(link, told)
        programs.load(database, backup / DUMP, major=told.postgres)
        for table, rows in told.rows.items():
            if (found := taking.count(link, table)) != rows:
                raise BadBackup(f"{table} has {found} rows, {rows} were told: do not use it.")


def _suits(link: taking.Connection, told: Manifest) -> None:
    """The database is of that major version and role, and empty. Raises BadBackup."""
    row = link.execute(
        "SELECT current_setting('server_version_num')::int / 10000, current_user,"
        " (SELECT count(*) FROM pg_tables WHERE schemaname = 'public')"
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    if str(row[0]) != told.postgres:
        raise BadBackup(f"The backup is of PostgreSQL {told.postgres}, the database is {row[0]}.")
    if row[1] != told.role:
        raise BadBackup(
            f"The backup's tables belong to the role {told.role}, and what may not be changed is kept from "
            f"that role: connect as {told.role}, not as {row[1]}."
        )
    if row[2]:
        raise BadBackup(
            f"The database that DATABASE_URL names has {row[2]} tables: name an empty one."
        )


def _put_files(backup: Path, into: Path) -> None:
    """The journal's files lie where their dead processes left them: the first door adopts them."""
    for name in ("journal", *taking.FOLDERS):
        if (backup / name).is_dir():
            shutil.copytree(backup / name, into / name)
            (into / name).chmod(0o700)


def _take_along(journal: Path, into: Path) -> None:
    """What doors wrote down after the backup. A file only grows, so of two with one name the longer has it all;
    how far the database has it stands in the database.
    """
    for path in sorted(journal.glob(f"*{writer.SUFFIX}")):
        place = into / path.name
        if not place.exists() or place.stat().st_size < path.stat().st_size:
            into.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(path, place)
            place.chmod(0o600)


def _settle(into: Path, database: str, say: Say) -> None:
    """Today's tables, nothing sent by itself, the ledger recounted: by a process whose settings are the new folder's."""
    done = subprocess.run(
        [sys.executable, "-m", "config.backups.settling"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "NJIA_DATA": str(into),
            "DATABASE_URL": database,
            "DATABASE_URL_FILE": "",  # else it would win
            "REDIS_URL": env.text("REDIS_URL") or embedded.addresses(into).redis,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        say(line)
    if done.returncode:
        raise BadBackup("What was restored does not hold: do not use it, take an older backup.")
