"""Two doors against one: medians of rounds, and the connections shared out."""

import http.server
import threading

from tests.bench import load
from tests.bench.doors import line


def test_line_has_one_door_and_two_side_by_side() -> None:
    def round_(per_second: float, cpu: float) -> dict[str, float]:
        times = {"p50_ms": 1.0, "p99_ms": 2.0, "busy": 0.2, "stores_busy": 0.1}
        return {"per_second": per_second, "cpu_us": cpu, **times}

    pairs = [
        (round_(100, 30), round_(150, 40)),
        (round_(100, 30), round_(160, 50)),
        (round_(90, 30), round_(180, 30)),
    ]

    found = line(64, pairs)

    assert (found["connections"], found["rounds"]) == (64, 3)
    assert found["ratio"] == 1.6
    assert found["cpu_us"] == [30, 40]
    assert found["per_second"] == [100, 160]
    assert found["generator_busy"] == [0.2, 0.2]


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.add(self.client_address)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Remembers who connected; callers who hang up are no trouble."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.seen: set[object] = set()

    def handle_error(self, *_: object) -> None:
        pass


def test_generator_shares_its_connections_out_among_the_ports() -> None:
    servers = [Server() for _ in range(2)]
    for one in servers:
        threading.Thread(target=one.serve_forever, daemon=True).start()

    found = load.run([one.server_port for one in servers], "/", 0.5, 5, "ussd")
    for one in servers:
        one.shutdown()
        one.server_close()

    assert found["answers"] > 0
    assert [len(one.seen) for one in servers] == [3, 2]
