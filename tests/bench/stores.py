"""Stores of a bench's own, in a folder that goes with them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django


@contextmanager
def own() -> Iterator[Path]:
    """This process has a PostgreSQL and a Valkey to itself, and Django over them; gives the data folder."""
    from config import embedded

    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder:
        keeper = embedded.Keeper(Path(folder).resolve(), durable=False)
        try:
            servers = keeper.start()
            os.environ |= {
                "DATABASE_URL": servers.database,
                "REDIS_URL": servers.redis,
                "NJIA_TEST_DATA": folder,
                "DJANGO_SETTINGS_MODULE": "config.settings.test",
            }
            django.setup()
            yield Path(folder)
        finally:
            keeper.stop()
