"""What was asked for: a year of invented life, how far it is, what it came to."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Year(models.Model):
    """One year of demonstration. Everything dated in [begins, ends) is its own, and goes with it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a worker")
        RUNNING = "running", _("being made")
        MADE = "made", _("made")
        LEAVING = "leaving", _("being removed")
        FAILED = "failed", _("broken off")

    AT_WORK = (State.WAITING, State.RUNNING, State.LEAVING)  # a worker is at it, or will be

    begins = models.DateField()  # in Africa/Nairobi
    ends = models.DateField()  # the first day after it
    seed = models.BigIntegerField()
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveSmallIntegerField(default=0)  # per cent
    fault = models.TextField(blank=True)  # why it was broken off
    asked_by = models.CharField(max_length=150, blank=True)  # a name, copied; "": the command
    asked_at = models.DateTimeField()
    seconds = models.FloatField(default=0)  # that making it took
    sums = models.JSONField(default=dict)  # what was made: word -> number

    class Meta:
        default_permissions: ClassVar = ()
        permissions: ClassVar = [
            ("make_year", "Can make and remove a year of demonstration"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("begins")), name="year_has_days"
            ),
        ]
        verbose_name = _("year of demonstration")
        verbose_name_plural = _("years of demonstration")

    def __str__(self) -> str:
        return f"{self.begins} to {self.ends}"
