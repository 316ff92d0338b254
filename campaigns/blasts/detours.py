"""Onward to the next gateway of a blast: for those whom one surely did not send to, and for whoever still waits
for one that does not answer or whose account needs somebody.

Nobody goes onward whose message may have left (D7): only what was definitely refused, surely not sent, or never
begun. Each step is one transaction, and what a chunk may still use shrinks with it, so that it ends.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaigns.blasts import approval, leases, pace, routes
from campaigns.models.blasts import Blast, Notice
from campaigns.models.deliveries import Chunk, Delivery, DeliveryResult, Fate
from gateways.base import Reason

# What one provider says of a number and the next one may see otherwise.
ELSEWHERE = (Reason.NO_ROUTE, Reason.NUMBER_TYPE)
# Seconds a breaker was open until whoever waits goes elsewhere. By then six trials failed (5, 10, 20 ... seconds
# apart): longer than a restart at the provider, and a small part of the ten hours in which may be sent.
TOO_LONG = 300.0
NO_ROUTE, SILENT, ACCOUNT = "onward-no-route", "onward-silent", "onward-account"  # kinds of notices


def leave(blast: int, gateway: str, *, why: str) -> bool:
    """Whoever waits for this gateway goes through the next one; whether nobody is left who has no other."""
    with transaction.atomic():
        Blast.objects.select_for_update(no_key=True).get(pk=blast)  # as a stop: blast, then chunks
        open_ = Chunk.objects.filter(blast=blast, gateway=gateway, state__in=Chunk.OPEN)
        ways = [tuple(way) for way in open_.values_list("onward", flat=True).order_by().distinct()]
        moved = sum(_onward(blast, gateway, way) for way in ways)
    if moved:
        note(blast, why, gateway)
    return all(routes.onward(way) for way in ways)


def _onward(blast: int, gateway: str, way: Sequence[str]) -> int:
    """Chunks of one way: those never begun whole, of the others whoever was surely not sent to; how many."""
    road = routes.onward(way)
    if road is None:
        return 0
    waiting = Chunk.objects.filter(
        blast=blast, gateway=gateway, onward=list(way), state=Chunk.State.WAITING
    )
    fresh = waiting.filter(attempt=0).update(
        gateway=road.gateway, sender=road.sender, onward=list(road.onward)
    )
    tried = waiting.select_for_update(no_key=True).filter(attempt__gt=0).order_by("pk")
    return fresh + sum(_rest_onward(chunk, road) for chunk in tried)


def _rest_onward(chunk: Chunk, road: routes.Road) -> int:
    own = DeliveryResult.objects.filter(chunk=chunk, delivery=OuterRef("pk"), state__gt=Fate.RETRY)
    owed = Delivery.objects.filter(~Exists(own), chunk=chunk).order_by("pk")
    if people := list(owed.values_list("pk", flat=True)):
        leases.move_on(chunk.pk, people, road)
    Chunk.objects.filter(pk=chunk.pk).update(state=Chunk.State.DONE, unsettled=True)
    return int(bool(people))


def leave_silent() -> int:
    """Leave each gateway whose breaker was open for too long; of how many blasts and gateways."""
    waiting = Chunk.objects.filter(
        state=Chunk.State.WAITING,
        blast__state=Blast.State.RUNNING,
        blast__routes__len__gt=1,
    ).exclude(onward=[])
    found = waiting.values_list("blast", "gateway", "sender").order_by().distinct()
    silent = [(blast, gateway) for blast, gateway, sender in found if _silent(gateway, sender)]
    for blast, gateway in silent:
        leave(blast, gateway, why=SILENT)
    return len(silent)


def _silent(name: str, sender: str) -> bool:
    gateway = routes.gateways().get(name)
    return gateway is None or pace.of(name, sender, gateway.rate).down_for() >= TOO_LONG


def note(blast: int, kind: str, gateway: str) -> None:
    """One notice of a kind and gateway, however many chunks go onward."""
    known = Notice.objects.filter(blast=blast, kind=kind, text=gateway)
    if known.exists():
        return
    with transaction.atomic():
        held = Blast.objects.select_for_update(no_key=True).get(pk=blast)
        if not known.exists():
            approval.note(held, kind, by=None, at=timezone.now(), text=gateway)
