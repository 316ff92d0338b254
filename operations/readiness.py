"""The parts of `/readyz`: what each is for, whether it is well, and that in one plain sentence.

A part that is not well means that somebody who dials, or a blast, suffers or soon will. Nothing secret is said:
kinds of errors, counts and ages, no address, no amount, no text.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import redis
from django.db import Error, connection

from campaigns.blasts import balances
from campaigns.models import Blast
from campaigns.press import serving
from campaigns.press.shelf import Shelf
from campaigns.replies import forwards
from gateways.base import Gateway
from journal.shipper import Shipper
from journal.writer import Journal
from operations import pulse

BEAT_MOST: Final = 60.0  # seconds without any fold looking at the journal: beat or workers are away
BACKLOG_MOST: Final = 32 * 1024 * 1024  # bytes waiting for the database; about 200 000 hops
# seconds that a task may wait; work of the bulk queue takes turns of minutes
TASK_MOST: Final[Mapping[str, float]] = {"now": 30.0, "bulk": 900.0}
ENTRY_MOST: Final = 120.0  # seconds that what came in may wait for its fold
BEHIND_MOST: Final = 60.0  # seconds in which a process takes up what was published


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one part. `facts`: numbers and short words beside the sentence."""

    ok: bool
    said: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "said": self.said, **self.facts}


@dataclass(frozen=True, slots=True)
class Process:
    """What the process that is asked stands on."""

    journal: Journal
    shipper: Shipper
    shelf: Shelf
    gateways: Mapping[str, Gateway]
    redis_url: str


def parts(of: Process) -> dict[str, Part]:
    """Every part, in the order in which one would look."""
    database = _sought(_database)
    there = database.ok
    return {
        "database": database,
        "broker": _sought(lambda: _broker(of.redis_url)),
        "beat": _sought(_beat, there=there),
        "queues": _sought(lambda: _queues(of.redis_url), there=there),
        "journal": _journal(of.journal, of.shipper),
        "edition": _sought(lambda: _edition(of.shelf, of.gateways.values(), there=there)),
        "balance": _sought(_balance, there=there, needed=False),
        "forwards": _sought(_forwards, there=there, needed=False),
    }


def _sought(part: Callable[[], Part], *, there: bool = True, needed: bool = True) -> Part:
    """The part, or that its store did not answer; `there`: whether the database does, which is waited for once."""
    if not there:
        return Part(not needed, "Not looked at: the database does not answer.")
    try:
        return part()
    except (Error, redis.RedisError) as error:
        trouble = type(error).__name__
        return Part(not needed, f"Could not be looked at: {trouble}.", {"trouble": trouble})


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Part(True, "PostgreSQL answers.")


def _broker(url: str) -> Part:
    pulse.answers(url)
    return Part(True, "Redis answers.")


def _beat() -> Part:
    age = pulse.last_look()
    if age is None:
        trouble = "nobody looked yet"
        return Part(False, "No worker has looked into the journal yet.", {"trouble": trouble})
    said = f"A worker looked into the journal {age:.0f} s ago."
    if age >= BEAT_MOST:
        said += " Beat or the worker of the queue now stands still."
    return Part(age < BEAT_MOST, said, {"seconds": round(age, 1)})


def _queues(url: str) -> Part:
    """How long the oldest task and the oldest line of the journal wait."""
    tasks = {one.name: one for one in pulse.queues(url)}
    entries = max((one.seconds for one in pulse.waiting()), default=0.0)
    late = [name for name, one in tasks.items() if one.seconds > TASK_MOST[name]]
    if entries > ENTRY_MOST:
        late.append("journal")
    said = f"Waits too long: {', '.join(late)}." if late else "Nothing waits too long."
    ages = {f"{name}_seconds": round(one.seconds, 1) for name, one in tasks.items()}
    return Part(not late, said, {**ages, "journal_seconds": round(entries, 1)})


def _journal(journal: Journal, shipper: Shipper) -> Part:
    state = shipper.state()
    facts = {"backlog_bytes": state.backlog, "unwritten": journal.unwritten}
    if journal.failing:
        return Part(False, "The disk takes no lines: what people do now is not counted.", facts)
    if state.backlog >= BACKLOG_MOST:
        return Part(False, "Much waits in files for the database.", facts)
    return Part(True, "The disk takes lines, and the database takes them over.", facts)


def _edition(shelf: Shelf, gateways: Iterable[Gateway], *, there: bool) -> Part:
    """At least one gateway has something to serve, and each serves what was published last."""
    kinds = {gateway.simulated for gateway in gateways}
    found = [edition for kind in kinds if (edition := shelf.current(kind))]
    if not found:
        return Part(False, "Nothing is published.", {"trouble": "nothing is published"})
    newest = max(found, key=lambda edition: edition.made_at)
    facts = {"id": newest.id, "seconds": round(time.time() - newest.made_at.timestamp())}
    if there and any(_behind(shelf, kind) for kind in kinds):
        return Part(False, "This process serves an older edition than was published last.", facts)
    return Part(True, "What was published last is served.", facts)


def _behind(shelf: Shelf, simulated: bool) -> bool:
    """Whether something newer was published, long enough ago to be here."""
    row = serving.newest_for(simulated=simulated)
    own = shelf.current(simulated)
    if row is None or time.time() - row.published_at.timestamp() < BEHIND_MOST:
        return False
    return own is None or own.made_at < row.published_at


def _balance() -> Part:
    """The accounts of blasts that go, or stand for want of money; as they were told last."""
    going = Blast.State.RUNNING, Blast.State.PAUSED
    blasts = list(Blast.objects.filter(state__in=going))
    short = [
        blast
        for blast in blasts
        if blast.pause_reason in balances.FOR_MONEY
        or any(one.short for one in balances.standings(blast))
    ]
    said = (
        f"{len(short)} of {len(blasts)} blasts under way want money on their account."
        if short
        else "No blast under way wants money."
    )
    return Part(not short, said, {"blasts": len(blasts), "short": len(short)})


def _forwards() -> Part:
    """Texts for RapidPro of the last days: one refused or of unknown fate reached no flow. It holds up nothing else."""
    rows = [asdict(one) for one in forwards.standing()]
    texts = sum(row["texts"] for row in rows)
    said = f"{texts} texts for RapidPro wait or reached no flow." if texts else "No text waits."
    return Part(True, said, {"accounts": rows})
