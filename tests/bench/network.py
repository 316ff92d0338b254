"""How fast the simulated network takes messages, posts receipts and sums up its record, on one core.

    python -m tests.bench.network [--people 1000000] [--receipts 60000]

It is a process of its own on core 0; who sends to it and the door that takes its receipts share core 1.
Prints one JSON line. `mib`: the most its process held while it took that many people, its record in a file; `peak_mib`: in all;
`cpu_per_s`: messages a second of its processor time, the figure that other work on the machine cannot spoil.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from config import lifeline

MEASURED, REST = "0", "1"  # cores
NUMBERS, CONNECTIONS = 1_000, 4
MUST, RECEIPTS_MUST = 50_000, 5_000
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
WIRE = {"apiKey": "k", "Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--receipts", type=int, default=60_000)
    options = parser.parse_args()
    os.sched_setaffinity(0, {int(REST)})
    with tempfile.TemporaryDirectory(prefix="njia-bench-") as folder, Door() as door:
        line = bench(Path(folder), door, options)
    sys.stdout.write(json.dumps(line) + "\n")


def bench(folder: Path, door: "Door", options: argparse.Namespace) -> dict[str, Any]:
    with network(folder, door.port) as (port, process):
        ask(port, "faults", {"receipts": "off"})
        seconds, cpu = timed(process, lambda: send(port, options.people))
        line = {
            "name": "network_messages_per_s",
            "people": options.people,
            "numbers_a_request": NUMBERS,
            "connections": CONNECTIONS,
            "per_s": round(options.people / seconds),
            "cpu_per_s": round(options.people / cpu),
            "mib": resident(process),
            **summed(port, options.people),
            **receipts(port, process, door, options.receipts),
            "peak_mib": resident(process),
        }
    must = {"per_s": MUST, "receipts_per_s": RECEIPTS_MUST}
    ok = all(line[name] >= least for name, least in must.items())
    return {**line, "must": MUST, "receipts_must": RECEIPTS_MUST, "ok": ok}


def summed(port: int, people: int) -> dict[str, Any]:
    """How long the whole record takes to sum up; it must hold everybody once."""
    began = time.perf_counter()
    summary = ask(port, "summary")
    seconds = time.perf_counter() - began
    if summary != {"accepted": people, "distinct": people, "twice": 0}:
        sys.exit(f"The network's record does not hold {people} people once: {summary}")
    return {"summary_s": round(seconds, 2)}


def receipts(
    port: int, process: "subprocess.Popen[str]", door: "Door", people: int
) -> dict[str, Any]:
    """Receipts a second, three copies of each, shuffled, to a door that only answers."""
    plan = {"receipts": "on", "receipt_delay": 0, "receipt_copies": 3, "receipt_shuffled": True}
    ask(port, "reset", {})
    ask(port, "faults", plan)
    expected = people // NUMBERS * NUMBERS * 2 * 3

    def posted() -> None:
        send(port, people)
        while door.taken < expected:
            time.sleep(0.01)

    seconds, cpu = timed(process, posted)
    return {
        "receipts": expected,
        "receipts_per_s": round(expected / seconds),
        "receipts_cpu_per_s": round(expected / cpu),
        "receipt_connections": door.connections,
    }


# --- the network as a process -----------------------------------------------------------------------


@contextlib.contextmanager
def network(folder: Path, door: int) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Its port and its process, on the measured core."""
    (folder / "hooks.json").write_text(json.dumps({"sim": ["s" * 24]}))
    command = ["taskset", "-c", MEASURED, sys.executable, "-m", "gateways.network", "--port", "0"]
    command += ["--data", str(folder), "--product", f"http://127.0.0.1:{door}"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rsplit(":", 1)[1]), process
        finally:
            process.terminate()


def timed(process: "subprocess.Popen[str]", work: Any) -> tuple[float, float]:
    """Seconds by the clock, and of the process's processor."""
    began, before = time.perf_counter(), processor(process)
    work()
    return time.perf_counter() - began, processor(process) - before


def processor(process: "subprocess.Popen[str]") -> float:
    words = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident(process: "subprocess.Popen[str]") -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


# --- who sends --------------------------------------------------------------------------------------


def send(port: int, people: int) -> None:
    """Everybody once, over several connections, each with one request under way."""
    places = iter(range(people // NUMBERS))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(_requests, port, places) for _ in range(CONNECTIONS)]:
            done.result()


def _requests(port: int, places: Iterator[int]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(line):
        for place in places:
            line.request("POST", "/version1/messaging", body(place), WIRE)
            answer = line.getresponse()
            if answer.status != 201 or answer.read().count(b'"statusCode":101') != NUMBERS:
                raise RuntimeError(f"the network answered {answer.status}")


def body(place: int) -> bytes:
    """One bulk request, as the official SDK writes it."""
    numbers = ",".join(f"+25471{place * NUMBERS + one:07d}" for one in range(NUMBERS))
    text = "Use a passport and a work visa.\nSTOP: *384*1234#"
    form = {"username": "simulated", "to": numbers, "message": text, "bulkSMSMode": 1}
    return urlencode({**form, "from": "NJIA", "enqueue": 1}).encode()


def ask(port: int, name: str, told: object = None) -> Any:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(line):
        told_body = None if told is None else json.dumps(told)
        line.request("GET" if told is None else "POST", f"/handsets/{name}", told_body)
        return json.loads(line.getresponse().read())


# --- who takes the receipts -------------------------------------------------------------------------


class Door:
    """Takes forms on kept connections and answers 200 at once; counts them and reads nothing."""

    def __init__(self) -> None:
        self.taken = self.connections = 0
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._held: dict[socket.socket, bytes] = {}
        self._stopped = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join()
        for one in (self._listener, *self._held):
            one.close()

    def _serve(self) -> None:
        while not self._stopped:
            for key, _ in self._selector.select(0.1):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)

    def _accept(self) -> None:
        one, _ = self._listener.accept()
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._held[one] = b""
        self.connections += 1
        self._selector.register(one, selectors.EVENT_READ)

    def _read(self, one: socket.socket) -> None:
        piece = one.recv(1 << 16)
        if not piece:
            self._selector.unregister(one)
            del self._held[one]
            one.close()
            return
        whole, self._held[one] = complete(self._held[one] + piece)
        if whole:
            self.taken += whole
            one.sendall(OK * whole)


def complete(data: bytes) -> tuple[int, bytes]:
    """How many whole requests the bytes hold, and what is left."""
    count = 0
    while (end := data.find(b"\r\n\r\n")) >= 0:
        found = LENGTH.search(data, 0, end)
        size = end + 4 + (int(found[1]) if found else 0)
        if len(data) < size:
            break
        data, count = data[size:], count + 1
    return count, data


if __name__ == "__main__":
    main()
