"""What was meant to be reached, from where it started, and why it came out otherwise. Rows are only ever added."""

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from analytics.models.schemes import Indicator


class Said(models.Model):
    """Who said it, and when; a change is another row, and the newest holds.

    `country`: "" is the whole programme.
    """

    country = models.CharField(max_length=2, blank=True, default="")
    note = models.TextField(blank=True)
    set_by = models.CharField(max_length=150, blank=True, default="")  # copied: nothing points out
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Target(Said):
    """What was meant to be reached in [starts, ends), and on which day somebody said so."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    starts = models.DateField()
    ends = models.DateField()
    value = models.PositiveIntegerField()  # unique numbers, or events: whole ones
    set_on = models.DateField()  # in Africa/Nairobi

    class Meta:
        ordering: ClassVar = ["starts", "ends", "pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=F("starts")), name="target_has_days"
            ),
        ]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts}: {self.value}"

    @property
    def retrospective(self) -> bool:
        """Set when the period had already begun: in published data 98 % of such targets equal the actual."""
        return self.set_on >= self.starts


class Baseline(Said):
    """How it stood on a day: what targets of periods that begin on it or later are held against."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="baselines")
    measured_on = models.DateField()
    value = models.PositiveIntegerField()
    source = models.TextField()  # survey, report, count: what says so

    class Meta:
        ordering: ClassVar = ["measured_on", "pk"]
        default_permissions = ("view", "add")
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.measured_on}: {self.value}"


class Deviation(Said):
    """Why the actual of a period lies far from its target; the words are the `note`."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="deviations")
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering: ClassVar = ["starts", "ends", "pk"]
        default_permissions = ("view", "add")
        verbose_name = _("reason of a deviation")
        verbose_name_plural = _("reasons of deviations")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts}: {self.note[:40]}"


class Project(models.Model):
    """The life of the project and the month its years begin with. The newest row holds."""

    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)  # the first day after it; empty: open
    year_begins = models.PositiveSmallIntegerField()  # month, 1 to 12
    set_by = models.CharField(max_length=150, blank=True, default="")
    set_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year_begins__gte=1, year_begins__lte=12),
                name="project_year_begins_in_a_month",
            ),
        ]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"
