"""A site over a simulated network, with a WhatsApp number beside the SMS account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import editions
from tests.analytics.conftest import indicators
from tests.campaigns import scene
from tests.campaigns.conftest import SIM, deployment, judge
from tests.campaigns.scene import Scene
from tests.gateways import messengers
from tests.safeguarding.site import Site, build, close

__all__ = ["deployment", "indicators", "judge"]


@pytest.fixture
def site(
    indicators: None,
    deployment: Scene,
    settings,
    tmp_path: Path,
) -> Iterator[Site]:
    """Serves the small edition: English and Swahili in Kenya, one danger, one safe way."""
    base = f"http://127.0.0.1:{deployment.network.port}"
    file = tmp_path / "gateways.toml"
    file.write_text(SIM.format(port=deployment.network.port) + messengers.file(base), "utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    made = build(editions.edition())
    yield made
    close(made)
