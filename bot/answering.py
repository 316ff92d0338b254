"""Sends the SMS replies that wait: each once. Begun is committed before anything leaves the machine.

A reply whose sending was cut off stays `begun` and is never sent again by itself: a person who gets no
answer asks again, one who gets two is worried.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from bot.models import Answer
from campaigns.blasts import receipts, routes
from gateways.base import Batch, Sms, State
from people import identity

TRIES = 5
OLDEST = timedelta(minutes=30)  # an answer that comes later than this answers nobody


def send_waiting(*, at: datetime, limit: int = 50) -> int:
    """Send what waits, oldest first; how many were tried. Safe for several workers at once."""
    begun = _begin(at, limit)
    for one in begun:
        _send(one, at)
    return len(begun)


def _begin(at: datetime, limit: int) -> list[Answer]:
    with transaction.atomic():
        waiting = Answer.objects.select_for_update(skip_locked=True).filter(
            state=Answer.State.WAITING
        )
        waiting.filter(made_at__lt=at - OLDEST).update(
            state=Answer.State.REFUSED, reason="too old", number="", text=""
        )
        found = list(waiting.order_by("made_at", "id")[:limit])
        Answer.objects.filter(pk__in=[one.pk for one in found]).update(
            state=Answer.State.BEGUN, tries=F("tries") + 1
        )
    return found


def _send(one: Answer, at: datetime) -> None:
    gateway = routes.gateway(one.gateway)
    number = identity.unseal(one.number, identity.NUMBER)
    text = identity.unseal(one.text, identity.TEXT)
    batch: Batch = gateway.send(Sms(text=text, numbers=(number,), sender=one.sender))
    outcome = batch.outcomes[0]
    if outcome.reference:
        receipts.set_aside(one.gateway, [outcome.reference], at=at)
    again = outcome.state is State.RETRY and one.tries + 1 < TRIES
    state = {State.ACCEPTED: Answer.State.SENT, State.UNSURE: Answer.State.BEGUN}.get(
        outcome.state, Answer.State.WAITING if again else Answer.State.REFUSED
    )
    kept = {} if state == Answer.State.WAITING else {"number": "", "text": ""}
    Answer.objects.filter(pk=one.pk).update(state=state, reason=str(outcome.reason)[:32], **kept)
