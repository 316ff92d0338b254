"""Sends the single SMS that wait: each once. Begun is committed before anything leaves the machine.

One whose sending was cut off stays `begun` and is never sent again by itself: a person who gets no answer
asks again, one who gets two is worried. Replies wait for no hour of the day and for no blast, and they are
sent to somebody who ended messages too: it is an answer, and it lifts nothing.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q

from campaigns.blasts import receipts, routes
from campaigns.models.replies import Answer
from campaigns.replies import chats
from gateways.base import Batch, Gateway, Money, Outcome, Reason, Sms, State
from gateways.messenger import Messenger
from people import consent, identity

TRIES = 5
FIRST_WAIT = timedelta(seconds=5)  # before the second try; three times as long before each other
OLDEST = timedelta(minutes=30)  # an answer that comes later than this answers nobody
AT_ONCE, SECONDS = 50, 10.0  # of a turn
IN_FLIGHT = 1  # a gateway: one that hangs must not hold up the threads that fold hops and opt-outs
PATIENCE = timedelta(seconds=40)  # longer than a gateway takes; till then a killed sender counts
EMPTY = {"number": "", "text": "", "choices": ""}


def send_waiting(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Send what waits, oldest first; how many were tried. Safe for several workers at once."""
    _give_up(at)
    until, tried = time.monotonic() + SECONDS, 0
    while tried < limit and time.monotonic() < until and (one := _begin(at)) is not None:
        _send(one, at)
        tried += 1
    return tried


def _give_up(at: datetime) -> None:
    late = Answer.objects.filter(state=Answer.State.WAITING, made_at__lt=at - OLDEST)
    late.update(state=Answer.State.REFUSED, reason="too-old", **EMPTY)
    shut = Answer.objects.filter(state=Answer.State.WAITING, not_after__lte=at)
    shut.update(state=Answer.State.REFUSED, reason=Reason.WINDOW, **EMPTY)


def _begin(at: datetime) -> Answer | None:
    """The next one, begun and committed: whoever dies from here on leaves this one unsure and no other."""
    due = Q(not_before=None) | Q(not_before__lte=at)
    with transaction.atomic(durable=True):
        waiting = Answer.objects.select_for_update(skip_locked=True).exclude(gateway__in=_busy(at))
        one = waiting.filter(due, state=Answer.State.WAITING).order_by("made_at", "id").first()
        if one is not None:
            Answer.objects.filter(pk=one.pk).update(
                state=Answer.State.BEGUN, tries=F("tries") + 1, not_before=at + PATIENCE
            )
    return one


def _busy(at: datetime) -> list[str]:
    """Gateways that have as many requests under way as they may; a few more where workers meet."""
    under_way = Answer.objects.filter(state=Answer.State.BEGUN, not_before__gt=at).exclude(text="")
    counted = under_way.values("gateway").annotate(n=Count("pk")).filter(n__gte=IN_FLIGHT)
    return list(counted.values_list("gateway", flat=True))


def _send(one: Answer, at: datetime) -> None:
    try:
        gateway = routes.gateway(one.gateway)
        number = identity.unseal(one.number, identity.NUMBER)
        text = identity.unseal(one.text, identity.TEXT)
    except (routes.NoRoute, identity.BrokenSeal) as error:
        reason = "broken-seal" if isinstance(error, identity.BrokenSeal) else "no-gateway"
        _settle(one, Answer.State.REFUSED, reason)
        return
    if _unwanted(one, number):
        _settle(one, Answer.State.REFUSED, "suppressed")
        return
    batch = _carry(one, gateway, number, text, at)
    if batch is None:
        _settle(one, Answer.State.REFUSED, "no-gateway")
        return
    outcome = batch.outcomes[0]
    if outcome.reference:
        receipts.set_aside(one.gateway, [outcome.reference], at=at, answer=one.pk)
    if outcome.state is State.RETRY and one.tries + 1 < TRIES:
        _again(one, batch, at)
    else:
        _settle(one, _state(outcome), str(outcome.reason), outcome.cost)


def _unwanted(one: Answer, number: str) -> bool:
    """A trial answers nobody: a colleague who ended messages gets none. A colleague's answer comes late: STOP may
    have come before it.
    """
    if one.kind == Answer.Kind.PERSON:
        return consent.ended_since(number, one.made_at)
    ended = [identity.suppression_token(f"tel:{number}")]
    return one.kind == Answer.Kind.TRIAL and bool(consent.suppressed(ended))


def _carry(one: Answer, gateway: Gateway, number: str, text: str, at: datetime) -> Batch | None:
    """Hand it over; None where it is for a chat and the gateway is none of an app any more."""
    if isinstance(gateway, Messenger) and one.kind in chats.KINDS:
        return chats.send(one, gateway, number, text, at=at)
    if ":" in number:
        return None
    batch: Batch = gateway.send(Sms(text=text, numbers=(number,), sender=one.sender))
    if batch.outcomes[0].reason is Reason.OPTED_OUT:
        consent.end(number, how="provider", at=at)
    return batch


def _state(outcome: Outcome) -> Answer.State:
    ends = {State.ACCEPTED: Answer.State.SENT, State.UNSURE: Answer.State.BEGUN}
    return ends.get(outcome.state, Answer.State.REFUSED)


def _again(one: Answer, batch: Batch, at: datetime) -> None:
    """Surely not sent: it waits for its next try, at least as long as the provider asked."""
    wait = max(FIRST_WAIT * 3**one.tries, timedelta(seconds=batch.retry_after or 0))
    reason = str(batch.outcomes[0].reason)
    Answer.objects.filter(pk=one.pk).update(
        state=Answer.State.WAITING, reason=reason, not_before=at + wait
    )


def _settle(one: Answer, state: Answer.State, reason: str, cost: Money | None = None) -> None:
    Answer.objects.filter(pk=one.pk).update(
        state=state,
        reason=reason[:32],
        cost=cost.amount if cost else None,
        currency=cost.currency[:3] if cost else "",
        **EMPTY,
    )
