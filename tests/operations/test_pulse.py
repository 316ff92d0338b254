"""Whether work goes on, on a real PostgreSQL and a real broker."""

import json
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from config.celery import app
from journal.models import Entry, Marker
from operations import pulse
from operations.pulse import Queue, Waiting
from tests.operations.waiting import message, older

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(*pulse.QUEUES)
    yield client
    client.delete(*pulse.QUEUES)
    client.close()


def test_nobody_looked_yet():
    assert pulse.last_look() is None


def test_last_look_is_the_youngest_of_all_kinds():
    Marker.objects.create(kind="hop")
    older(50)
    Marker.objects.create(kind="receipt")

    assert pulse.last_look() == pytest.approx(0, abs=5)


def test_waiting_counts_what_is_not_folded():
    first = Entry.objects.create(kind="hop", line="{}")
    Entry.objects.bulk_create([Entry(kind="hop", line="{}") for _ in range(3)])
    Entry.objects.create(kind="error", line="{}")  # kept to be read: no app folds it
    Marker.objects.create(kind="hop", entry=first.pk)
    Marker.objects.create(kind="receipt", entry=first.pk)
    older(90)

    hops, receipts = pulse.waiting()

    assert (hops.kind, hops.entries) == ("hop", 3)
    assert hops.seconds == pytest.approx(90, abs=5)
    assert receipts == Waiting("receipt", 0, 0.0)


def test_waiting_stops_counting_at_the_most(monkeypatch):
    monkeypatch.setattr(pulse, "COUNTED_MOST", 2)
    Entry.objects.bulk_create([Entry(kind="hop", line="{}") for _ in range(3)])
    Marker.objects.create(kind="hop")

    assert [one.entries for one in pulse.waiting()] == [2]


def test_queue_tells_the_age_of_its_oldest_task(broker):
    now = time.time()
    for sent_at in (now - 40, now - 20, now):
        broker.lpush("now", message(sent_at))

    first, second = pulse.queues(settings.REDIS_URL)

    assert (first.name, first.tasks) == ("now", 3)
    assert first.seconds == pytest.approx(40, abs=5)
    assert second == Queue("bulk", 0, 0.0)


@pytest.mark.parametrize(
    "text", ["no json", "[]", "{}", message("soon"), message(4_000_000_000)], ids=range(5)
)
def test_message_that_does_not_say_when_it_was_sent_has_no_age(broker, text):
    broker.lpush("bulk", text)

    assert pulse.queues(settings.REDIS_URL)[1] == Queue("bulk", 1, 0.0)


def test_task_as_celery_sends_it_has_an_age(broker):
    before = time.time()
    app.send_task("people.tasks.fold_opt_outs", queue="bulk", expires=30)

    queue = pulse.queues(settings.REDIS_URL)[1]
    headers = json.loads(broker.lindex("bulk", -1))["headers"]
    assert (queue.tasks, before <= headers[pulse.SENT_AT] <= time.time()) == (1, True)


def test_broker_that_is_away_is_told(tmp_path):
    with pytest.raises(redis.ConnectionError):
        pulse.answers(f"unix://{tmp_path}/none")
