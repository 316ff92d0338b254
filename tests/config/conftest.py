"""Servers of the tests' own, in folders that go with the test."""

import io
import logging
import logging.config
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.embedded import Keeper
from tests import servers


@contextmanager
def temporary() -> Iterator[Path]:
    """A data folder, closed to others as `mkdtemp` makes it; wiped together with its sockets."""
    folder = Path(tempfile.mkdtemp(prefix="njia-house-", dir=servers.place())).resolve()
    yield folder
    servers.wipe(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of this test's own."""
    with temporary() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared() -> Iterator[Keeper]:
    """Quick servers for all tests of a module that leave them running."""
    with temporary() as folder:
        keeper = Keeper(folder, durable=False)
        keeper.start()
        yield keeper
        keeper.stop()


@pytest.fixture
def keeper(data) -> Iterator[Keeper]:
    """Quick servers of this test's own, not started yet."""
    keeper = Keeper(data, durable=False)
    yield keeper
    keeper.stop()


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="njia-house-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def console():
    """The logging of the product, its console kept instead of shown."""
    kept = io.StringIO()
    own: dict[str, Any] = dict(settings.LOGGING)
    own["handlers"] = {"console": {**own["handlers"]["console"], "stream": kept}}
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(own)
    yield kept
    logging.getLogger().handlers[:] = before
