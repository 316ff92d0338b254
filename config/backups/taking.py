"""Takes a backup while everything runs.

The journal is what makes the order of the steps matter: a line is in its file first, then in the database, and
its file goes. While we hold the shippers' lock no line is carried over, so the database of that moment and the
files of that moment together hold every line once; calls and messages are answered all the while. The
dump then reads that moment's database, however long it takes.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from psycopg import sql

from config import __version__
from config.backups import manifest, programs
from config.backups.manifest import DUMP, BadBackup, Manifest
from config.embedded import Lock
from config.house import conninfo
from journal import shipper, writer
from people import keys

FOLDERS = ("editions", "evidence", "packs")  # below the data folder, and the journal
NAME = "njia-%Y%m%dT%H%M%SZ"
PATTERN = "njia-*T*Z"
RESCUED = "journal-%Y%m%dT%H%M%SZ"
PART = ".part"
LOCK_PATIENCE = "10s"  # a shipper holds it for milliseconds
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: an entry of DATABASES, the data folder, the key ring for its prints, and the journals of
    doors that have a data folder of their own.
    """

    database: Mapping[str, Any]
    data: Path
    ring: keys.Ring
    journals: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The database of one moment: a snapshot's name, good while its connection lives, and what it says."""

    snapshot: str
    major: str
    role: str
    migrations: Mapping[str, str]


def take(source: Source, into: Path, *, at: datetime, keep: int) -> Path:
    """Take a backup, then let all but the newest `keep` go; the new one's folder.

    It has its name only once it is whole. Raises BadBackup, programs.Failed, OSError, psycopg.Error.
    """
    lock = _lock(into)
    try:
        _clear(into)
        made = into / at.strftime(NAME)
        draft = made.with_suffix(PART)
        draft.mkdir(mode=0o700)
        _fill(source, draft, at)
        draft.rename(made)
        _let_go(into, keep)
        return made
    finally:
        lock.leave()


def rescue(source: Source, into: Path, *, at: datetime) -> Path:
    """The journal's files alone, where the database is lost: what came in since the last backup, in a new folder.

    Raises BadBackup, OSError.
    """
    lock = _lock(into)
    try:
        made = into / at.strftime(RESCUED)
        made.mkdir(mode=0o700)
        _copy_journals(source, made)
        return made
    finally:
        lock.leave()


def _copy_journals(source: Source, target: Path) -> None:
    for folder in (source.data / "journal", *source.journals):
        _copy(folder, target, f"*{writer.SUFFIX}")


def _lock(into: Path) -> Lock:
    """That of the folder, so that one backup at a time is taken into it. Raises BadBackup."""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = Lock(into / "backup.lock")
        free = lock.take()
    except PermissionError:
        raise BadBackup(
            f"{into} may not be written by account number {os.geteuid()}, as which this runs: give it to that "
            "account (chown -R). Of a container it is the folder of the host that is mounted there."
        ) from None
    if not free:
        raise BadBackup(f"Another backup is being taken into {into}: wait for it.")
    return lock


def _clear(into: Path) -> None:
    """Remove what a backup that was broken off left; we hold the lock, so nobody is at it."""
    for left in into.glob(f"njia-*{PART}"):
        shutil.rmtree(left)


def _let_go(into: Path, keep: int) -> None:
    whole = sorted(one for one in into.glob(PATTERN) if (one / manifest.NAME).is_file())
    for old in whole[: max(len(whole) - keep, 0)]:
        shutil.rmtree(old)


def _fill(source: Source, draft: Path, at: datetime) -> None:
    with psycopg.connect(conninfo(source.database), application_name="njia backup") as link:
        with _nothing_shipped(source.database):
            moment = _moment(link)
            _copy_journals(source, draft / "journal")
        programs.dump(source.database, draft / DUMP, major=moment.major, snapshot=moment.snapshot)
        rows = _rows(link)
    for name in FOLDERS:
        _copy(source.data / name, draft / name, "*")
    told = Manifest(
        product=__version__,
        taken_at=at,
        postgres=moment.major,
        role=moment.role,
        migrations=moment.migrations,
        rows=rows,
        keys=manifest.prints(source.ring),
        files=tuple(manifest.listed(draft)),
    )
    place = draft / manifest.NAME
    place.touch(mode=0o600)
    place.write_text(told.to_json(), encoding="utf-8")


@contextlib.contextmanager
def _nothing_shipped(database: Mapping[str, Any]) -> Iterator[None]:
    """While inside, no journal line goes from its file into the database. A connection of its own, because
    the snapshot has to begin after the lock is ours.
    """
    with psycopg.connect(conninfo(database), autocommit=True) as link:
        link.execute(sql.SQL("SET lock_timeout = {}").format(LOCK_PATIENCE))
        link.execute("SELECT pg_advisory_lock(%s)", [shipper.LOCK])
        yield


def _moment(link: Connection) -> Moment:
    link.execute("SET idle_in_transaction_session_timeout = 0")  # a dump may take hours
    link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    row = link.execute(
        "SELECT pg_export_snapshot(), current_setting('server_version_num')::int / 10000, current_user"
    ).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    applied = link.execute("SELECT app, max(name) FROM django_migrations GROUP BY app").fetchall()
    return Moment(str(row[0]), str(row[1]), str(row[2]), dict(applied))


def _rows(link: Connection) -> dict[str, int]:
    """Rows of each table of ours, in the snapshot: what a restore must find again. One pass over each."""
    return {name: count(link, name) for name in tables()}


def tables() -> list[str]:
    """The tables of the product's own apps."""
    return sorted(
        model._meta.db_table  # noqa: SLF001 - Django's documented way to a table's name
        for app in apps.get_app_configs()
        if Path(app.path).parent == settings.BASE_DIR
        for model in app.get_models(include_auto_created=True)
    )


def count(link: Connection, table: str) -> int:
    row = link.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has a row
    return int(row[0])


def _copy(source: Path, target: Path, pattern: str) -> None:
    """The folder's files, with their folders. One that goes away meanwhile is left out."""
    for path in source.rglob(pattern):
        if not path.is_file() or path.suffix == PART:
            continue
        place = target / path.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(path, place)
            place.chmod(0o600)
