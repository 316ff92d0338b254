"""A simulated network beside this process, and the current edition on the shelf."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateways.network.server import Network, Setup, running
from tests.campaigns import scene
from tests.campaigns.scene import Scene


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("network")
    with running(Setup(hooks=folder / "hooks.json", state=folder)) as network:
        yield network


@pytest.fixture
def deployment(settings, tmp_path: Path, judge: Network) -> Iterator[Scene]:
    """The product's settings as they are where it runs, with a data folder of its own."""
    settings.DATA = tmp_path
    settings.NETWORK_PORT = judge.port
    scene.forget_routes()
    judge.control.reset({})
    made = Scene(judge)
    made.faults()
    made.publish()
    yield made
    judge.control.reset({})
    scene.forget_routes()
