"""What beat wakes: keep the figures fresh, close the days that are over."""

from celery import shared_task
from django.utils import timezone

from analytics import chain, refreshing


@shared_task
def refresh_figures() -> int:
    """Chain the recording days that are over, count again what changed; every minute."""
    now = timezone.now()
    chain.close_days(at=now)
    return refreshing.refresh(at=now)
