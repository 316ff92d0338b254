"""What the workers do for USSD: fold what the door wrote into the journal."""

from functools import lru_cache, partial

from celery import shared_task
from django.conf import settings

from campaigns import publishing
from campaigns.shelf import Shelf
from ussd import conversation


@lru_cache(maxsize=1)
def _shelf() -> Shelf:
    return Shelf(settings.DATA / "editions")


@shared_task
def fold_hops() -> None:
    """Hops, until the journal has no more of them."""
    find = partial(publishing.find, shelf=_shelf())
    while conversation.fold_hops(find) == conversation.BATCH:
        pass


@shared_task
def fold_ends() -> None:
    """Session ends, until the journal has no more of them."""
    while conversation.fold_ends() == conversation.BATCH:
        pass
