"""A blast goes out: several requests in flight, one text to many numbers each, nobody twice.

The order is the promise (D7): lease, wait for the gateway's pace, fold pending opt-outs, check the people and
commit "begun", post, append the results. Numbers are unsealed here, in memory, and nowhere else.
"""

import contextlib
import logging
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext

from analytics.turns import turn
from campaigns.blasts import (
    approval,
    budget,
    detours,
    leases,
    money,
    pace,
    permits,
    routes,
    settling,
)
from campaigns.blasts.budget import NoMoney
from campaigns.blasts.leases import Lease, Row
from campaigns.models.blasts import Blast, Campaign, Notice
from campaigns.models.deliveries import Chunk, Delivery, Fate
from gateways.base import MOST_TRIES, Batch, Outcome, Reason, Sms, State
from people import consent, identity, rotation
from people.models import Staff

log = logging.getLogger(__name__)
IN_FLIGHT = 8  # requests at once: as many connections as a gateway's client keeps
TURN = 10.0  # seconds one task sends before others of the queue get their turn; a deploy waits no longer
SLOT = 0x736C6F74  # an advisory lock's number: one sender a blast, released with its connection
FIRST_WAIT, LONGEST_WAIT = 5.0, 600.0  # seconds until a chunk is tried again, doubled each time
FOLD_PATIENCE = 2.0  # seconds for another process to finish folding opt-outs
COMMIT_PATIENCE = 30.0  # seconds in which known results are offered to a database that went away


@dataclass(frozen=True, slots=True)
class Words:
    """What one country reads in one language, and the most it may cost a person."""

    text: str
    each: Decimal


@dataclass(frozen=True, slots=True)
class Job:
    """All a sender needs to know of a blast; read once a turn."""

    blast: int
    gateways: tuple[str, ...]
    currency: str
    prefer_duplicates: bool
    rate: int | None
    words: Mapping[tuple[str, str], Words]


def _pace(lease: Lease) -> pace.Pace:
    gateway = routes.gateway(lease.gateway)
    return pace.of(gateway.name, lease.sender, gateway.rate)


def _buckets(job: Job, lease: Lease) -> Iterator[pace.Pace]:
    """The blast's own pace, where its plan names one, and the gateway's."""
    if job.rate:
        yield pace.of(f"blast-{job.blast}", "", job.rate)
    yield _pace(lease)


def run(blast: int, *, seconds: float = TURN, threads: int = IN_FLIGHT) -> int:
    """Send what may be sent now, for at most so many seconds; how many requests left.

    Returns at once when another process sends this blast, or while a rotation is not finished. Results are folded meanwhile.
    """
    with turn(SLOT, blast) as ours:
        if (
            not ours or rotation.pending()
        ):  # who waits to be carried over would be left out for good
            return 0
        job, until = job_of(blast), time.monotonic() + seconds
        with ThreadPoolExecutor(threads, thread_name_prefix="sender") as pool:
            workers = [pool.submit(_work, job, until, turn) for turn in range(threads)]
            while wait(workers, timeout=0.5).not_done:
                settling.settle()
        return sum(worker.result() for worker in workers)


def job_of(number: int) -> Job:
    blast = Blast.objects.select_related("campaign").get(pk=number)
    return Job(
        blast=number,
        gateways=_still_there(blast),
        currency=blast.currency,
        prefer_duplicates=blast.campaign.prefer_duplicates,
        rate=blast.rate,
        words={(t.country, t.language): Words(t.text, t.each) for t in blast.texts.all()},
    )


def _still_there(blast: Blast) -> tuple[str, ...]:
    """The blast's gateways that are still in the file. Raises NoRoute when none of them is."""
    known = routes.gateways()
    names = tuple(name for name in blast.routes if name in known)
    return names or (routes.gateway(blast.gateway).name,)


def _work(job: Job, until: float, turn: int) -> int:
    """One thread: chunk after chunk until none may be sent or the turn is over.

    Each begins at another gateway, so that a slow one holds up its own people only.
    """
    sent, first = 0, turn % len(job.gateways)
    open_ = [*job.gateways[first:], *job.gateways[:first]]
    try:
        while time.monotonic() < until and (lease := _claim(job.blast, open_)):
            if all(_paced(bucket, lease, until) for bucket in _buckets(job, lease)):
                sent += _send(job, lease)
            else:
                leases.release(lease)
                open_.remove(lease.gateway)
    finally:
        connection.close()
    return sent


def _claim(blast: int, gateways: Iterable[str]) -> Lease | None:
    return next(filter(None, (leases.claim(blast, gateway) for gateway in gateways)), None)


def _paced(bucket: pace.Pace, lease: Lease, until: float) -> bool:
    while pause := bucket.take(lease.people):
        if time.monotonic() + pause > until:
            return False
        time.sleep(min(pause, 0.5))
    return True


