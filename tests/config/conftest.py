import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
