"""Taking the calls of a demonstration away again, their counts too: rows of days on which nobody else called."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from analytics.periods import Period
from ussd.models import Call, HeldHop, Step, Total


def unmake(period: Period) -> Mapping[str, int]:
    """Remove sessions and counters of these days; sessions by word."""
    span, days = (period.begin, period.end), (period.starts, period.ends)
    began = Q(began_at__gte=span[0], began_at__lt=span[1])
    ended = Q(began_at=None, ended_at__gte=span[0], ended_at__lt=span[1])
    with transaction.atomic():
        calls = Call.objects.filter(began | ended).delete()[0]
        HeldHop.objects.filter(at__gte=span[0], at__lt=span[1]).delete()
        Step.objects.filter(day__gte=days[0], day__lt=days[1]).delete()
        Total.objects.filter(day__gte=days[0], day__lt=days[1]).delete()
    return {"calls": calls}
