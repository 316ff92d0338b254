"""PostgreSQL's own pg_dump and pg_restore, of the server's major version."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.binaries import postgres_program
from config.house import conninfo


class Failed(ImproperlyConfigured):
    """A program of PostgreSQL ended with an error; the message has its last words."""


def dump(database: Mapping[str, Any], file: Path, *, major: str, snapshot: str) -> None:
    """Write the database, as the exported snapshot sees it, in PostgreSQL's custom format, mode 0600.

    Locks no row: everybody goes on reading and writing. Only a migration waits for it. Raises Failed.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _run("pg_dump", database, ["--format=custom", f"--snapshot={snapshot}"], major, handle)
    finally:
        os.close(handle)


def load(database: Mapping[str, Any], file: Path, *, major: str) -> None:
    """Put a dump into an empty database: all of it or nothing. Raises Failed."""
    words = ["--exit-on-error", "--single-transaction", "--no-owner", str(file)]
    _run("pg_restore", database, words, major, subprocess.DEVNULL)


def _run(name: str, database: Mapping[str, Any], words: list[str], major: str, output: int) -> None:
    """The password goes by the environment: what stands on a command line, everybody on the machine reads."""
    place = conninfo_to_dict(conninfo(database))
    password = str(place.pop("password", ""))
    done = subprocess.run(
        [postgres_program(name, major), "--dbname", make_conninfo("", **place), *words],
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line] or [
            "no reason given"
        ]
        raise Failed(f"{name} failed: {lines[0].removeprefix(f'{name}: error: ')}")
