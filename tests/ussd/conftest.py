"""The whole way of a simulated call in one process: page, network, the product's own door."""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from campaigns.blasts import routes
from gateways.network.server import Network, Setup, running, wait_quiet
from gateways.wire import Environ, StartResponse, Wsgi, answer
from tests.doors import desk
from tests.editions import edition
from ussd.hooks import door


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: paths hold secrets."""


@dataclass
class Product:
    """The hooks: USSD by the real door, SMS only taken down; `broken`: a call meets a 500."""

    ussd: Wsgi
    heard: list[str] = field(default_factory=list)
    broken: bool = False

    def __call__(self, environ: Environ, start_response: StartResponse):
        kind = environ["PATH_INFO"].rpartition("/")[2]
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(body)  # ends with the body, as granian's does
        if self.broken and kind == "ussd":
            start_response("500 Internal Server Error", [("Content-Type", "text/html")])
            return [b"<h1>Traceback</h1>"]
        if kind.startswith("ussd"):
            return self.ussd(environ, start_response)
        self.heard.append(kind)
        return answer(start_response, "ok")


@pytest.fixture
def product(settings, tmp_path: Path) -> Iterator[Product]:
    settings.DATA = tmp_path
    routes.gateways.cache_clear()
    yield Product(door(desk(tmp_path, routes.gateways()["sim"], editions=[edition()])))
    routes.gateways.cache_clear()


@pytest.fixture
def network(settings, product: Product, tmp_path: Path) -> Iterator[Network]:
    """A network that calls the product back, and that the pages press."""
    with make_server("127.0.0.1", 0, product, WSGIServer, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        setup = Setup(
            product=f"http://127.0.0.1:{server.server_port}",
            hooks=tmp_path / "hooks.json",
            state=tmp_path / "network",
        )
        with running(setup) as network:
            settings.NETWORK_PORT = network.port
            yield network
            assert wait_quiet(network)
        server.shutdown()
        thread.join()
