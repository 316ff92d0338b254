"""Files of figures that staff asked for: made by a worker, kept for some days."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class ExportJob(models.Model):
    """One file that somebody asked for; `analytics.making` moves its state by conditional updates.

    The file lies in the data folder under its number. Staff are copied as words: nothing points out of here.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = word()  # a code of analytics.exports.kinds
    starts = models.DateField()
    ends = models.DateField()
    countries = ArrayField(word())  # whose numbers are in it: those of whoever asked
    language = models.CharField(max_length=16)  # of its headings
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    rows = models.BigIntegerField(default=0)  # written so far
    expected = models.BigIntegerField(default=0)  # 0: not known yet
    fault = models.CharField(max_length=40, blank=True)  # why it failed: a code of analytics.making
    size = models.BigIntegerField(default=0)  # bytes
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)  # who may see the files may ask for one
        ordering: ClassVar = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=F("starts")), name="export_has_days")
        ]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return f"{self.kind} {self.starts} {self.state}"

    @property
    def open(self) -> bool:
        """Whether it is still to come."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """How much of it is written; None while nobody can say."""
        return min(100, 100 * self.rows // self.expected) if self.expected else None
