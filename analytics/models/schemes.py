"""What donors ask for: indicators, what their schemes call them, rules of counting, targets."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class Indicator(models.Model):
    """Something a donor asks for. Its names in the donors' schemes are `IndicatorTitle` rows."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    counted = models.BooleanField()  # from the ledger; False: entered by hand, with evidence
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorTitle(models.Model):
    """What one reporting scheme calls an indicator, word for word."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="titles")
    scheme = models.CharField(max_length=60)
    code = models.CharField(max_length=20, blank=True)
    title = models.TextField()

    class Meta:
        ordering: ClassVar = ["scheme", "code"]
        constraints = [models.UniqueConstraint("scheme", "title", name="title_once_a_scheme")]
        verbose_name = _("indicator title")
        verbose_name_plural = _("indicator titles")

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}".strip()


class Rule(models.Model):
    """How an indicator is counted, from a date on. A changed rule is a new row; old reports keep theirs."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="rules")
    version = models.PositiveSmallIntegerField()
    tiers = ArrayField(word())  # a subject with any of these is reached
    start = models.DateField()  # "first time" and "cumulative" count from this day on
    since = models.DateField()  # periods that begin on this day or later are counted by this rule
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["indicator", "version"]
        constraints = [
            models.UniqueConstraint("indicator", "version", name="rule_version_once"),
            models.UniqueConstraint("indicator", "since", name="rule_one_a_day"),
        ]
        verbose_name = _("counting rule")
        verbose_name_plural = _("counting rules")

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.version}"


class Target(models.Model):
    """What was meant to be reached in [starts, ends), and when somebody said so."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    starts = models.DateField()
    ends = models.DateField()
    value = models.PositiveIntegerField()  # unique numbers: whole ones
    set_on = models.DateField()
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=F("starts")), name="target_has_days"
            ),
            models.UniqueConstraint("indicator", "starts", "ends", name="target_once_a_period"),
        ]
        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.starts}: {self.value}"

    @property
    def retrospective(self) -> bool:
        """Set when the period had already begun: in published data 98 % of such targets equal the actual."""
        return self.set_on >= self.starts
