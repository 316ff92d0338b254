"""Taking the blasts of a demonstration away again, with all that came of them: messages that nobody ever got.

Who calls it has made sure that they were invented, and puts it on record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from campaigns.models.blasts import (
    Audience,
    AudienceMember,
    Blast,
    BlastText,
    Campaign,
    Notice,
    Price,
)
from campaigns.models.deliveries import Chunk, Delivery, DeliveryResult, HeldOut, ReceiptRow
from campaigns.models.series import Occurrence
from campaigns.models.sums import Tally


def unmake(begin: datetime, end: datetime, *, marked: str) -> Mapping[str, int]:
    """Remove blasts planned in [begin, end), and campaigns and audiences whose name begins with `marked`; rows by word."""
    blasts = Blast.objects.filter(planned_at__gte=begin, planned_at__lt=end)
    names = {
        "blasts": blasts.count(),
        "deliveries": Delivery.objects.filter(blast__in=blasts).count(),
    }
    with transaction.atomic():
        for rows in _of(blasts):
            rows.delete()
        blasts.delete()
        ReceiptRow.objects.filter(first_at__gte=begin, first_at__lt=end).delete()
        AudienceMember.objects.filter(audience__name__startswith=marked).delete()
        used = Blast.objects.values("campaign")
        Campaign.objects.filter(name__startswith=marked).exclude(pk__in=used).delete()
        told = Blast.objects.values("audience")
        Audience.objects.filter(name__startswith=marked).exclude(pk__in=told).delete()
        Price.objects.filter(valid_from=begin).delete()
    return names


def _of(blasts: QuerySet[Blast]) -> "list[QuerySet[Any]]":
    """What hangs on them, the leaves first."""
    chunks = Chunk.objects.filter(blast__in=blasts)
    return [
        DeliveryResult.objects.filter(chunk__in=chunks),
        Delivery.objects.filter(blast__in=blasts),
        HeldOut.objects.filter(blast__in=blasts),
        chunks,
        BlastText.objects.filter(blast__in=blasts),
        Tally.objects.filter(blast__in=blasts),
        Notice.objects.filter(blast__in=blasts),
        Occurrence.objects.filter(blast__in=blasts),
    ]
