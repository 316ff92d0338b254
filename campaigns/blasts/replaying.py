"""A blast goes out as of a time: the same leases, checks and results, with somebody who answers for the gateway.

For a year that is replayed in minutes: nothing leaves the machine. Only for simulated gateways.
"""

from collections.abc import Callable
from datetime import datetime

from campaigns.blasts import approval, leases, planning, routes, sending, settling
from campaigns.blasts.planning import Plan, Wish
from campaigns.models.blasts import Blast
from campaigns.models.deliveries import Fate
from gateways.base import Batch, Reason, Sms
from people import consent
from people.models import Staff

WAIT = 300.0  # seconds until a chunk is tried again; without jitter, so that a replay is the same each time
Answers = Callable[[Sms], Batch]


def begin(wish: Wish, *, by: Staff, approver: Staff, at: datetime) -> Plan:
    """Planned, approved by somebody else and started, all as of then; the plan. Raises as those three do."""
    plan = planning.plan(wish, by=by, at=at)
    blast = Blast.objects.get(pk=plan.blast)
    if not all(gateway.simulated for gateway in routes.of(blast)):
        raise routes.NoRoute("Only a simulated gateway can be answered for.")
    approval.approve(blast, by=approver, at=at)
    approval.start(blast, by=by, at=at)
    return plan


def send(number: int, answers: Answers, *, at: datetime) -> int:
    """Send what may be sent at that moment; how many requests `answers` answered."""
    job, sent = sending.job_of(number), 0
    while (lease := leases.claim(number, at=at)) is not None:
        people = leases.begin(lease, at=at)
        if people is None:
            leases.release(lease)
            break
        numbers, broken = sending.opened(people)
        words = job.words[lease.country, lease.language]
        batch = answers(Sms(words.text, tuple(numbers.values()), lease.sender))
        consent.end(*_blocked(batch), how="provider", at=at)
        rows = sending.rows_of(job, lease, list(numbers), batch)
        later = any(row.state is Fate.RETRY for row in rows)
        leases.commit(lease, [*rows, *broken], again=WAIT if later else None, at=at)
        sent += 1
    return sent


def _blocked(batch: Batch) -> list[str]:
    return [one.number for one in batch.outcomes if one.reason is Reason.OPTED_OUT]


def settle(*, at: datetime) -> None:
    """Fold what was sent, and end what has nothing left to send."""
    while settling.target(at=at) + settling.settle(at=at):
        pass
    settling.finish(at=at)
