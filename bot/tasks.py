"""What the workers do for the bot: fold chats and SMS, and send the answers that wait."""

from functools import lru_cache

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bot import folding, retention
from bot.memory import Memory
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.replies import outbox
from journal import intake


@lru_cache(maxsize=1)
def _memory() -> Memory:
    return Memory(settings.REDIS_URL)


def _edition(simulated: bool) -> Edition:
    return routes.edition(simulated=simulated)


def _fold_chats(limit: int) -> int:
    return folding.fold_chats(_edition, limit=limit)


def _fold_sms(limit: int) -> int:
    return folding.fold_messages(_edition, _memory(), limit=limit)


@shared_task
def fold_messages() -> None:
    """Chats, then SMS with their answers, until the journal has no more of them."""
    while intake.fold("chat", _fold_chats, folding.BATCH) == folding.BATCH:
        pass
    while intake.fold("sms", _fold_sms, folding.BATCH) == folding.BATCH:
        pass
    outbox.send_waiting(at=timezone.now())


@shared_task
def purge() -> None:
    """Every few minutes: what is over its time, and what is of people who asked to be forgotten."""
    retention.purge(at=timezone.now())