def _begin(lease: Lease) -> dict[int, str] | None:
    """Begin the request, after every opt-out that reached the journal table is in the suppression list.

    None: not now; the chunk goes back.
    """
    until = time.monotonic() + FOLD_PATIENCE
    while (people := leases.begin(lease)) is None:
        if not leases.stops_wait() or time.monotonic() > until:
            leases.release(lease)
            return None
        if not consent.fold_opt_outs():
            time.sleep(0.02)  # another process may be folding them: wait for its commit
    return people


def _send(job: Job, lease: Lease) -> int:
    """One request for one chunk, from "begun" to its results; 1 when one left."""
    people = _begin(lease)
    if people is None:
        return 0
    numbers, broken = opened(people)
    words = job.words[lease.country, lease.language]
    sms = Sms(words.text, tuple(numbers.values()), lease.sender)
    batch = routes.gateway(lease.gateway).send(sms) if numbers else Batch(())
    if batch.whole and len(numbers) > 1:
        leases.halve(lease, list(numbers))
        return 1
    rows = rows_of(job, lease, list(numbers), batch)
    _keep(lease, [*rows, *broken], batch, again=_again(lease, rows, batch))
    _look_after(job, lease, rows, batch)
    return int(bool(numbers))


def opened(people: Mapping[int, str]) -> tuple[dict[int, str], list[Row]]:
    """Delivery -> number; a seal that does not open leaves its person out, not the others."""
    numbers, broken = {}, []
    for delivery, sealed in people.items():
        try:
            numbers[delivery] = identity.unseal(sealed, identity.NUMBER)
        except identity.BrokenSeal:
            broken.append(Row(delivery, Fate.EXCLUDED, reason="broken-seal"))
    return numbers, broken


FATES = {
    State.ACCEPTED: Fate.ACCEPTED,
    State.REFUSED: Fate.REFUSED,
    State.RETRY: Fate.RETRY,
    State.UNSURE: Fate.UNSURE,
}


def rows_of(job: Job, lease: Lease, deliveries: Sequence[int], batch: Batch) -> list[Row]:
    pairs = zip(deliveries, batch.outcomes, strict=True)
    return [_row(job, lease, delivery, outcome) for delivery, outcome in pairs]


def _row(job: Job, lease: Lease, delivery: int, outcome: Outcome) -> Row:
    fate = FATES[outcome.state]
    if fate is Fate.REFUSED and outcome.reason in detours.ELSEWHERE and routes.onward(lease.onward):
        return Row(delivery, Fate.RETRY, reason=outcome.reason.value, onward=True)
    if fate is Fate.UNSURE and job.prefer_duplicates:
        fate = Fate.RETRY
    tries = MOST_TRIES.get(outcome.reason)
    if fate is Fate.RETRY and tries is not None and lease.attempt + 1 >= tries:
        fate = Fate.REFUSED
    cost = outcome.cost
    return Row(
        delivery,
        fate,
        outcome.reference or "",
        cost.amount if cost else None,
        cost.currency if cost else "",
        outcome.reason.value,
    )


def _again(lease: Lease, rows: Sequence[Row], batch: Batch) -> float | None:
    """Seconds until whoever is left is tried again, None when nobody is. Full jitter, capped."""
    if not any(row.state is Fate.RETRY and not row.onward for row in rows):
        return None
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(lease.attempt, 10))
    return (batch.retry_after or 0.0) + random.uniform(0.0, longest)  # noqa: S311 - hides nothing


