"""What donors ask for: indicators, what their schemes call them, rules of counting."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class Scheme(models.Model):
    """A list of indicators that somebody reports by: the donor's, an agency's, our own."""

    name = models.CharField(max_length=60, primary_key=True)
    source = models.TextField()  # where its titles were read
    note = models.TextField(blank=True)  # what is not known of it
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["order"]
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """Where an indicator stands in the chain of results."""

    OUTPUT = "output", _("output")
    OUTCOME = "outcome", _("outcome")
    IMPACT = "impact", _("impact")


class Indicator(models.Model):
    """Something a donor asks for. Its names in the donors' schemes are `IndicatorTitle` rows."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    counted = models.BooleanField()  # from the ledger; False: entered by hand, with evidence
    level = models.CharField(max_length=8, choices=Level, default=Level.OUTPUT)
    responsible = models.CharField(
        max_length=150, blank=True, default=""
    )  # post that answers for it
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
    source = models.TextField(blank=True, default="")  # where it was read, or who says so

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
    made_by = models.CharField(
        max_length=150, blank=True, default=""
    )  # "": delivered with the product
    made_at = models.DateTimeField(null=True, blank=True)

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
