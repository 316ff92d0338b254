"""What the workers do for the bot: fold chats and SMS, and send the answers that wait."""

from functools import lru_cache

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from bot import answering, folding
from bot.memory import Memory
from campaigns import routes
from campaigns.edition import Edition


@lru_cache(maxsize=1)
def _memory() -> Memory:
    return Memory(settings.REDIS_URL)


def _edition(simulated: bool) -> Edition:
    return routes.edition(simulated=simulated)


@shared_task
def fold_messages() -> None:
    """Chats, then SMS with their answers, until the journal has no more of them."""
    while folding.fold_chats(_edition) == folding.BATCH:
        pass
    while folding.fold_messages(_edition, _memory()) == folding.BATCH:
        pass
    answering.send_waiting(at=timezone.now())
