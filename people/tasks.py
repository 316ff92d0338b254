"""Doors for the task runner: each wakes one rule."""

from celery import shared_task
from django.utils import timezone

from people import audit, consent, erasure, retention, rushes, uploaded


@shared_task
def fold_opt_outs() -> None:
    """Every second: what people ended becomes effective."""
    consent.fold_opt_outs()


@shared_task
def fold_opt_ins() -> None:
    """Every few seconds: who asked on the menu to be sent messages again."""
    consent.fold_opt_ins()


@shared_task
def fold_limited() -> None:
    """Every few seconds: what doors held back becomes counts."""
    rushes.fold_limited()


@shared_task
def import_lists() -> None:
    """Lists uploaded on the page that wait to be read; the page asks once, beat asks again."""
    uploaded.work_off(at=timezone.now())


@shared_task
def follow_erasures() -> None:
    """Every hour: nothing of who asked to be forgotten may come back, or lie on in the journal."""
    erasure.follow(at=timezone.now())


@shared_task
def purge() -> None:
    """Every hour: whatever is older than its rule."""
    retention.purge(at=timezone.now())


@shared_task
def check_audit() -> None:
    """Every hour, and due once a day: whether the chain of audit entries still holds."""
    audit.check_due(at=timezone.now())
