"""A simulated network and a workspace of RapidPro beside this process, and the current edition on the shelf."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from campaigns.blasts import pace, sending
from campaigns.blasts.budget import LONG_AGO
from campaigns.models import Price
from gateways.network.server import Network, Setup, running
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.gateways import rapidpro_server

SIM = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "simulated-simulated-simulated"
sender = "NJIA"
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{port}/version1"
[gateways.sim.codes]
"*384*1234#" = "KE"
"""
GATEWAYS = (
    SIM
    + """
[gateways.real]
adapter = "africastalking"
secret = "invented-invented-invented"
sender = "NJIA"
username = "njia"
key = "invented"
base = "http://127.0.0.1:{port}/version1"
[gateways.real.codes]
"*384*1234#" = "KE"
"*384*77#" = {{ country = "KE", campaign = "sea" }}
"""
)

TWO = (
    SIM
    + """
[gateways.other]
adapter = "africastalking"
simulated = true
secret = "otherotherotherotherotherother"
sender = "NJIA2"
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{other}/version1"
"""
)


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
    redis.Redis.from_url(
        settings.REDIS_URL
    ).flushdb()  # no test waits for a breaker another one opened
    judge.control.reset({})
    made = Scene(judge)
    made.faults()
    made.publish()
    yield made
    judge.control.reset({})
    scene.forget_routes()


@pytest.fixture
def real_gateway(settings, deployment: Scene, tmp_path: Path) -> None:
    """Beside the simulated account one for real phones (that leads to the simulated network all the same)."""
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(port=deployment.network.port), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    Price.objects.create(
        gateway="real", country="KE", per_part="0.8", currency="KES", valid_from=LONG_AGO
    )


@pytest.fixture(scope="session")
def second_judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    folder = tmp_path_factory.mktemp("second-network")
    with running(Setup(hooks=folder / "hooks.json", state=folder)) as network:
        yield network


@pytest.fixture
def second(settings, deployment: Scene, second_judge: Network, tmp_path: Path) -> Iterator[Scene]:
    """A second simulated account, "other", at a network of its own: dearer, and for Safaricom only.

    The first, "sim", has a price for every network.
    """
    file = tmp_path / "gateways.toml"
    ports = {"port": deployment.network.port, "other": second_judge.port}
    file.write_text(TWO.format(**ports), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    second_judge.control.reset({})
    scene.forget_routes()
    for name, network, price in (("sim", "", "0.8"), ("other", "63902", "1.2")):
        values = {"country": "KE", "currency": "KES", "valid_from": LONG_AGO}
        Price.objects.create(gateway=name, network=network, per_part=price, **values)
    made = Scene(second_judge)
    made.faults()
    yield made
    second_judge.control.reset({})


@pytest.fixture
def quick_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks are tried again at once instead of after seconds to minutes; the breaker rests briefly."""
    monkeypatch.setattr(sending, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(sending, "LONGEST_WAIT", 0.05)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An open breaker rests for a moment only."""
    monkeypatch.setattr(pace, "FIRST_REST", 0.1)
    monkeypatch.setattr(pace, "LONGEST_REST", 0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[rapidpro_server.Server]:
    """A workspace of RapidPro on this machine."""
    with rapidpro_server.running() as server:
        yield server
