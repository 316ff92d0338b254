"""What no phone can count: events and radio, entered by hand with method and evidence. Rows are only ever added."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class EntryKind(models.TextChoices):
    """What was held or put on air."""

    EVENT = "event", _("event")
    MEETING = "meeting", _("community meeting")
    RADIO = "radio", _("radio broadcast")
    TELEVISION = "television", _("television broadcast")


class Method(models.TextChoices):
    """How the people were counted; a broadcast's audience can only be estimated."""

    SHEET = "sheet", _("attendance sheet")
    HEADS = "heads", _("heads counted on the spot")
    PHOTOGRAPH = "photograph", _("heads counted on photographs")
    ORGANISER = "organiser", _("statement of the organiser")
    SURVEY = "survey", _("audience survey")
    STATION = "station", _("the station's own audience figure")
    COVERAGE = "coverage", _("estimate from coverage and population")


class Entry(models.Model):
    """One event or broadcast as somebody told it. A correction is a new row that names the one it replaces.

    People of different entries may be the same ones: their sum is of attendances, and is never added to
    unique numbers.
    """

    corrects = models.BigIntegerField(null=True, blank=True, unique=True)  # key of the row replaced
    withdrawn = models.BooleanField(
        default=False
    )  # it should not have been entered: counts nothing
    why = models.CharField(max_length=300, blank=True)  # it was corrected or withdrawn
    kind = models.CharField(max_length=12, choices=EntryKind)
    title = models.CharField(max_length=200)
    on = models.DateField()  # in Africa/Nairobi
    country = word()
    district = models.CharField(max_length=100, blank=True)
    indicators = ArrayField(word())
    people = models.PositiveIntegerField()
    indirect = models.BooleanField()  # heard of it, was not there; always so of a broadcast
    method = models.CharField(max_length=12, choices=Method)
    explained = models.TextField(
        blank=True
    )  # how the estimate was made; of a broadcast always said
    evidence = models.CharField(max_length=64, blank=True)  # SHA-256 of the file, hex; "": none
    evidence_name = models.CharField(max_length=120, blank=True)
    evidence_size = models.PositiveIntegerField(default=0)  # bytes
    entered_by = models.CharField(max_length=150)  # copied: nothing points out of here
    entered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(indirect=True)
                | ~models.Q(kind__in=[EntryKind.RADIO, EntryKind.TELEVISION]),
                name="entry_broadcast_is_indirect",
            ),
        ]
        verbose_name = _("manual entry")
        verbose_name_plural = _("manual entries")

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.title}"
