"""A blast under fire: workers killed, answers lost, Redis emptied. Judge: the network's own record.

Passes when nobody was sent twice, everybody who was not sent is named, and every uncertain one is named.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.blasts import receipts, settling
from campaigns.models import Blast, Chunk, Delivery, Fate
from config.celery import app
from people import identity
from tests.campaigns import scene
from tests.campaigns.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
BATCH, IN_FLIGHT = 50, 8
GATEWAYS = """
[gateways.sim]
adapter = "africastalking"
simulated = true
secret = "simulated-simulated-simulated"
sender = "NJIA"
batch = {batch}
rate = 100000.0
read_timeout = 1.0
username = "simulated"
key = "simulated"
base = "http://127.0.0.1:{port}/version1"
codes = {{ "*384*1234#" = "KE" }}
"""


@pytest.fixture
def field(deployment: Scene, tmp_path: Path, settings) -> Scene:
    """Small requests, so that many are under way when something dies."""
    file = tmp_path / "gateways.toml"
    file.write_text(GATEWAYS.format(batch=BATCH, port=deployment.network.port), encoding="utf-8")
    settings.GATEWAYS_FILE = str(file)
    scene.forget_routes()
    return deployment


class Worker:
    """A process that sends."""

    def __init__(self, *words: str) -> None:
        name = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"].replace("@/njia?", f"@/{name}?")
        assert name in url
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "NJIA_GATEWAYS": settings.GATEWAYS_FILE,
            "NJIA_LOG_LEVEL": "ERROR",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
        )

    @classmethod
    def sending(cls, blast: Blast, failpoint: str = "") -> "Worker":
        return cls("tests.faults.blast_worker", str(blast.pk), failpoint)

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


def leases_run_out() -> None:
    """Time goes by: what a dead worker held is over."""
    Chunk.objects.filter(state__in=["leased", "begun"]).update(
        until=timezone.now() - timedelta(seconds=1)
    )


def requests(deployment: Scene) -> int:
    return int(deployment.network.exchange.counts["requests"])


def numbers_by(fate: Fate, people: int) -> set[str]:
    tokens = set(Delivery.objects.filter(state=fate).values_list("token", flat=True))
    return {scene.number(n) for n in range(people) if scene.token(n) in tokens}


def judge(deployment: Scene, blast: Blast, people: int, *, unsure_at_most: int) -> None:
    """Nobody twice; whoever got nothing is named unsure; whoever is called accepted has a message."""
    sent = Counter(number for number, _text, _reference in deployment.record())
    unsure, accepted = numbers_by(Fate.UNSURE, people), numbers_by(Fate.ACCEPTED, people)
    everybody = {scene.number(n) for n in range(people)}
    assert set(sent.values()) <= {1}
    assert everybody - set(sent) <= unsure
    assert accepted <= set(sent)
    assert accepted | unsure == everybody
    assert len(unsure) <= unsure_at_most
    references = {
        identity.token(f"tel:{number}"): ref for number, _text, ref in deployment.record()
    }
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
    with scene.folding() as cursor:
        receipts.apply(cursor, [], at=scene.later(2))
    settling.tend()
    sent = {number for number, _text, _reference in rows}
    assert numbers_by(Fate.DELIVERED, people) == sent
    assert numbers_by(Fate.UNSURE, people) == {scene.number(n) for n in range(people)} - sent


def sending_begins(field: Scene, worker: Worker) -> None:
    """Wait until a request of this worker came in, or nothing was left to send."""
    before = requests(field)
    scene.wait_for(lambda: requests(field) > before or worker.process.poll() is not None)


def kill_again_and_again(
    field: Scene, workers: list[Worker], *, seed: int, people: int, kills: int
) -> None:
    chance = random.Random(seed)
    field.faults(seed=seed, latency=0.02, latency_spread=0.06)
    scene.people(people)
    blast = scene.started()
    for _ in range(kills):
        workers.append(worker := Worker.sending(blast))
        sending_begins(field, worker)
        time.sleep(chance.uniform(0.0, 0.25))
        worker.kill()
        time.sleep(0.2)  # the network finishes what it had accepted
        leases_run_out()
    scene.send_until(blast)

    judge(field, blast, people, unsure_at_most=kills * IN_FLIGHT * BATCH)
    let_receipts_settle(field, people)


def test_killed_workers_send_nobody_twice_and_every_uncertain_one_is_named(field, workers):
    kill_again_and_again(field, workers, seed=1, people=1500, kills=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_killed_workers_over_many_seeds(field, workers, seed):
    kill_again_and_again(field, workers, seed=seed, people=20_000, kills=20)


def test_worker_that_dies_between_answer_and_commit_leaves_exactly_its_requests_unsure(
    field, workers
):
    scene.people(1000)
    blast = scene.started()
    workers.append(worker := Worker.sending(blast, "answered"))
    worker.process.wait(30)
    time.sleep(0.2)
    begun = sum(Chunk.objects.filter(state="begun").values_list("people", flat=True))
    leases_run_out()
    scene.send_until(blast)

    assert begun > 0
    assert scene.fates(blast) == {"unsure": begun, "accepted": 1000 - begun}
    judge(field, blast, 1000, unsure_at_most=IN_FLIGHT * BATCH)
    let_receipts_settle(field, 1000)


def misbehave(field: Scene, *, seed: int, people: int) -> None:
    field.faults(
        seed=seed,
        latency=0.005,
        cut=0.05,
        garbage=0.05,
        error=0.05,
        throttle=0.05,
        retry_after=0,
        drop=0.05,
        hang=0.02,
        hang_seconds=1.5,
    )
    scene.people(people)
    blast = scene.started()

    scene.send_until(blast, seconds=300)

    judge(field, blast, people, unsure_at_most=people)
    let_receipts_settle(field, people)


def test_misbehaving_provider_makes_nobody_get_it_twice(field, quick_again, impatient):
    misbehave(field, seed=1, people=3000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_misbehaving_provider_over_many_seeds(field, quick_again, impatient, seed):
    misbehave(field, seed=seed, people=20_000)


def test_redis_that_is_emptied_in_the_middle_costs_nothing(field, workers):
    field.faults(latency=0.05)
    scene.people(1500)
    blast = scene.started()
    workers.append(worker := Worker.sending(blast))
    client = redis.Redis.from_url(settings.REDIS_URL)

    while worker.process.poll() is None:
        client.flushdb()
        time.sleep(0.05)

    blast.refresh_from_db()
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": 1500})
    judge(field, blast, 1500, unsure_at_most=0)


@pytest.mark.slow
def test_worker_that_is_asked_to_end_leaves_nobody_unsure(field, workers):
    """A deploy: SIGTERM to a real Celery worker in the middle of a blast."""
    field.faults(latency=0.5)
    scene.people(20_000)
    blast = scene.started()
    words = ("celery", "-A", "config", "worker", "-Q", "bulk", "-c", "2", "-l", "ERROR")
    workers.append(worker := Worker(*words))
    app.send_task("campaigns.tasks.send", [blast.pk], queue="bulk")
    scene.wait_for(lambda: requests(field) > 10, 30)

    began = time.monotonic()
    worker.process.terminate()
    worker.process.wait(30)

    assert time.monotonic() - began < 30
    assert not Chunk.objects.filter(state__in=["leased", "begun"]).exists()
    assert requests(field) < 400
    scene.send_until(blast, seconds=120)
    assert scene.fates(blast) == {"accepted": 20_000}
    judge(field, blast, 20_000, unsure_at_most=0)
