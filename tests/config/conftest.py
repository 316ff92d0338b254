import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import Keeper
from tests import servers


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder of this test's own. Made closed to others, as `mkdtemp` does."""
    folder = Path(tempfile.mkdtemp(prefix="njia-house-")).resolve()
    yield folder
    servers.wipe(folder)


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
