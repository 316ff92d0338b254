"""Taking the invented people of a demonstration away again: rows of days in which there was nobody else.

Who calls it has made sure of that, and puts it on record.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from people.models import Consent, ImportRun, Person, Rush, Subject, Suppression


def unmake(begin: datetime, end: datetime) -> Mapping[str, int]:
    """Remove whoever came, agreed, was met or ended messages in [begin, end); rows by word."""
    with transaction.atomic():
        people = Person.objects.filter(added_at__gte=begin, added_at__lt=end).delete()[0]
        ImportRun.objects.filter(started_at__gte=begin, started_at__lt=end).delete()
        given = Consent.objects.filter(given_at__gte=begin, given_at__lt=end)
        given.exclude(pk__in=Person.objects.exclude(basis=None).values("basis")).delete()
        Subject.objects.filter(met_at__gte=begin, met_at__lt=end).delete()
        Suppression.objects.filter(since__gte=begin, since__lt=end).delete()
        Rush.objects.filter(slot__gte=begin, slot__lt=end).delete()
    return {"people": people}


def others(begin: datetime, end: datetime) -> int:
    """How many people came at another time."""
    return Person.objects.exclude(added_at__gte=begin, added_at__lt=end).count()
