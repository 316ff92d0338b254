"""A day of a series that waits for a person waits to the end of its own hours: then it lapses, and its money is free.

Nobody was written to. The next day is another one; what lapsed is never made up for.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from campaigns.blasts import approval, rhythm
from campaigns.models.blasts import Blast
from campaigns.models.series import Occurrence

LAPSED = "lapsed"
Came = Occurrence.State


def lapse(*, at: datetime) -> list[Occurrence]:
    """End what nobody approved in its time, whatever became of its series meanwhile; which days."""
    unapproved = Q(blast=None) | Q(blast__state=Blast.State.PLANNED)
    held = Occurrence.objects.filter(unapproved, state__in=[Came.PLANNED, Came.WAITING])
    over = [one for one in held.select_related("series", "blast") if ends(one) <= at]
    return [one for one in over if _lapse(one, at)]


def ends(one: Occurrence) -> datetime:
    """When it is too late to approve it."""
    return one.blast.expires_at if one.blast else rhythm.closes(one.series, one.day)


def _lapse(one: Occurrence, at: datetime) -> bool:
    """False where somebody approved or stopped it just now."""
    with transaction.atomic():
        if one.blast and not _drop(one.blast, at):
            return False
        held = Occurrence.objects.filter(pk=one.pk, state__in=[Came.PLANNED, Came.WAITING])
        return bool(held.update(state=Came.LAPSED))


def _drop(blast: Blast, at: datetime) -> bool:
    planned = Blast.objects.filter(pk=blast.pk, state=Blast.State.PLANNED)
    if not planned.update(state=Blast.State.STOPPED):
        return False
    approval.close(blast, "expired")
    approval.note(blast, LAPSED, by=None, at=at)
    return True
