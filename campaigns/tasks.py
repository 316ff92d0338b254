"""What beat and the workers do for blasts and for what expires.

Messages carry ids only; the state in the database decides.
"""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from analytics import closing
from campaigns import evidence
from campaigns.blasts import (
    accounts,
    balances,
    erasure,
    groups,
    polling,
    receipts,
    recurring,
    sending,
    settling,
    tallies,
)
from campaigns.blasts import retention as blasts
from campaigns.press.shelf import Shelf
from campaigns.proofs import alerting, expiring
from campaigns.replies import external, forwards, retention
from gateways.base import NoStatuses
from journal import intake

log = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """What became due, then a sender for each blast; series last: no trouble of theirs holds up a blast."""
    settling.tend()
    for blast in settling.running():
        send.apply_async([blast], queue="bulk", expires=10)
    for one in recurring.tend(at=timezone.now()):
        log.warning("Series %d, %s: waits for a person (%s).", one.series_id, one.day, one.reason)


@shared_task
def send(blast: int) -> None:
    """One turn of sending, then to the end of the queue; a second sender of the blast leaves at once."""
    if sending.run(blast):
        send.apply_async([blast], queue="bulk", expires=60)


@shared_task
def keep_tallies() -> None:
    """Every few seconds: counts for the pages, of blasts whose deliveries may have changed."""
    tallies.keep_up(at=timezone.now())


@shared_task
def ask_balances() -> None:
    """Every minute: the accounts of blasts that send or soon will; a blast pauses before its account is empty."""
    balances.ask_due(at=timezone.now())


@shared_task
def fold_receipts() -> None:
    """Receipts, until the journal has no more of them."""
    while intake.fold("receipt", receipts.fold_receipts, receipts.BATCH) == receipts.BATCH:
        pass


@shared_task
def poll_statuses() -> None:
    """Every ten minutes: receipts of providers that post none. One that cannot be asked is asked next time."""
    at = timezone.now()
    for one in polling.open_of(polling.polled(), at=at):
        try:
            polling.poll(one, at=at)
        except NoStatuses as error:
            log.warning("Gateway %s tells no states of messages now: %s", one.gateway, error)


@shared_task
def keep_groups() -> None:
    """Every hour: groups of RapidPro that its account says follow an audience."""
    groups.follow(at=timezone.now())


@shared_task
def fold_external() -> None:
    """What RapidPro wants sent goes into the outbox, and RapidPro hears what became of it."""
    while intake.fold("external", external.fold_external, external.BATCH) == external.BATCH:
        pass
    external.tell()


@shared_task
def forward() -> None:
    """What people texted to codes of RapidPro's goes there."""
    forwards.give_waiting(at=timezone.now())


@shared_task
def refill_lapsed() -> None:
    """The live edition without what lapsed; the doors take it up from the shelf or the database."""
    at = timezone.now()
    if done := expiring.refill_lapsed(at=at, shelf=Shelf(settings.DATA / "editions")):
        alerting.mail(done.alerts, at=at)


@shared_task
def warn() -> None:
    """Staff hear 30, 7 and 1 days before something expires, and on the day."""
    at = timezone.now()
    alerting.mail(expiring.warn(at=at), at=at)


@shared_task
def purge_replies() -> None:
    """Every few minutes: single SMS over their time, and what is of people who asked to be forgotten."""
    erasure.follow()
    retention.purge(at=timezone.now())


@shared_task
def purge_blasts() -> None:
    """Every hour: whose deliveries were, once their time is over."""
    blasts.purge(at=timezone.now())


@shared_task
def note_accounts() -> None:
    """Every few minutes: whether an operator changed the file of provider accounts."""
    accounts.note_change(at=timezone.now())


@shared_task
def close_periods() -> None:
    """Every few seconds: periods on which two have agreed are counted, packed and frozen."""
    closing.work_off(evidence.SOURCES, at=timezone.now())
