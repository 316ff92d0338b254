"""What beat and the workers do for blasts. Messages carry ids only; the state in the database decides."""

from celery import shared_task

from campaigns import receipts, sending, settling
from journal import intake


@shared_task
def tick() -> None:
    """Everything that became due, then a sender for each blast that has something to send."""
    settling.tend()
    for blast in settling.running():
        send.apply_async([blast], queue="bulk", expires=10)


@shared_task
def send(blast: int) -> None:
    """One turn of sending, then to the end of the queue; a second sender of the blast leaves at once."""
    if sending.run(blast):
        send.apply_async([blast], queue="bulk", expires=60)


@shared_task
def fold_receipts() -> None:
    """Receipts, until the journal has no more of them."""
    while intake.fold("receipt", receipts.fold_receipts, receipts.BATCH) == receipts.BATCH:
        pass
