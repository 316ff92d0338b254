"""A simulated network and a product to call back, both on free loopback ports."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

import gateways
from gateways.africastalking import AfricasTalking
from gateways.network.server import Network, Setup, running, wait_quiet
from gateways.rapidpro import RapidPro
from tests.gateways import rapidpro_server
from tests.gateways.rapidpro_server import Workspace


@dataclass
class Product:
    """Stands for our product's hooks: keeps every form, answers as it is told."""

    url: str = ""
    forms: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    status: int = 200
    menu: dict[str, str] = field(default_factory=dict)  # transcript -> answer
    metadata: str = ""
    closes: bool = False  # after each answer, without saying so

    def of(self, kind: str) -> list[dict[str, str]]:
        return [form for one, form, _ in self.forms if one == kind]


class Hook(BaseHTTPRequestHandler):
    server: "ProductServer"
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 5

    def setup(self):
        super().setup()
        self.server.product.connections += 1

    def log_message(self, *_):
        pass

    def do_POST(self):
        product = self.server.product
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        kind = self.path.rsplit("/", 1)[1]
        product.forms.append((kind, form, dict(self.headers)))
        text = product.menu.get(form.get("text", ""), "END ?") if kind == "ussd" else "ok"
        self.send_response(product.status)
        self.send_header("Content-Length", str(len(text.encode())))
        if product.metadata:
            self.send_header("at-ussd-hop-metadata", product.metadata)
        self.end_headers()
        self.wfile.write(text.encode())
        self.close_connection = product.closes


class ProductServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    product: Product

    def handle_error(self, *_):
        pass


@pytest.fixture(scope="session")
def product_server() -> Iterator[ProductServer]:
    server = ProductServer(("127.0.0.1", 0), Hook)
    server.product = Product()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def running_network(product_server: ProductServer, data: Path) -> Iterator[Network]:
    product = f"http://127.0.0.1:{product_server.server_address[1]}"
    setup = Setup(product=product, hooks=data / "hooks.json", state=data / "network")
    with running(setup) as network:
        yield network


@pytest.fixture
def product(product_server: ProductServer) -> Product:
    product_server.product = Product()
    return product_server.product


@pytest.fixture
def network(running_network: Network, product: Product) -> Iterator[Network]:
    """As new for each test, with no receipts unless the test asks for them."""
    running_network.control.reset({})
    running_network.control.set_faults({"receipts": "off", "callback_retry": 0.05})
    yield running_network
    product.status = 200  # what is still to be posted finds an open ear, else it would come again
    running_network.control.reset({})
    assert wait_quiet(running_network)


@pytest.fixture
def gateway(network: Network, data: Path) -> Iterator[AfricasTalking]:
    made = gateways.load("", data=data, network_port=network.port)["sim"]
    assert isinstance(made, AfricasTalking)
    yield made
    made.client.close()


@pytest.fixture
def handsets(network):
    """The control API, as outsiders call it."""
    session = requests.Session()
    session.trust_env = False

    def ask(name: str, body: dict[str, Any] | None = None, **query: str):
        url = f"http://127.0.0.1:{network.port}/handsets/{name}"
        reply = session.get(url, params=query) if body is None else session.post(url, json=body)
        return reply.json()

    yield ask
    session.close()


@pytest.fixture
def hooks(gateway):
    """The product has made its hook secret."""
    return gateway


@pytest.fixture(scope="session")
def workspaces() -> Iterator[rapidpro_server.Server]:
    with rapidpro_server.running() as server:
        yield server


@pytest.fixture
def workspace(workspaces: rapidpro_server.Server) -> Workspace:
    """A workspace of RapidPro, new for each test."""
    workspaces.workspace = Workspace(workspaces.server_address[1])
    return workspaces.workspace


@pytest.fixture
def rapidpro(workspace: Workspace) -> Iterator[RapidPro]:
    made = rapidpro_server.account(workspace.url)
    yield made
    made.client.close()
