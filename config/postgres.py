"""The embedded PostgreSQL: first set-up, start on whatever a crash left behind, stop.

Run by root, the server drops to an unprivileged account and is given its data folder as a directory
handle (`-D /proc/self/fd/N`), so that no parent folder has to be opened to anybody.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config import lifeline
from config.binaries import BrokenStore, Runner, own, postgres_bin, runner
from config.stores import PATIENCE, Store, answers, wait_for

ROLE = "njia"  # the product's role and database; no superuser, may create databases (tests)
MAJOR = "18"
SOCKET = ".s.PGSQL.5432"
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # a failed statement or its DETAIL may hold a phone number or somebody's words: neither is logged
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# the same order and the same letter cases on every machine, whatever locales it has
LOCALE = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# what a server says while the remains of a killed one are still going away
PASSING = ("shared memory", "lock file")


class Postgres(Store):
    """The database server of one data folder."""

    __slots__ = ()
    name = "postgres"
    pid_file = "postmaster.pid"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@/{ROLE}?host={self.sockets}"

    def ready(self) -> bool:
        """Whether the server takes the product's connections."""
        if not answers(self.sockets / SOCKET):
            return False
        with contextlib.suppress(psycopg.OperationalError):
            connect(self.sockets).close()
            return True
        return False

    def start(self) -> None:
        """Start the server, set it up at first; returns when the product can connect."""
        who = runner(self.folder)
        binaries = postgres_bin(who)
        own(self.sockets, who)
        if not self.folder.exists():
            self._set_up(binaries, who)
        own(self.folder, who)
        self._check_version()
        if self.adopt():
            return
        self._launch(binaries, who)
        try:
            self._ensure_role()
        except psycopg.Error as error:
            self.shut()
            raise BrokenStore(
                f"The PostgreSQL of {self.folder} starts, but its data are damaged "
                f"({_reason(str(error))}): restore the folder from a backup."
            ) from None

    def shut(self) -> None:
        """Fast shutdown: open transactions are rolled back. Throw-away servers just end."""
        self.stop(*((signal.SIGINT,) if self.durable else ()), signal.SIGQUIT)

    # --- what lies in the folder ------------------------------------------------------------------

    def _check_version(self) -> None:
        marker = self.folder / "PG_VERSION"
        found = marker.read_text(errors="replace").strip() if marker.exists() else ""
        if not found:
            raise BrokenStore(
                f"{self.folder} is not a PostgreSQL data folder (it has no PG_VERSION): "
                "move it away, or restore it from a backup."
            )
        if found != MAJOR:
            raise BrokenStore(
                f"{self.folder} holds data of PostgreSQL {found}, but this release runs {MAJOR}: "
                "see docs/operator.md on upgrades."
            )

    def _set_up(self, binaries: Path, who: Runner) -> None:
        """Make the data folder beside its place, then move it there: a broken-off set-up leaves no half."""
        draft = self.data / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        own(draft, who)
        how = LOCALE if self.durable else (*LOCALE, "--no-sync")
        with _handle(draft, who) as (name, handles):
            code, complaint = _finish(
                subprocess.Popen(
                    [binaries / "initdb", "-D", name, "-U", "postgres", "-A", "trust", *how],
                    pass_fds=handles,
                    cwd="/",
                    env={"LC_ALL": "C", "PATH": os.defpath},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                    start_new_session=True,
                    preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
                    **who.options(),
                )
            )
        if code:
            raise BrokenStore(f"PostgreSQL cannot be set up in {self.data}: {_reason(complaint)}")
        draft.rename(self.folder)

    # --- running ----------------------------------------------------------------------------------

    def _launch(self, binaries: Path, who: Runner) -> None:
        """Start the server; once more while remains of a killed one still hold its memory."""
        until = time.monotonic() + 15
        while True:
            self._clear_remains()
            self.process = self._spawn(binaries, who)
            if wait_for(self._says_ready, self.process, PATIENCE):
                return
            words = self.last_words()
            if time.monotonic() > until or not any(sign in words for sign in PASSING):
                raise BrokenStore(
                    f"PostgreSQL does not start on {self.folder}: {words}. If the folder is damaged, "
                    "restore it from a backup."
                )
            time.sleep(0.2)

    def _clear_remains(self) -> None:
        """Nobody lives here (we hold the lock and looked), so a pid file or a socket is a leftover.

        A leftover pid file must go: its number may by now belong to any other process of this account,
        and PostgreSQL would refuse to start because of it.
        """
        if answers(self.sockets / SOCKET):
            raise BrokenStore(
                f"A PostgreSQL that cannot be told from postmaster.pid answers in {self.sockets}: "
                f"end it, then start again ({self.folder})."
            )
        (self.folder / self.pid_file).unlink(missing_ok=True)
        for leftover in self.sockets.glob(f"{SOCKET}*"):
            leftover.unlink(missing_ok=True)

    def _spawn(self, binaries: Path, who: Runner) -> subprocess.Popen[bytes]:
        settings = SETTINGS | ({} if self.durable else CARELESS)
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with _handle(self.folder, who) as (name, handles), self.log() as log:
            return subprocess.Popen(
                [binaries / "postgres", "-D", name, "-k", str(self.sockets), *flags],
                pass_fds=handles,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.defpath},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lifeline.tied(signal.SIGINT if self.durable else signal.SIGQUIT),  # noqa: PLW1509
                **who.options(),
            )

    def _says_ready(self) -> bool:
        """Line 8 of postmaster.pid, as pg_ctl reads it."""
        with contextlib.suppress(OSError):
            lines = (self.folder / self.pid_file).read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def _ensure_role(self) -> None:
        with connect(self.sockets, role="postgres", database="postgres") as link:
            if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                link.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
            if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                link.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE)))


def connect(sockets: Path, *, role: str = ROLE, database: str = ROLE) -> psycopg.Connection[Any]:
    """A connection to the server that listens in this folder."""
    return psycopg.connect(
        host=str(sockets), user=role, dbname=database, autocommit=True, connect_timeout=5
    )


@contextlib.contextmanager
def _handle(folder: Path, who: Runner) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The folder's name for the server, and the handles to hand over.

    A dropped account may not be able to walk to the folder; through an open handle it need not walk.
    """
    if not (who.drop and lifeline.LINUX):
        yield str(folder), ()
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}", (handle,)
    finally:
        os.close(handle)


def _finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a program's end: exit code and complaints. Interrupted, we end it and all it started."""
    try:
        _, complaint = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, complaint


def _reason(errors: str) -> str:
    lines = errors.splitlines()
    loud = [line for line in lines if "error" in line.lower() or "FATAL" in line]
    return (loud or lines or ["no reason given"])[-1].strip()
