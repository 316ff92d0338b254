"""Our hop, journalled, against `anysd` and `cardisk` serving the same four screens.

    python -m tests.bench peers [--rounds 5]

One JSON line a peer and server. Each peer is installed from the package index into an environment of its
own under a temporary folder, which is removed at the end; where the index cannot be reached, or a peer cannot
be made to serve, the line says why and the bench goes on. Same generator, interleaved rounds, medians of the
rounds' ratios. One process has core 0 to itself; two share both cores with the generator, so only their ratio
means something. A peer starts afresh for every figure, since cardisk grows slower with each session it has
seen. A number that called before gets our main menu first. No logging of the peers is charged to them; ours
journals every hop.
"""

import argparse
import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateways.registry import hook_secrets
from tests.bench.hop import Door, middle, stores
from tests.bench.hop import measure as figure
from tests.bench.peers import places
from tests.bench.peers.places import PEERS, Missing, Peer

ROUNDS, SECONDS = 5, 1.0
CONNECTIONS = (1, 16, 64)
PROCESSES = (1, 2)
MUST, AIM = 5, 12
Case = tuple[int, int]  # processes, connections
Round = dict[str, Any]
measure = functools.partial(figure, seconds=SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    with (
        stores() as (data, environment),
        tempfile.TemporaryDirectory(prefix="njia-bench-peers-") as folder,
        places.redis_on_tcp(data) as port,
    ):
        both = {**environment, **places.configured(Path(folder), port)}
        (secret, *_) = hook_secrets(data, "sim")
        path = f"/hooks/sim/{secret}/ussd"
        for peer in PEERS:
            try:
                about = places.install(peer, Path(folder))
                line = compare(peer, about, path, both, rounds)
            except Missing as why:
                line = {"skipped": str(why)}
            told = {"name": "hop_vs_peer", "peer": peer.name, "release": peer.release}
            sys.stdout.write(json.dumps({**told, "server": peer.server, **line}) + "\n")
            sys.stdout.flush()


def compare(
    peer: Peer, about: places.About, path: str, environment: Mapping[str, str], rounds: int
) -> dict[str, Any]:
    """All rounds of all cases. The ratio is the worst of the cases with one process, as the target is put."""
    found: dict[Case, list[tuple[Round, Round]]] = {}
    with contextlib.ExitStack() as kept:
        own = {n: kept.enter_context(ours(path, environment, n)) for n in PROCESSES}
        for _ in range(rounds):
            for processes in PROCESSES:
                for connections in CONNECTIONS:
                    mine = measure(own[processes], connections, "four")
                    with theirs(peer, about, environment, processes) as door:
                        other = borne(door, connections, peer.stream)
                    found.setdefault((processes, connections), []).append((mine, other))
    cases = [summary(*case, pairs) for case, pairs in found.items()]
    ratio = min(one["ratio"] for one in cases if one["processes"] == 1)
    note = {"licence": about.licence, "note": peer.note, "load": os.getloadavg()}
    line = {"ratio": ratio, "must": MUST, "aim": AIM, "rounds": rounds, "seconds": SECONDS}
    return {**line, "cases": cases, **note}


def borne(door: Door, connections: int, stream: str) -> Round:
    """What a peer does under the generator. Raises Missing where an answer is no 200."""
    try:
        return measure(door, connections, stream)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()[-1:]
        raise Missing(f"it fails at {connections} connections: {' '.join(said)}") from None


def summary(processes: int, connections: int, rounds: list[tuple[Round, Round]]) -> dict[str, Any]:
    def both(what: str) -> list[float]:
        return [middle([one[what] for one in side]) for side in zip(*rounds, strict=True)]

    return {
        "processes": processes,
        "connections": connections,
        "ratio": middle([mine["per_second"] / other["per_second"] for mine, other in rounds]),
        "cpu_ratio": middle([other["cpu_us"] / mine["cpu_us"] for mine, other in rounds]),
        "hop_peer_per_second": both("per_second"),
        "hop_peer_p50_ms": both("p50_ms"),
        "hop_peer_p99_ms": both("p99_ms"),
        "generator_busy": max(one["busy"] for pair in rounds for one in pair),
    }


@contextlib.contextmanager
def ours(path: str, environment: Mapping[str, str], processes: int) -> Iterator[Door]:
    serving = places.serving(
        Path(sys.executable), "granian wsgi", "config.wsgi:application", environment, processes
    )
    with serving as (port, process):
        places.converse(port, path, "four")
        yield Door(port, path, process)


@contextlib.contextmanager
def theirs(
    peer: Peer, about: places.About, environment: Mapping[str, str], processes: int
) -> Iterator[Door]:
    alone = {**environment, "PYTHONPATH": str(about.code)}
    serving = places.serving(about.python, peer.server, peer.application, alone, processes)
    with serving as (port, process):
        places.converse(port, "/", peer.stream)
        yield Door(port, "/", process)


if __name__ == "__main__":
    main()
