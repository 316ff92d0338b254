"""What beat has looked at: troubles are found while nobody has the page open."""

from celery import shared_task
from django.utils import timezone

from operations import standing


@shared_task
def look() -> None:
    """Every minute: the checks that wait for no other machine."""
    standing.look(at=timezone.now(), slow=False)


@shared_task
def look_outside() -> None:
    """Every ten minutes: hooks from outside, the server for mail."""
    standing.look(at=timezone.now(), slow=True)
