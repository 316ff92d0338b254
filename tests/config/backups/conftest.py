"""One life of a deployment to save and to restore, in folders that only their owner opens."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analytics.conftest import indicators
from tests.config.backups import lives
from tests.config.backups.lives import Life

__all__ = ["indicators"]
NOBODY = 65534


@pytest.fixture
def life(transactional_db: None, tmp_path: Path) -> Iterator[Life]:
    """A small deployment in this test's database, its data folder under tmp_path."""
    (tmp_path / "living").mkdir()
    made = lives.begin(tmp_path / "living")
    yield made
    made.end()


@pytest.fixture
def closed(public: Path) -> Iterator[Path]:
    """A folder that somebody else owns, with a backup that nobody but its owner may read."""
    (public / "njia-20260302T120005Z").mkdir(mode=0)
    public.chmod(0o555)
    before = os.geteuid()
    if before == 0:  # nothing is closed to root
        os.seteuid(NOBODY)
    yield public
    os.seteuid(before)
    public.chmod(0o755)
