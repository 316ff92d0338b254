"""What beat wakes: keep the figures fresh, close the days that are over, restate what was closed."""

from celery import shared_task
from django.utils import timezone

from analytics import chain, foreign, refreshing, releasing, restating


@shared_task
def refresh_figures() -> int:
    """Chain the recording days that are over, count again what changed; every minute."""
    now = timezone.now()
    chain.close_days(at=now)
    return refreshing.refresh(at=now)


@shared_task
def restate() -> None:
    """Every hour, and due once a day: what came too late for the periods that are closed."""
    restating.restate_due(at=timezone.now())


@shared_task
def audit_packs() -> None:
    """Every few seconds: packs of other deployments that wait to be counted again."""
    foreign.work_off()


@shared_task
def release() -> None:
    """Every few seconds: tables of closed periods that staff want to leave."""
    releasing.work_off(at=timezone.now())
