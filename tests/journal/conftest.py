"""What journal tests share: the address of the test database, and a PostgreSQL that may be killed."""

import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from config import embedded
from config.house import conninfo as of
from tests.servers import PREFIX, wipe


@pytest.fixture
def conninfo(transactional_db: None) -> str:
    return of(connection.settings_dict)


@pytest.fixture
def mortal(db: None) -> Iterator[embedded.Keeper]:
    """A PostgreSQL of this test's own, with the journal's tables."""
    keeper = embedded.Keeper(
        Path(tempfile.mkdtemp(prefix=PREFIX)).resolve(),
        durable=False,
        without=frozenset({"redis"}),
    )
    try:
        keeper.start()
        out = StringIO()
        call_command("sqlmigrate", "journal", "0001", stdout=out)
        with psycopg.connect(keeper.servers.database, autocommit=True) as own:
            own.execute("SET synchronous_commit = on")  # or the kill takes the tables with it
            own.execute(out.getvalue())
        yield keeper
    finally:
        keeper.stop()
        wipe(keeper.data)
