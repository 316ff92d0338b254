"""What `/metrics` tells: of this process from its memory, of the whole deployment from the database and the broker."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Sum
from django.utils import timezone

from bot.alerting import untaken
from campaigns.models import Balance, Blast, Fate
from journal.models import Dead
from operations import pulse
from operations.families import Labels, Sample
from operations.meters import Meter
from operations.models import Trouble
from operations.readiness import Process
from people import rushes
from people.models import Rush

STARTED: Final = time.time()
HOUR: Final = timedelta(hours=1)
PAGE_SIZE: Final = os.sysconf("SC_PAGE_SIZE")  # bytes
# rows of a tally are Group and Charge of campaigns.blasts.tallies, in the order of their fields
DELIVERIES = """
SELECT one->>1, (one->>0)::int, sum((one->>7)::bigint)
FROM campaigns_tally, jsonb_array_elements(rows) one WHERE kind = 'fates' GROUP BY 1, 2 ORDER BY 1, 2
"""
COSTS = """
SELECT one->>0, one->>4, sum((one->>6)::numeric)
FROM campaigns_tally, jsonb_array_elements(rows) one WHERE kind = 'costs' GROUP BY 1, 2 ORDER BY 1, 2
"""


def own(of: Process, doors: Mapping[str, Meter], pages: Meter) -> Iterator[Sample]:
    """This process: asks no store."""
    for name, meter in doors.items():
        labels = (("door", name),)
        yield from histogram("njia_door_seconds", meter, labels)
        yield Sample("njia_door_requests_total", meter.requests, labels)
        yield Sample("njia_door_failures_total", meter.failures, labels)
    yield from histogram("njia_pages_seconds", pages)
    state = of.shipper.state()
    yield Sample("njia_journal_backlog_bytes", state.backlog)
    yield Sample("njia_journal_unwritten_total", of.journal.unwritten)
    yield Sample("njia_journal_torn_total", state.torn)
    yield Sample("njia_journal_failing", of.journal.failing)
    for simulated in sorted({gateway.simulated for gateway in of.gateways.values()}):
        if edition := of.shelf.current(simulated):
            kind = (("gateways", "simulated" if simulated else "real"),)
            made = edition.made_at.timestamp()
            yield Sample("njia_edition_made_timestamp_seconds", made, kind)
    yield Sample("njia_process_resident_bytes", _resident())
    yield Sample("njia_process_started_timestamp_seconds", STARTED)


def histogram(name: str, meter: Meter, labels: Labels = ()) -> Iterator[Sample]:
    """Its buckets, its sum and its count, which is that of the last bucket."""
    count = 0
    for bound, count in meter.buckets():
        yield Sample(name, count, (*labels, ("le", bound)), "_bucket")
    yield Sample(name, meter.seconds, labels, "_sum")
    yield Sample(name, count, labels, "_count")


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_SIZE


# --- the deployment -----------------------------------------------------------------------------------


def shared() -> Iterator[Sample]:
    """The same whichever process is asked. A store that is away leaves its metrics out, and says 0 for itself."""
    yield from _asked("njia_broker_up", _broker)
    yield from _asked("njia_database_up", _database)


def _asked(name: str, ask: Callable[[], Iterable[Sample]]) -> Iterator[Sample]:
    try:
        found = list(ask())
    except (Error, redis.RedisError):
        yield Sample(name, 0)
        return
    yield Sample(name, 1)
    yield from found


def _broker() -> Iterator[Sample]:
    for queue in pulse.queues(settings.REDIS_URL):
        labels = (("queue", queue.name),)
        yield Sample("njia_queue_tasks", queue.tasks, labels)
        yield Sample("njia_queue_oldest_seconds", queue.seconds, labels)


def _database() -> Iterator[Sample]:
    yield from _journal()
    yield from _sending()
    yield from _money()
    yield from _people()


def _journal() -> Iterator[Sample]:
    age = pulse.last_look()
    if age is not None:
        yield Sample("njia_beat_seconds", age)
    for kind in pulse.waiting():
        labels = (("kind", kind.kind),)
        yield Sample("njia_journal_waiting_entries", kind.entries, labels)
        yield Sample("njia_journal_waiting_seconds", kind.seconds, labels)
    yield Sample("njia_journal_dead_lines", Dead.objects.count())


def _sending() -> Iterator[Sample]:
    states = Blast.objects.values_list("state").annotate(blasts=Count("pk")).order_by("state")
    for state, blasts in states:
        yield Sample("njia_blasts", blasts, (("state", state),))
    for gateway, fate, people in _rows(DELIVERIES):
        labels = (("gateway", str(gateway)), ("state", Fate(fate).name.lower()))
        yield Sample("njia_deliveries", _number(people), labels)


def _money() -> Iterator[Sample]:
    for gateway, currency, amount in _rows(COSTS):
        labels = (("currency", str(currency)), ("gateway", str(gateway)))
        yield Sample("njia_cost", _number(amount), labels)
    for balance in Balance.objects.order_by("gateway"):
        labels = (("currency", balance.currency), ("gateway", balance.gateway))
        yield Sample("njia_balance", float(balance.amount), labels)
        asked = balance.at.timestamp()
        yield Sample("njia_balance_asked_timestamp_seconds", asked, labels[1:])


def _people() -> Iterator[Sample]:
    """Counts alone, of nobody and of no country."""
    yield Sample("njia_cases_untaken", untaken().count())
    for level, wrong in {"wrong": True, "look": False}.items():
        standing = Trouble.objects.filter(over_at=None, wrong=wrong).count()
        yield Sample("njia_troubles", standing, (("level", level),))
    lately = Rush.objects.filter(slot__gt=timezone.now() - HOUR)
    counted = dict(lately.values_list("what").annotate(Sum("number")))
    yield Sample("njia_opt_outs_last_hour", counted.get(rushes.OPT_OUT, 0))
    for what in sorted(rushes.LIMITS):
        yield Sample("njia_held_back_last_hour", counted.get(what, 0), (("what", what),))


def _rows(query: str) -> list[tuple[object, int | str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _number(value: object) -> float:
    return float(str(value))
