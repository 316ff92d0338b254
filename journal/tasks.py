"""The journal's one duty to the task runner."""

from celery import shared_task
from django.utils import timezone

from journal import retention


@shared_task
def forget() -> None:
    """Several times a day: what was folded days ago goes."""
    retention.forget(timezone.now() - retention.KEPT)
