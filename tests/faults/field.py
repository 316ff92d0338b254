"""A blast under fire: small requests, senders that are processes of their own, and the network as the judge.

Passes when nobody was sent twice, everybody who was not sent is named, and every uncertain one is named.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.blasts import receipts, settling
from campaigns.models import Blast, Chunk, Delivery, Fate
from config.embedded import Servers
from gateways.network.callbacks import Hooks
from people import identity
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.config.programs import ROOT
from tests.faults.site import Web

BATCH, IN_FLIGHT = 50, 8
SECRET = "simulated-simulated-simulated"
GATEWAYS = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "{secret}"
sender = "NJIA"
batch = {batch}
rate = {rate}
read_timeout = 1.0
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{port}/version1"
codes = {{ "*384*1234#" = "KE" }}
"""


def gateways(port: int, *, batch: int = BATCH, rate: float = 100_000.0) -> str:
    return GATEWAYS.format(batch=batch, rate=rate, port=port, secret=SECRET)


@pytest.fixture
def field(deployment: Scene, tmp_path: Path, settings) -> Scene:
    """Small requests, so that many are under way when something dies."""
    file = tmp_path / "gateways.toml"
    file.write_text(gateways(deployment.network.port), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    return deployment


def database() -> str:
    """The address of the test's own database."""
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("@/njia?", f"@/{name}?")
    assert name in url
    return url


class Worker:
    """A process over the test's database; what is named besides goes into its environment."""

    def __init__(self, *words: str, **environment: str) -> None:
        own = {
            "DATABASE_URL": database(),
            "NJIA_GATEWAYS": settings.GATEWAYS_FILE,
            "NJIA_LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, **own, **environment},
            stderr=subprocess.DEVNULL,
        )

    @classmethod
    def sending(cls, blast: Blast, failpoint: str = "", **environment: str) -> "Worker":
        return cls("tests.faults.blast_worker", str(blast.pk), failpoint, **environment)

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    """Started by the test, ended here if it has not."""
    alive: list[Worker] = []
    yield alive
    for worker in alive:
        worker.kill()


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder and the stores beside it."""

    data: Path
    servers: Servers


@pytest.fixture
def door(field: Scene, tmp_path: Path) -> Iterator[Web]:
    """A web process over the test's own database; the network posts its receipts to it."""
    servers = Servers(database(), settings.REDIS_URL)
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "NJIA_TEST_DATA": str(tmp_path),
        "NJIA_GATEWAYS": settings.GATEWAYS_FILE,
    }
    web = Web(Place(tmp_path, servers), more=own)
    hooks = tmp_path / "hooks.json"
    hooks.write_text(f'{{"sim": ["{SECRET}"]}}', encoding="utf-8")
    identity.ring()  # makes the keys at first use
    shutil.copy(settings.KEYS_FILE, tmp_path / "keys.toml")  # tokens there are tokens here
    before = field.network.callbacks.hooks
    web.start()
    field.network.callbacks.hooks = Hooks(f"http://127.0.0.1:{web.port}", hooks, "sim")
    yield web
    field.network.control.reset({})
    field.network.callbacks.hooks = before
    web.end()


# --- what happened ----------------------------------------------------------------------------------


def leases_run_out() -> None:
    """Time goes by: what a dead worker held is over."""
    Chunk.objects.filter(state__in=["leased", "begun"]).update(
        until=timezone.now() - timedelta(seconds=1)
    )


def requests(deployment: Scene) -> int:
    return int(deployment.network.exchange.counts["requests"])


def sending_begins(field: Scene, worker: Worker) -> None:
    """Wait until a request of this worker came in, or nothing was left to send."""
    before = requests(field)
    scene.wait_for(lambda: requests(field) > before or worker.ended, 40)


def numbers_by(fate: Fate, people: int) -> set[str]:
    tokens = set(Delivery.objects.filter(state=fate).values_list("token", flat=True))
    return {scene.number(n) for n in range(people) if scene.token(n) in tokens}


# --- the judge --------------------------------------------------------------------------------------


def judge(deployment: Scene, blast: Blast, people: int, *, unsure_at_most: int) -> None:
    """Nobody twice; whoever got nothing is named unsure; whoever is called accepted has a message."""
    record = deployment.record()
    sent = Counter(number for number, _text, _reference in record)
    unsure, accepted = numbers_by(Fate.UNSURE, people), numbers_by(Fate.ACCEPTED, people)
    everybody = {scene.number(n) for n in range(people)}
    assert set(sent.values()) <= {1}
    assert everybody - set(sent) <= unsure
    assert accepted <= set(sent)
    assert accepted | unsure == everybody
    assert len(unsure) <= unsure_at_most
    references = {identity.token(f"tel:{number}"): ref for number, _text, ref in record}
    told = scene.accepted_results(blast)
    assert told == {token: references[token] for token in told}


def let_receipts_settle(deployment: Scene, people: int) -> None:
    """The network's receipts come in, in any order; then exactly those never sent are still unsure."""
    rows = deployment.record()
    random.Random(7).shuffle(rows)
    for number, _text, reference in rows:
        scene.journal_receipt(reference, identity.token(f"tel:{number}"))
    while receipts.fold_receipts():
        pass
    late_ones_settle()
    sent = {number for number, _text, _reference in rows}
    assert numbers_by(Fate.DELIVERED, people) == sent
    assert numbers_by(Fate.UNSURE, people) == {scene.number(n) for n in range(people)} - sent


def late_ones_settle() -> None:
    """What is kept is applied, as if the sender's own commits had been waited for."""
    with scene.folding() as cursor:
        receipts.apply(cursor, [], at=scene.later(2))
    settling.tend()
