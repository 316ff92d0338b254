"""The HTTP face of the simulated network: threads, kept connections, replies written in one piece.

`/version1/...` is the provider's wire, `/handsets/...` is for whoever holds the phones.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from gateways.network.callbacks import Hooks, Post, Scheduler
from gateways.network.control import Body, Control, Wrong
from gateways.network.exchange import Exchange, Message, Verdict
from gateways.network.faults import Faults
from gateways.network.handsets import Handsets
from gateways.network.operators import CURRENCY

JSON = "application/json"
BODY_LIMIT = 8 << 20  # bytes; a thousand numbers are 16 KiB
GARBAGE = b"<!doctype html><title>Welcome</title><p>Please sign in to this network.</p>"


@dataclass(frozen=True, slots=True)
class Setup:
    """How to run one network; port 0: any free one. data: where hooks.json lies; state: the record."""

    port: int = 0
    host: str = "127.0.0.1"
    product: str = "http://127.0.0.1:8000"
    gateway: str = "sim"
    hooks: Path = Path("hooks.json")
    state: Path | None = None
    faults: Faults = field(default_factory=Faults)


class Network(ThreadingHTTPServer):
    """The running network."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, setup: Setup) -> None:
        self.exchange = Exchange(setup.state, setup.faults)
        self.scheduler = Scheduler()
        self.callbacks = Post(Hooks(setup.product, setup.hooks, setup.gateway))
        self.handsets = Handsets(self.exchange, self.callbacks, self.scheduler)
        self.control = Control(self.exchange, self.handsets, self.scheduler)
        self.stopping = threading.Event()
        self._sockets: set[socket.socket] = set()
        super().__init__((setup.host, setup.port), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def opened(self, connection: socket.socket) -> None:
        with self.exchange.lock:
            self.exchange.counts["connections"] += 1
            self._sockets.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self.exchange.lock:
            self._sockets.discard(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news, and a trace could hold numbers."""
        self.exchange.counts["broken connections"] += 1

    def stop(self) -> None:
        """Answer nobody any more; what was not posted is dropped."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._sockets):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.handsets.stop()
        self.scheduler.stop()
        self.callbacks.close()
        self.exchange.record.close()


@contextmanager
def running(setup: Setup) -> Iterator[Network]:
    """A network in threads of this process, stopped at the end."""
    network = Network(setup)
    thread = threading.Thread(target=network.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield network
    finally:
        network.stop()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Network
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffered: unbuffered, each kept connection's reply waits 40 ms for an ACK
    disable_nagle_algorithm = True
    timeout = 75.0  # seconds an idle connection is kept

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.server.closed(self.connection)

    def log_message(self, *_: object) -> None:
        """Paths hold numbers; nothing is logged."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        if "+" in address.query and "number" in query:  # an unescaped plus
            query["number"] = "+" + query["number"].strip().removeprefix("+")
        path = address.path
        if path == "/version1/user":
            balance = self.server.exchange.balance
            self._json(200, {"UserData": {"balance": f"{CURRENCY} {balance:.4f}"}})
        elif path == "/handsets/record":
            self._record()
        elif path == "/healthz":
            self._json(200, {"status": "ok"})
        elif ask := self.server.control.gets.get(path.removeprefix("/handsets/")):
            self._control(ask, query)
        else:
            self._json(404, {"error": "no such place"})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            self.close_connection = True
            self._json(413 if length.isdecimal() else 411, {"error": "length"})
            return
        raw = self.rfile.read(int(length))
        path = urlsplit(self.path).path
        if path == "/version1/messaging":
            self._messaging(raw)
        elif ask := self.server.control.posts.get(path.removeprefix("/handsets/")):
            self._control(ask, _object(raw))
        else:
            self._json(404, {"error": "no such place"})

    # -- the provider's wire ---------------------------------------------------------------------
    def _messaging(self, raw: bytes) -> None:
        form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
        if not self.headers.get("apiKey") or not form.get("username"):
            self._text(401, b"The supplied authentication is invalid")
            return
        if not form.get("to") or not form.get("message"):
            self._text(400, b"Request is missing required form field")
            return
        message = Message(form["message"], tuple(form["to"].split(",")), form.get("from", ""))
        verdict = self.server.exchange.post(message)
        if verdict.taken and verdict.early:
            self.server.handsets.report(verdict.taken, early=True)
        if verdict.wait:
            self.server.stopping.wait(verdict.wait)
        try:
            self._settle(verdict)
        finally:  # the messages are on their way, though nobody may wait for the answer any more
            if verdict.taken and not verdict.early:
                self.server.handsets.report(verdict.taken)

    def _settle(self, verdict: Verdict) -> None:
        """Answer as the fault of this request has it."""
        faults = verdict.faults
        if verdict.fault in {"cut", "drop"}:
            self._cut()
        elif verdict.fault == "hang":
            self.server.stopping.wait(faults.hang_seconds)
            self._cut()
        elif verdict.fault == "garbage":
            self._reply(200, GARBAGE, "text/html")
        elif verdict.fault in {"error", "broken"}:
            self._text(faults.error_status, b"upstream error")
        elif verdict.fault == "throttle":
            self._reply(429, b"", "text/plain", {"Retry-After": str(faults.retry_after)})
        elif verdict.fault == "unauthorised":
            self._text(401, b"The supplied authentication is invalid")
        elif verdict.fault == "refuse":
            self._text(faults.refuse_status, b"Bad request")
        else:
            self._reply(
                verdict.status, verdict.body, f"{JSON}; charset=utf-8" if faults.charset else JSON
            )

    def _cut(self) -> None:
        """Close without a word."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    # -- whoever holds the phones ------------------------------------------------------------------
    def _control(self, ask: Any, body: Body) -> None:  # noqa: ANN401
        try:
            status, answer = 200, ask(body)
        except Wrong as error:
            status, answer = 400, {"error": str(error)}
        self._json(status, answer)

    def _record(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in self.server.exchange.record.lines():
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    # -- replies -----------------------------------------------------------------------------------
    def _json(self, status: int, value: object) -> None:
        self._reply(status, json.dumps(value, ensure_ascii=False).encode(), JSON)

    def _text(self, status: int, body: bytes) -> None:
        self._reply(status, body, "text/plain")

    def _reply(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _object(raw: bytes) -> Body:
    """A JSON object; nothing in it where the body is none."""
    try:
        given = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def wait_quiet(network: Network, *, seconds: float = 10.0) -> bool:
    """Whether all callbacks were posted within so many seconds."""
    end = time.monotonic() + seconds
    while network.scheduler.pending and time.monotonic() < end:
        time.sleep(0.01)
    return not network.scheduler.pending
