"""Gateways that lead to a workspace of RapidPro and from there to the simulated network."""

import pytest

from campaigns.blasts import routes
from tests.campaigns import scene
from tests.campaigns.replies.rapidpro import CHANNEL, SECRET
from tests.gateways.rapidpro_server import TOKEN, Workspace

GATEWAYS = """
[gateways.{carrier}]
adapter = "africastalking"
simulated = {simulated}
secret = "simulated-simulated-simulated"
sender = "NJIA"
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{port}/version1"
[gateways.rp]
adapter = "rapidpro"
secret = "{secret}"
base = "{base}"
token = "{token}"
channel = "{channel}"
carrier = "{carrier}"
forwards = ["21512"]
"""


@pytest.fixture
def set_up(server, settings, deployment, tmp_path):
    """Sets the two gateways up; `simulated`: whether a phone may ring at night."""

    def made(simulated="true"):
        server.workspace = Workspace(server.server_address[1])
        file = tmp_path / "gateways.toml"
        text = GATEWAYS.format(
            carrier="sim",
            simulated=simulated,
            port=deployment.network.port,
            secret=SECRET,
            base=server.workspace.url,
            token=TOKEN,
            channel=CHANNEL,
        )
        file.write_text(text, encoding="utf-8")
        settings.GATEWAYS_FILE = str(file)
        scene.forget_routes()
        return server.workspace

    yield made
    routes.gateway("rp").client.close()  # type: ignore[attr-defined]
