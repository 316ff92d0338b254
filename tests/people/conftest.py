import pytest

from people import identity, keys


@pytest.fixture
def rotate(settings, tmp_path):
    """Rotate keys (all of them when none is named), as after a restart of every process."""
    settings.KEYS_FILE = tmp_path / "keys.toml"
    identity.reload_keys()

    def _rotate(*purposes):
        for purpose in purposes or keys.LENGTHS:
            keys.rotate(settings.KEYS_FILE, purpose)
        identity.reload_keys()

    yield _rotate
    identity.reload_keys()
