"""What the workers do for the bot: fold chats and SMS, and send the answers that wait."""

from functools import lru_cache

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bot import alerting, ears, folding, grouping, letters, matchers, retention, understood
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


def _fold_letters(limit: int) -> int:
    return letters.fold_letters(_edition, _memory(), limit=limit)


KINDS = {"chat": _fold_chats, "sms": _fold_sms, "letter": _fold_letters}


@shared_task
def fold_messages() -> None:
    """Chats, then SMS and letters with their answers, until the journal has no more of them."""
    ears.freshen()
    for kind, fold in KINDS.items():
        while intake.fold(kind, fold, folding.BATCH) == folding.BATCH:
            pass
    outbox.send_waiting(at=timezone.now())


@shared_task
def group_questions() -> None:
    """Every minute: new questions come to those that ask the same, and the edition's best guesses to them."""
    try:
        edition = _edition(settings.DEMONSTRATION)
    except routes.NoRoute:
        return  # nothing is published yet: nothing to guess, nobody asked
    grouping.gather(edition)
    grouping.guess(edition, matchers.looked_at(edition).rank)


@shared_task
def purge() -> None:
    """Every few minutes: what is over its time, and what is of people who asked to be forgotten."""
    retention.purge(at=timezone.now())


@shared_task
def alert_officers() -> None:
    """Every minute: who is on duty hears by mail that a case waits, and all of the country when nobody takes it."""
    alerting.alert(at=timezone.now())


@shared_task
def learn_editions() -> None:
    """Soon after a publication: fit what people are served, beside its file, and measure how well it understands."""
    for simulated in (True, False):
        try:
            served = routes.edition(simulated=simulated)
        except routes.NoRoute:
            continue
        understood.learn(served, settings.QUESTIONS, at=timezone.now())
