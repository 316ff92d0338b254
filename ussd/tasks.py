"""What the workers do for USSD: fold what the door wrote into the journal; and exports, which ask all floors below."""

from functools import lru_cache, partial

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from analytics import making
from analytics.exports.gathering import Sources
from campaigns.blasts import left_out
from campaigns.editions.edition import BadEdition, Edition
from campaigns.press import publishing
from campaigns.press.shelf import Shelf
from campaigns.replies import outbox
from journal import intake
from ussd import folding, funnel, parcels, retention, suspects


@lru_cache(maxsize=1)
def _shelf() -> Shelf:
    return Shelf(settings.DATA / "editions")


def _find(name: str) -> Edition | None:
    """The edition of a hop; None for one of an older release, which must not hold up all hops behind it."""
    try:
        return publishing.find(name, _shelf())
    except BadEdition:
        return None


@shared_task
def fold_hops() -> None:
    """Hops, until the journal has no more of them."""
    fold = partial(intake.fold, "hop", lambda most: folding.fold_hops(_find, limit=most))
    while fold(folding.BATCH) == folding.BATCH:
        pass


@shared_task
def fold_ends() -> None:
    """Session ends, until the journal has no more of them."""
    fold = partial(intake.fold, "end", lambda most: folding.fold_ends(_find, limit=most))
    while fold(folding.BATCH) == folding.BATCH:
        pass


@shared_task
def count_held() -> None:
    """What waited for an answer about the caller that can no longer come."""
    folding.fold_held(_find, at=timezone.now())


@shared_task
def give_up() -> None:
    """Every minute: sessions whose end nobody tells of were abandoned."""
    while funnel.give_up(at=timezone.now()) == funnel.BATCH:
        pass


@shared_task
def purge() -> None:
    """Every hour: what is over its time."""
    retention.purge(at=timezone.now())


@shared_task
def fold_send_me() -> None:
    """Texts asked for by SMS, until the journal has no more of them; then whatever single SMS waits is sent."""
    find = partial(publishing.find, shelf=_shelf())
    fold = partial(intake.fold, "send-me", lambda most: parcels.fold_send_me(find, limit=most))
    while fold(parcels.BATCH) == parcels.BATCH:
        pass
    outbox.send_waiting(at=timezone.now())


@shared_task
def make_exports() -> None:
    """Every few seconds: files of figures that staff asked for. Here, because only USSD knows what is suspect."""
    sources = Sources(exclusions=left_out.left_out, suspicion=suspects.suspicion)
    making.work_off(sources=sources, at=timezone.now())
