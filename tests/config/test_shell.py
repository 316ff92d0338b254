"""manage.py as an operator meets it: in a process of its own, outside the running product."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connection

from config import shell
from people.keys import BadKeys
from tests.config.programs import ROOT, SERVERS

NOWHERE = {
    "DATABASE_URL": "postgresql://njia@127.0.0.1:1/njia",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def manage(data: Path, *words: str, **environment: str) -> tuple[int, str]:
    """Exit code and complaint of a command; what it printed must be nothing."""
    clean = {name: value for name, value in os.environ.items() if name not in SERVERS}
    clean["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *words],
        cwd=data,
        env={**clean, "NJIA_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"NJIA_PORT": "soon"}, "NJIA_PORT must be a whole number, not 'soon'."),
        (
            {**NOWHERE, "DATABASE_URL": "nonsense"},
            "DATABASE_URL must look like postgresql://role:password@host:5432/database.",
        ),
    ],
)
def test_nonsense_in_the_settings_is_one_sentence(data, environment, sentence):
    assert manage(data, "verify_ledger", **environment) == (1, f"{sentence}\n")


def test_absent_database_is_one_sentence(data):
    code, complaint = manage(data, "verify_ledger", **NOWHERE)
    assert code == 1
    assert complaint.startswith("The database does not answer (connection failed: connection to")
    assert complaint.endswith("): start it, or mend DATABASE_URL.\n")
    assert complaint.count("\n") == 1


def test_traceback_is_there_for_who_asks(data):
    code, complaint = manage(data, "verify_ledger", "--traceback", NJIA_PORT="soon")
    assert code == 1
    assert complaint.startswith("Traceback")


@pytest.mark.django_db
def test_missing_tables_are_told_with_what_makes_them():
    with pytest.raises(ProgrammingError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM not_migrated_yet")
    assert shell.told(caught.value) == (
        "The database lacks tables of this release: run `make up` once, or `manage.py migrate`."
    )


def test_only_troubles_of_the_surroundings_are_told():
    assert shell.told(ImproperlyConfigured("Say so.")) == "Say so."
    assert shell.told(OperationalError("gone\nIs it running?")) == (
        "The database does not answer (gone): start it, or mend DATABASE_URL."
    )
    assert shell.told(psycopg.OperationalError()) == (
        "The database does not answer (OperationalError): start it, or mend DATABASE_URL."
    )
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    assert shell.told(full) == "/data/x cannot be used: No space left on device."
    refused = OperationalError("could not extend file")
    refused.__cause__ = psycopg.errors.DiskFull()
    assert shell.told(refused) == "The database's disk is full (could not extend file): make room."
    assert shell.told(BadKeys("Make one.")) == "Make one."
    assert shell.told(ValueError("ours")) == ""
    assert shell.told(FileNotFoundError(errno.ENOENT, "gone", "ours")) == ""


def test_command_line_without_the_packages_says_what_to_run(tmp_path):
    (tmp_path / "manage.py").write_text((ROOT / "manage.py").read_text())
    done = subprocess.run(
        [sys.executable, "-S", tmp_path / "manage.py", "check"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath},
    )
    assert (done.returncode, done.stderr) == (
        1,
        "The packages are not installed: run `make setup` first.\n",
    )
