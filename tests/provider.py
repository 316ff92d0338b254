"""A provider's server for contract tests: it keeps every request and answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire; query and form keep raw bytes as Latin-1."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return _fields(self.body.decode("ascii"))


@dataclass(frozen=True, slots=True)
class Said:
    """How one request is answered. `fault`: "cut" after the request was read, or "hang" for a while."""

    body: str = "0: Accepted for delivery"
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass
class Provider:
    """What the server knows and how it behaves. `say`: the answer to a request."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    say: Callable[[Asked], Said] = lambda _asked: Said()
    woken: threading.Event = field(default_factory=threading.Event)

    def says(self, *said: Said) -> None:
        """These answers in turn; the last one from then on."""
        turns = list(said)
        self.say = lambda _asked: turns.pop(0) if len(turns) > 1 else turns[0]


def _fields(raw: str) -> dict[str, str]:
    return dict(parse_qsl(raw, keep_blank_values=True, encoding="latin-1"))


class Handler(BaseHTTPRequestHandler):
    server: "Server"
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 5

    def setup(self) -> None:
        super().setup()
        self.server.provider.connections += 1

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        provider, where = self.server.provider, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = _fields(where.query)
        asked = Asked(self.command, where.path, query, dict(self.headers), body)
        provider.asked.append(asked)
        said = provider.say(asked)
        if said.fault == "hang":
            provider.woken.wait(5)
        if said.fault:
            self.close_connection = True
            return
        self._answer(said)

    do_POST = do_PUT = do_GET  # noqa: N815 - the standard library's names

    def _answer(self, said: Said) -> None:
        content = said.body.encode()
        self.send_response(said.status)
        for name, value in {"Content-Length": str(len(content)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    provider: Provider

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider on a free port of this machine."""
    server = Server(("127.0.0.1", 0), Handler)
    server.provider = Provider(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.provider
    server.provider.woken.set()
    server.shutdown()
    server.server_close()
    thread.join()
