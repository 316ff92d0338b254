from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analytics.conftest import indicators
from tests.config.backups import lives
from tests.config.backups.lives import Life

__all__ = ["indicators"]


@pytest.fixture
def life(transactional_db: None, tmp_path: Path) -> Iterator[Life]:
    """A small deployment in this test's database, its data folder under tmp_path."""
    (tmp_path / "living").mkdir()
    made = lives.begin(tmp_path / "living")
    yield made
    made.end()
