"""F1, F2, F3, F5, F8, F9, F12: a blast under fire. Workers are killed, answers lost, Redis stopped, clocks wrong.

Judge: the network's own record. Each fault twice: small in every run, and with 20 000 people in `make faults`.
"""

import random
import time
from collections import Counter
from datetime import time as clock
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import redis
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from campaigns.blasts import pace, planning, settling
from campaigns.models import Chunk, Delivery, DeliveryResult
from config.celery import app
from gateways.base import Reason
from tests.campaigns import scene
from tests.campaigns.scene import Scene
from tests.faults import dialling
from tests.faults.dialling import Load
from tests.faults.field import (
    BATCH,
    IN_FLIGHT,
    Worker,
    judge,
    leases_run_out,
    let_receipts_settle,
    requests,
    sending_begins,
)
from tests.faults.site import Site

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20_000


# --- F1: kill -9 at any moment ----------------------------------------------------------------------


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
    scene.send_until(blast, seconds=120)

    judge(field, blast, people, unsure_at_most=kills * IN_FLIGHT * BATCH)
    let_receipts_settle(field, people)


def test_f01_killed_sender_sends_nobody_twice_and_every_uncertain_one_is_named(field, workers):
    kill_again_and_again(field, workers, seed=1, people=1500, kills=2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_f01_sender_killed_twenty_times(field, workers, seed):
    kill_again_and_again(field, workers, seed=seed, people=MANY, kills=20)


# --- F2: kill -9 between the answer and its commit --------------------------------------------------


def die_with_answers_in_hand(
    field: Scene, workers: list[Worker], *, people: int, kills: int
) -> None:
    scene.people(people)
    blast, begun = scene.started(), 0
    for _ in range(kills):
        workers.append(worker := Worker.sending(blast, "answered"))
        worker.process.wait(60)
        time.sleep(0.2)
        begun += _people_of(Chunk.State.BEGUN)
        leases_run_out()
        settling.tend()
    scene.send_until(blast, seconds=120)

    assert begun > 0
    assert scene.fates(blast) == {"unsure": begun, "accepted": people - begun}
    judge(field, blast, people, unsure_at_most=kills * IN_FLIGHT * BATCH)
    let_receipts_settle(field, people)


def _people_of(state: str) -> int:
    return int(Chunk.objects.filter(state=state).aggregate(sum=Sum("people", default=0))["sum"])


def test_f02_death_between_answer_and_commit_leaves_exactly_its_requests_unsure(field, workers):
    die_with_answers_in_hand(field, workers, people=1000, kills=1)


@pytest.mark.slow
def test_f02_death_between_answer_and_commit_ten_times(field, workers):
    die_with_answers_in_hand(field, workers, people=MANY, kills=10)


# --- F3: Redis emptied, Redis stopped ---------------------------------------------------------------


def empty_redis_all_the_time(field: Scene, workers: list[Worker], *, people: int) -> None:
    field.faults(latency=0.05)
    scene.people(people)
    blast = scene.started()
    workers.append(worker := Worker.sending(blast))
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        while not worker.ended:
            client.flushdb()
            time.sleep(0.05)

    blast.refresh_from_db()
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": people})
    judge(field, blast, people, unsure_at_most=0)


def test_f03_redis_that_is_emptied_all_the_time_costs_nothing(field, workers):
    empty_redis_all_the_time(field, workers, people=1500)


@pytest.mark.slow
def test_f03_redis_that_is_emptied_all_the_time_costs_nothing_for_many(field, workers):
    empty_redis_all_the_time(field, workers, people=MANY)


def stop_redis(
    field: Scene, workers: list[Worker], pair: Site, *, people: int, latency: float, seconds: float
) -> None:
    """Both the blast and the dials lose it; both go on, with it and without."""
    field.faults(latency=latency)
    scene.people(people)
    blast = scene.started()
    own = {"REDIS_URL": pair.keeper.servers.redis}
    workers.append(worker := Worker.sending(blast, **own))
    with Load(pair, pair.web) as load:
        sending_begins(field, worker)
        pair.kill("valkey")
        time.sleep(seconds)
        pair.keeper.start()
        before = requests(field)
        scene.wait_for(lambda: requests(field) > before or worker.ended, 10)
        worker.process.wait(120)

    judge(field, blast, people, unsure_at_most=0)
    assert load.unanswered == 0
    dialling.judge(pair, load, kills=0)


def test_f03_redis_that_is_stopped_stops_neither_blast_nor_dials(field, workers, pair):
    stop_redis(field, workers, pair, people=1500, latency=0.3, seconds=1.0)


@pytest.mark.slow
def test_f03_redis_that_is_stopped_for_long_stops_neither_blast_nor_dials(field, workers, pair):
    stop_redis(field, workers, pair, people=MANY, latency=0.7, seconds=30.0)


# --- F5: a provider that misbehaves -----------------------------------------------------------------

# What the sender must take each fault for. Nobody can know whether a cut request was taken.
TAKEN_FOR = {
    "cut": Reason.NO_ANSWER,
    "hang": Reason.NO_ANSWER,
    "drop": Reason.NO_ANSWER,
    "garbage": Reason.UNREADABLE,
    "error": Reason.SERVER_ERROR,
    "throttle": Reason.THROTTLED,
}


def misbehave(field: Scene, *, seed: int, people: int) -> None:
    shares = dict.fromkeys(("cut", "garbage", "error", "throttle", "drop", "hang"), 0.05)
    field.faults(seed=seed, latency=0.005, retry_after=0, hang_seconds=1.5, **shares)
    scene.people(people)
    blast = scene.started()

    scene.send_until(blast, seconds=300)

    judge(field, blast, people, unsure_at_most=people)
    assert requests_by_reason() == expected_by_reason(field)
    let_receipts_settle(field, people)


def requests_by_reason() -> Counter[str]:
    """Requests without a good answer, as our tables have them: all results of one have one time."""
    rows = DeliveryResult.objects.exclude(reason="").values_list("chunk", "at", "reason")
    return Counter(reason for _chunk, _at, reason in rows.distinct())


def expected_by_reason(field: Scene) -> Counter[str]:
    counts, found = field.network.exchange.counts, Counter[str]()
    for fault, reason in TAKEN_FOR.items():
        found[reason.value] += counts[f"fault {fault}"]
    return +found


def test_f05_provider_that_misbehaves_is_understood_and_nobody_gets_it_twice(
    field, quick_again, impatient
):
    misbehave(field, seed=1, people=3000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_f05_provider_that_misbehaves_over_many_seeds(field, quick_again, impatient, seed):
    misbehave(field, seed=seed, people=MANY)


def break_down(field: Scene, *, people: int) -> None:
    """Every request fails until the breaker opens; then nobody asks, but for a trial now and then."""
    field.faults(error=1.0, error_taken=0.0)
    scene.people(people)
    blast = scene.started()
    gateway = pace.of("sim", "NJIA", 100_000.0)

    scene.send(blast, seconds=1.0)
    open_for, asked = gateway.down_for(), requests(field)
    field.faults()
    scene.send_until(blast, seconds=60)

    assert open_for > 0
    assert pace.TRIP <= asked <= pace.TRIP + IN_FLIGHT + 12  # one trial each tenth of a second
    assert gateway.down_for() == 0
    assert scene.fates(blast) == {"unsure": asked * BATCH, "accepted": people - asked * BATCH}
    judge(field, blast, people, unsure_at_most=asked * BATCH)


def test_f05_breaker_opens_when_nothing_works_and_closes_when_it_does(field, impatient):
    break_down(field, people=3000)


@pytest.mark.slow
def test_f05_breaker_opens_and_closes_for_many(field, impatient):
    break_down(field, people=MANY)


# --- F8: clocks that jump ---------------------------------------------------------------------------


def jump(field: Scene, workers: list[Worker], *, people: int, latency: float) -> None:
    """One worker sends; another, whose clock jumps by an hour, looks for leases that ran out."""
    field.faults(latency=latency)
    scene.people(people)
    blast = scene.started()
    workers += [Worker.sending(blast), Worker.sending(blast, "clock")]
    for worker in workers:
        worker.process.wait(180)

    blast.refresh_from_db()
    assert (blast.state, scene.fates(blast)) == ("done", {"accepted": people})
    judge(field, blast, people, unsure_at_most=0)


def test_f08_worker_whose_clock_jumps_takes_no_lease_from_another(field, workers):
    jump(field, workers, people=1500, latency=0.3)


@pytest.mark.slow
def test_f08_worker_whose_clock_jumps_takes_no_lease_from_another_for_long(field, workers):
    jump(field, workers, people=MANY, latency=0.7)


def soon() -> tuple[tuple[clock, clock], str]:
    """Hours that are open an hour from now (or were, an hour ago) but not now; and how to misread it."""
    now = timezone.now().astimezone(ZoneInfo("Africa/Nairobi"))
    sign, name = (1, "ahead") if now.hour < 22 else (-1, "behind")
    ends = sorted(now + sign * timedelta(minutes=minutes) for minutes in (50, 70))
    return (ends[0].time(), ends[1].time()), name


def mistake_the_hour(field: Scene, workers: list[Worker], *, people: int, seconds: float) -> None:
    scene.people(people)
    hours, name = soon()
    blast = scene.started(window=hours)
    worker = Worker.sending(blast, name)
    workers.append(worker)
    time.sleep(seconds)

    assert not worker.ended
    assert requests(field) == 0
    assert Chunk.objects.exclude(state=Chunk.State.WAITING).count() == 0


def test_f08_worker_whose_clock_is_wrong_keeps_the_quiet_hours(field, workers):
    mistake_the_hour(field, workers, people=200, seconds=6.0)


@pytest.mark.slow
def test_f08_worker_whose_clock_is_wrong_keeps_the_quiet_hours_for_long(field, workers):
    mistake_the_hour(field, workers, people=MANY, seconds=60.0)


# --- F9: a deploy -----------------------------------------------------------------------------------


def deploy(field: Scene, workers: list[Worker], *, people: int, latency: float, most: int) -> None:
    """SIGTERM to a real Celery worker in the middle of a blast. most: requests it may have sent by then."""
    field.faults(latency=latency)
    scene.people(people)
    blast = scene.started()
    words = ("celery", "-A", "config", "worker", "-Q", "bulk", "-P", "threads", "-c", "2")
    workers.append(worker := Worker(*words, "-l", "ERROR"))
    app.send_task("campaigns.tasks.send", [blast.pk], queue="bulk")
    scene.wait_for(lambda: requests(field) > 8, 40)

    began = time.monotonic()
    worker.process.terminate()
    worker.process.wait(30)

    assert time.monotonic() - began < 30
    assert not Chunk.objects.filter(state__in=["leased", "begun"]).exists()
    assert requests(field) < most
    field.faults(latency=0.02)
    scene.send_until(blast, seconds=120)
    assert scene.fates(blast) == {"accepted": people}
    judge(field, blast, people, unsure_at_most=0)


def test_f09_worker_that_is_asked_to_end_leaves_nobody_unsure(field, workers):
    deploy(field, workers, people=10_000, latency=0.6, most=200)


@pytest.mark.slow
def test_f09_worker_that_is_asked_to_end_leaves_nobody_unsure_of_many(field, workers):
    deploy(field, workers, people=MANY, latency=0.5, most=400)


# --- F12: the audience ------------------------------------------------------------------------------


def die_while_freezing(
    workers: list[Worker], *, seed: int, people: int, slice_: int, kills: int
) -> None:
    """Each process dies in a slice of its own choice; the next goes on where that one came to."""
    chance = random.Random(seed)
    scene.people(people)
    blast = planning.draft(scene.wish(), by=scene.planner(), at=timezone.now())
    for _ in range(kills):
        death = str(chance.randint(1, 3))
        words = ("tests.faults.freeze_worker", str(blast.pk), str(slice_), death)
        workers.append(worker := Worker(*words))
        assert worker.process.wait(60) == -9
        blast.refresh_from_db()
        assert Delivery.objects.filter(blast=blast).count() == blast.people < people
    settling.tend()  # as beat does

    blast.refresh_from_db()
    tokens = set(Delivery.objects.filter(blast=blast).values_list("token", flat=True))
    assert tokens == {scene.token(n) for n in range(people)}
    assert Delivery.objects.filter(blast=blast).count() == blast.people == people
    assert dict(Counter(Delivery.objects.values_list("chunk", flat=True))) == dict(
        Chunk.objects.values_list("pk", "people")
    )


def test_f12_freeze_killed_in_random_slices_holds_everybody_once(field, workers):
    die_while_freezing(workers, seed=1, people=3000, slice_=400, kills=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 5))
def test_f12_freeze_killed_in_many_slices_holds_everybody_once(field, workers, seed):
    die_while_freezing(workers, seed=seed, people=MANY, slice_=500, kills=10)
