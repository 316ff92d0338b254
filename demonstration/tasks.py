"""What the bulk worker does: make or remove the year that staff asked for."""

from celery import shared_task

from demonstration import making, removing


@shared_task
def make() -> None:
    """Every few seconds: a year that waits is made."""
    making.work_off()


@shared_task
def remove() -> None:
    """Every few seconds: a year that shall go is removed."""
    removing.work_off()