def _keep(lease: Lease, rows: Sequence[Row], batch: Batch, *, again: float | None) -> None:
    """Commit the results; a database that went away is offered them for a while, then they stay unsure.

    Before them those whom the provider names as having ended messages: dying in between must not lose that.
    """
    blocked = [one.number for one in batch.outcomes if one.reason is Reason.OPTED_OUT]
    until = time.monotonic() + COMMIT_PATIENCE
    while True:
        try:
            consent.end(*blocked, how="provider", at=timezone.now())
            leases.commit(lease, rows, again=again, road=routes.onward(lease.onward))
        except (DatabaseError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(0.5)
        else:
            return


def _look_after(job: Job, lease: Lease, rows: Sequence[Row], batch: Batch) -> None:
    """What an answer means beyond its chunk: the pace, the breaker, a pause of the blast."""
    pace_ = _pace(lease)
    if batch.retry_after:
        pace_.hold(batch.retry_after)
    if batch.outcomes:
        answered = any(o.state in (State.ACCEPTED, State.REFUSED) for o in batch.outcomes)
        (pace_.succeeded if answered else pace_.failed)()
    unsure = sum(outcome.state is State.UNSURE for outcome in batch.outcomes)
    if unsure and job.prefer_duplicates:
        text, now = f"{unsure} people of unknown fate are tried again", timezone.now()
        Notice.objects.create(blast_id=job.blast, kind="duplicates-preferred", at=now, text=text)
    if any(row.onward for row in rows):
        detours.note(job.blast, detours.NO_ROUTE, lease.gateway)
    if reason := _pause_reason(job, lease, rows, batch):
        _pause(job.blast, reason)


def _pause_reason(job: Job, lease: Lease, rows: Sequence[Row], batch: Batch) -> str:
    """Why the blast must not go on by itself; "" for no reason.

    An account that needs somebody is none where everybody who waited for it can go through another.
    """
    words = job.words[lease.country, lease.language]
    if batch.pause and not _left(job, lease):
        return batch.pause.value
    if any(outcome.reason is Reason.TEXT for outcome in batch.outcomes):
        return Reason.TEXT.value
    charged = [row for row in rows if row.cost]
    if any(row.currency not in ("", job.currency) for row in charged):
        return "currency"
    if any(row.cost > words.each for row in charged if row.cost is not None):
        return "cost"
    if batch.whole and not Chunk.objects.filter(blast=job.blast, accepted__gt=0).exists():
        return "request"  # refused down to a single number, and nobody was ever accepted: it is the text
    return ""


def _left(job: Job, lease: Lease) -> bool:
    return bool(lease.onward) and detours.leave(job.blast, lease.gateway, why=detours.ACCOUNT)


def _pause(number: int, reason: str) -> None:
    """Several threads may want it at once: the first one's notice is enough."""
    with contextlib.suppress(permits.Refused):
        approval.pause(Blast.objects.get(pk=number), by=None, at=timezone.now(), reason=reason)
        log.warning("Blast %d paused: %s.", number, reason)


def resend_unsure(blast: Blast, *, by: Staff, at: datetime) -> int:
    """Send again, on purpose, to everybody of unknown fate; how many. The one button of D7, with its notice.

    Their first message may have arrived and been charged: the budget must hold both. Raises Refused, NoMoney.
    """
    permits.may(by, permits.APPROVE, blast.countries)
    unsure = Delivery.objects.filter(chunk__blast=blast, state=Fate.UNSURE)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=blast.campaign_id)
        blast = Blast.objects.select_for_update().get(pk=blast.pk)
        blast.campaign = campaign
        if blast.state not in (Blast.State.RUNNING, Blast.State.PAUSED, Blast.State.DONE):
            said = gettext("Blast %(number)s is %(state)s.")
            raise permits.Refused(said % {"number": blast.pk, "state": blast.get_state_display()})
        groups: dict[Kind, list[int]] = {}
        columns = ("chunk__gateway", "chunk__sender", "chunk__onward")
        for delivery, *kind, onward in unsure.values_list("pk", "country", "language", *columns):
            groups.setdefault((*kind, tuple(onward)), []).append(delivery)
        _reserve_again(blast, groups)
        people = sum(_chunks_again(blast, kind, ids) for kind, ids in groups.items())
        if blast.state == Blast.State.DONE and people:
            later = Greatest(F("expires_at"), at + timedelta(days=1))
            Blast.objects.filter(pk=blast.pk).update(state=Blast.State.RUNNING, expires_at=later)
        approval.note(blast, "unsure-sent-again", by=by, at=at, text=str(people))
    return people


Kind = tuple[str, str, str, str, tuple[str, ...]]  # country, language, gateway, sender, onward


def _reserve_again(blast: Blast, groups: Mapping[Kind, Sequence[int]]) -> None:
    each = budget.each(blast)
    more = sum((each[kind[:2]] * len(ids) for kind, ids in groups.items()), Decimal(0))
    if blast.reserved + more > blast.budget:
        said = gettext("%(more)s more would go beyond the budget of %(budget)s.")
        told = {"more": money.told(more, blast.currency), "budget": money.told(blast.budget)}
        raise NoMoney(said % told)
    budget.check_again(blast, more)
    Blast.objects.filter(pk=blast.pk).update(reserved=F("reserved") + more)


def _chunks_again(blast: Blast, kind: Kind, deliveries: Sequence[int]) -> int:
    """The deliveries move into new chunks; their results stay where they are, as the history."""
    country, language, gateway, sender, onward = kind
    size = min(routes.gateway(name).batch for name in (gateway, *onward))
    for first in range(0, len(deliveries), size):
        part = deliveries[first : first + size]
        chunk = Chunk.objects.create(
            blast=blast,
            country=country,
            language=language,
            gateway=gateway,
            sender=sender,
            onward=list(onward),
            people=len(part),
            targeted=True,
        )
        Delivery.objects.filter(pk__in=part).update(chunk=chunk)
    return len(deliveries)
