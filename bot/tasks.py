"""What the workers do for the bot: fold what came in and answer it, group questions, learn editions, mail officers, purge."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bot import (
    alerting,
    ears,
    folding,
    grouping,
    letters,
    matchers,
    meanings,
    retention,
    understood,
)
from bot.memory import Memory
from campaigns.blasts import routes
from campaigns.editions.edition import Edition
from campaigns.replies import outbox
from journal import intake
from understanding import encoder


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


_warming = threading.Lock()
KINDS = {"sms": _fold_sms, "letter": _fold_letters}


@shared_task
def fold_messages() -> None:
    """Chats, then SMS and letters with their answers, until the journal has no more of them.

    Chats are answered already, and their cases wait for nothing. To answer the others takes matchers: after an upgrade
    they are fitted anew, here and in no transaction, which would hold the journal for as long.
    """
    ears.freshen()
    _fold("chat", _fold_chats)
    if _warm():
        for kind, fold in KINDS.items():
            _fold(kind, fold)
    outbox.send_waiting(at=timezone.now())


def _fold(kind: str, fold: Callable[[int], int]) -> None:
    while intake.fold(kind, fold, folding.BATCH) == folding.BATCH:
        pass


def _warm() -> bool:
    """Make ready what is served; nothing to do but for the first time in a process, and after a publication.

    False where another task of this process is at it. It may wait for minutes for a process that fits them; a
    second one that waited too would leave the queue no thread for opt-outs.
    """
    if not _warming.acquire(blocking=False):
        return False
    try:
        for edition in _served():
            matchers.of(edition).warm()
    finally:
        _warming.release()
    return True


def _served() -> Iterator[Edition]:
    for simulated in (True, False):
        with suppress(routes.NoRoute):
            yield _edition(simulated)


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
    for edition in _served():
        understood.learn(edition, settings.QUESTIONS, at=timezone.now())


@shared_task
def learn_meanings() -> None:
    """Every half minute, where an encoder is installed: encode some phrasings more, until meaning is learnt of all."""
    if by := encoder.installed():
        meanings.learn(list(_served()), by)
