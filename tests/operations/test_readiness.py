"""What `/readyz` finds, with real parts broken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Blast, Forward
from campaigns.models import Edition as Row
from campaigns.press.shelf import Shelf
from config import embedded
from config.embedded import Keeper
from journal.models import Entry, Marker
from operations import readiness
from operations.readiness import Process
from tests.campaigns import scene
from tests.config.conftest import temporary
from tests.editions import edition
from tests.operations.waiting import message, older

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = readiness.BACKLOG_MOST + 1


def ill(process: Process) -> list[str]:
    return [name for name, part in readiness.parts(process).items() if not part.ok]


def said(process: Process, name: str) -> str:
    return readiness.parts(process)[name].said


def test_all_is_well(process):
    found = readiness.parts(process)

    assert [name for name, part in found.items() if not part.ok] == []
    assert found["queues"].said == "Nothing waits too long."
    assert found["edition"].as_json()["id"] == edition().id
    assert found["balance"].facts == {"blasts": 0, "short": 0}


@pytest.fixture
def own_servers(process, monkeypatch) -> Iterator[tuple[Process, Keeper]]:
    """The process on servers of this test's own, which hold no table."""
    with temporary() as data, monkeypatch.context() as patched:
        keeper = Keeper(data, durable=False)
        servers = keeper.start()
        for name, value in embedded.database(servers.database).items():
            patched.setitem(connection.settings_dict, name, value)
        connection.close()
        yield replace(process, redis_url=servers.redis), keeper
        keeper.stop()
        connection.close()


def test_stopped_servers_are_named(own_servers):
    own, keeper = own_servers
    before = readiness.parts(own)

    keeper.stop()
    connection.close()
    after = readiness.parts(own)

    assert (before["database"].ok, before["broker"].ok) == (True, True)
    assert [name for name, part in after.items() if not part.ok] == [
        "database",
        "broker",
        "beat",
        "queues",
    ]
    assert after["database"].facts == {"trouble": "OperationalError"}
    assert after["broker"].facts == {"trouble": "ConnectionError"}


def test_database_without_tables_is_told_part_by_part(own_servers):
    own, _keeper = own_servers

    assert ill(own) == ["beat", "queues", "edition"]


def test_beat_that_stands_still_is_named(process):
    older(readiness.BEAT_MOST + 1)

    assert ill(process) == ["beat"]
    assert said(process, "beat").endswith("Beat or the worker of the queue now stands still.")


def test_queue_that_no_worker_empties_is_named(process):
    now = timezone.now().timestamp()
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.lpush("now", message(now - 31), message(now))
        broker.lpush("bulk", message(now - 31))

    part = readiness.parts(process)["queues"]

    assert (part.ok, part.said) == (False, "Waits too long: now.")
    assert part.facts["now_seconds"] == pytest.approx(31, abs=5)


def test_entries_that_nobody_folds_are_named(process):
    Entry.objects.create(kind="hop", line="{}")
    older(readiness.ENTRY_MOST + 1)
    Marker.objects.create(kind="receipt")  # somebody looks, at another kind

    assert ill(process) == ["queues"]
    assert said(process, "queues") == "Waits too long: journal."


def test_backlog_for_the_database_is_named(process):
    process.journal.write(b"hop\t" + b"x" * LARGE + b"\n")

    part = readiness.parts(process)["journal"]

    assert (part.ok, part.said) == (False, "Much waits in files for the database.")
    assert part.facts == {"backlog_bytes": LARGE + 5, "unwritten": 0}


def test_full_disk_is_named_until_lines_are_taken_again(process, monkeypatch):
    process.journal.append("hop", {"at": 1.0})
    with monkeypatch.context() as full:
        full.setattr("os.write", lambda _file, _line: 0)
        process.journal.append("hop", {"at": 2.0})
        while_full = ill(process)

    process.journal.append("hop", {"at": 3.0})

    part = readiness.parts(process)["journal"]
    assert while_full == ["journal"]
    assert (part.ok, part.facts["unwritten"]) == (True, 1)


def test_nothing_published_is_named(process, tmp_path):
    own = replace(process, shelf=Shelf(tmp_path / "none"))

    assert ill(own) == ["edition"]
    assert said(own, "edition") == "Nothing is published."


@pytest.mark.parametrize(("seconds", "named"), [(30, []), (90, ["edition"])])
def test_process_that_stayed_with_an_older_edition_is_named(process, seconds, named):
    made: dict[str, Any] = {"kind": "demonstration", "body": "{}"}
    at = timezone.now() - timedelta(seconds=seconds)
    Row.objects.create(hash="newer", published_at=at, **made)

    assert ill(process) == named


def test_edition_as_it_was_published_last_is_well(process):
    own = edition()
    Row.objects.create(
        hash=own.id, kind="demonstration", body=own.to_json(), published_at=own.made_at
    )

    assert ill(process) == []


def test_blast_that_stands_for_want_of_money_is_named(process, deployment):
    scene.people(2)
    blast = scene.started()
    before = ill(process)

    Blast.objects.filter(pk=blast.pk).update(state="paused", pause_reason="low-balance")

    assert before == []
    assert ill(process) == ["balance"]
    assert said(process, "balance") == "1 of 1 blasts under way want money on their account."


def test_texts_that_reached_no_flow_are_told_and_hold_up_nothing(process):
    row = {"account": "rp", "state": "refused", "reason": "too-old"}
    Forward.objects.create(gateway="sim", reference="sms-1", made_at=timezone.now(), **row)

    part = readiness.parts(process)["forwards"]

    assert (part.ok, part.facts) == (True, {"accounts": [{**row, "texts": 1}]})
