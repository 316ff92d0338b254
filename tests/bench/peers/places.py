"""Where a peer lives while it is measured: its environment, its Redis, its server; and proof that it serves."""

import contextlib
import http.client
import importlib.metadata
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config import lifeline
from config.binaries import runner, valkey_bin
from tests.bench.hop import MEASURED, REST, wait_until_it_listens
from tests.bench.load import STREAMS

SEEN = (b"Kiswahili", b"Hatari", b"Watu wengi hufa njia", b"Watu wengi hufa njiani.")
sessions = itertools.count(
    9_000, 2
)  # callers from Kenya, each proof another one: languages are remembered
PATIENCE = 240  # seconds for an installation
SAY = """
import importlib.metadata, json, sys
about = importlib.metadata.metadata(sys.argv[1])
kinds = [one.rpartition(":")[2].strip() for one in about.get_all("Classifier") or () if "License" in one]
files = importlib.metadata.files(sys.argv[1]) or ()
print(json.dumps([about.get("License-Expression") or about.get("License") or "", kinds,
    any("LICENSE" in one.name.upper() for one in files)]))
"""


class Missing(Exception):  # noqa: N818 - a peer is missing, nothing of ours failed
    """A peer cannot be measured; the text says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A program of the index. `stream`: what the generator sends it; `needs`: packages beside it."""

    name: str
    release: str
    needs: tuple[str, ...]
    server: str
    application: str
    stream: str
    note: str


@dataclass(frozen=True, slots=True)
class About:
    """Where an installed peer is, and under which licence it says it comes."""

    python: Path
    code: Path
    licence: str


CARDISK = (
    "XML on the wire; sessions in the process's memory and never removed, so that two processes serve only "
    "while a session stays on one connection; keeps no log of hops"
)
PEERS = (
    Peer(
        name="anysd",
        release="1.2.7",
        needs=("redis<5",),  # with later ones it does not import
        server="granian wsgi",
        application="anysd_app:application",
        stream="four",
        note="no server of its own: a bare WSGI callable under granian; sessions in Redis over TCP; keeps no log of hops",
    ),
    Peer(
        name="cardisk",
        release="0.4.7",
        needs=(),
        server="granian asgi",
        application="cardisk_app:application",
        stream="xml",
        note=f"FastAPI on our server instead of its own; {CARDISK}",
    ),
    Peer(
        name="cardisk",
        release="0.4.7",
        needs=(),
        server="uvicorn",
        application="cardisk_app:application",
        stream="xml",
        note="on the server it comes with, whose two processes send head and body apart and wait for the client's delayed "
        f"acknowledgement (40 ms): there only cpu_ratio tells of work; {CARDISK}",
    ),
)


def install(peer: Peer, folder: Path) -> About:
    """An environment with the peer and our release of granian. Raises Missing."""
    home = Path(tempfile.mkdtemp(prefix=peer.name, dir=folder))
    python = home / "bin" / "python"
    server = f"granian=={importlib.metadata.version('granian')}"
    wanted = (f"{peer.name}=={peer.release}", *peer.needs, server)
    run(peer, [sys.executable, "-m", "venv", str(home)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(peer, [*pip, "--retries", "1", "--timeout", "15", *wanted])
    code = home / "code"
    code.mkdir()
    shutil.copy(Path(__file__).parent / f"{peer.name}_app.py", code)
    said, kinds, file = json.loads(run(peer, [str(python), "-c", SAY, peer.name]))
    shipped = "its text comes with it" if file else "no licence text comes with it"
    return About(python, code, f"{said or ', '.join(kinds) or 'none named'}; {shipped}")


def run(peer: Peer, words: list[str]) -> str:
    """What the command says. Raises Missing with the last line of its complaint."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        raise Missing(f"{peer.name} was not installed within {PATIENCE} s") from None
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.strip()] or ["no word why"]
        raise Missing(f"{peer.name} cannot be installed from the index: {said[-1]}") from None
    return done.stdout


def configured(folder: Path, port: int) -> dict[str, str]:
    """anysd's settings file; it reads one as it is imported."""
    file = folder / "anysd.yaml"
    file.write_text(f"development:\n  redis:\n    host: 127.0.0.1\n    port: {port}\n    db: 4\n")
    return {"ANYSD_CONFIG_FILE": str(file), "ENVIRONMENT": "development"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def redis_on_tcp(data: Path) -> Iterator[int]:
    """A Valkey that keeps nothing on disk, beside the generator; anysd knows no socket files. Its port."""
    who, port = runner(data), free_port()
    valkey = [str(valkey_bin(who)), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    running = subprocess.Popen(
        [*valkey, "--dir", "/", "--loglevel", "nothing"],
        stdout=sys.stderr,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
        **who.options(),
    )
    try:
        wait_until_it_listens(port)
        yield port
    finally:
        running.kill()
        running.wait()


def command(python: Path, server: str, application: str, processes: int, port: int) -> list[str]:
    """One process on the measured core, two on both; one thread each, no log of requests."""
    cores = MEASURED if processes == 1 else f"{MEASURED},{REST}"
    start = ["taskset", "-c", cores, str(python), "-m", *server.split()[:1], application]
    many = ["--workers", str(processes), "--port", str(port), "--log-level", "warning"]
    if server == "uvicorn":
        return [*start, *many, "--no-access-log"]
    interface = server.split()[1]
    threads = ["--blocking-threads", "1"] if interface == "wsgi" else []
    return [*start, *many, "--no-ws", "--interface", interface, *threads]


@contextlib.contextmanager
def serving(
    python: Path, server: str, application: str, environment: Mapping[str, str], processes: int
) -> Iterator[tuple[int, int]]:
    """A server of that environment: its port and its process."""
    port = free_port()
    running = subprocess.Popen(
        command(python, server, application, processes, port),
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,
        preexec_fn=lifeline.tied(signal.SIGKILL),  # noqa: PLW1509
    )
    try:
        wait_until_it_listens(port)
        yield port, running.pid
    finally:
        os.killpg(running.pid, signal.SIGKILL)  # it has nothing to lose, and its workers go along
        running.wait()


def converse(port: int, path: str, stream: str) -> None:
    """Walk the four screens once, on one connection. Raises Missing where they are not what was asked for."""
    until = time.monotonic() + 20
    while True:
        try:
            shown = list(answers(port, path, stream))
            break
        except OSError as error:
            if time.monotonic() > until:
                raise Missing(f"it does not serve: {error}") from None
            time.sleep(0.2)
    for text, wanted in zip(shown, SEEN, strict=True):
        if wanted not in text:
            raise Missing(f"it shows {text!r} where {wanted!r} belongs")


def answers(port: int, path: str, stream: str) -> Iterator[bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(line):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in itertools.islice(STREAMS[stream](sessions), len(SEEN)):
            line.request("POST", path, body, kind)
            answer = line.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise Missing(f"it answers {answer.status}: {text[:200]!r}")
            yield text
