"""Fixtures that every room's tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analytics import networks
from people import identity, keys

Rotate = Callable[..., None]


@pytest.fixture(autouse=True)
def no_names_of_another_test():
    """A process keeps the networks' names for seconds: longer than a test."""
    networks.forget()


@pytest.fixture
def rotate(settings, tmp_path: Path) -> Iterator[Rotate]:
    """A key file of the test's own, and a rotation as every process sees it after its restart.

    `rotate()` gives every purpose a new key, `rotate("token")` one.
    """
    settings.KEYS_FILE = tmp_path / "keys.toml"
    identity.reload_keys()
    identity.ring()

    def turn(*purposes: str) -> None:
        for purpose in purposes or keys.LENGTHS:
            keys.rotate(settings.KEYS_FILE, purpose)
        identity.reload_keys()

    yield turn
    identity.reload_keys()
