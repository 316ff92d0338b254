"""Blasts that come again: a series with its own approval, what came of each of its days, and dates to count from."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.blasts import Audience, Blast, Campaign


class Occasion(models.Model):
    """A date to count days from. Moons are sighted and terms are moved: one not verified needs a person."""

    class Kind(models.TextChoices):
        RAMADAN = "ramadan", _("Ramadan begins")
        FITR = "eid-al-fitr", _("Eid al-Fitr")
        ADHA = "eid-al-adha", _("Eid al-Adha")
        HAJJ = "hajj", _("Hajj begins")
        SCHOOL = "school-holidays", _("school holidays begin")
        EXAMS = "exams", _("school exams end")
        HARVEST = "harvest", _("harvest ends")
        RAINS = "rains", _("rains begin")

    kind = models.CharField(_("occasion"), max_length=16, choices=Kind)
    country = models.CharField(_("country"), max_length=2, blank=True)  # empty: everywhere
    day = models.DateField(_("day"))
    source = models.CharField(_("who says so"), max_length=200)
    verified = models.BooleanField(_("verified"), default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["day", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "country", "day"], name="occasion_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Series(models.Model):
    """One item to one audience, again and again, as a second person approved it: words, prices, money, days."""

    class Rhythm(models.TextChoices):
        ONCE = "once", _("once")
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("on days of the week")
        MONTHLY = "monthly", _("on a day of the month")
        BEFORE = "before", _("some days before an occasion")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        PAUSED = "paused", _("paused")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    whom = models.JSONField(default=dict)  # the audience's filters as they were approved
    item = models.CharField(max_length=64)
    routes = ArrayField(models.CharField(max_length=64), default=list)
    countries = ArrayField(models.CharField(max_length=2))
    texts = models.JSONField(default=list)  # [country, language, text, price of a part] as approved
    holdout = models.PositiveSmallIntegerField(default=0)
    holdout_seed = models.BigIntegerField(default=0)  # the same people each time

    rhythm = models.CharField(max_length=8, choices=Rhythm)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # Monday is 0
    month_day = models.PositiveSmallIntegerField(null=True)  # 29 to 31: the last day where it lacks
    occasion = models.CharField(max_length=16, choices=Occasion.Kind, blank=True)
    days_before = models.PositiveSmallIntegerField(default=0)
    at = models.TimeField()  # by each country's own clock
    until_hour = models.TimeField()  # nothing is sent later on any day
    starts = models.DateField()
    ends = models.DateField(null=True)  # the last day; None: until it is stopped or `most`
    most = models.PositiveSmallIntegerField(null=True)  # blasts

    budget_each = models.DecimalField(max_digits=14, decimal_places=4)
    budget = models.DecimalField(max_digits=14, decimal_places=4)  # of all its blasts together
    currency = models.CharField(max_length=3)

    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(null=True)
    override = models.CharField(max_length=500, blank=True)  # why, although it only frightens

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=Q(at__lt=F("until_hour")), name="series_hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(budget_each__gte=0, budget__gte=F("budget_each")), name="series_budget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} → {self.audience}"


class Occurrence(models.Model):
    """One day of a series and what came of it: a blast, or why there was none. The key makes it once."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        APPROVED = "approved", _("approved by the series")
        WAITING = "waiting", _("waits for a person")
        SKIPPED = "skipped", _("left out")
        LAPSED = "lapsed", _("lapsed: nobody approved it on its day")

    series = models.ForeignKey(Series, models.PROTECT, related_name="occurrences")
    day = models.DateField()
    due_at = models.DateTimeField()  # in the country whose clock is first
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField()
    blast = models.OneToOneField(
        Blast, models.PROTECT, related_name="occurrence", null=True, blank=True
    )

    class Meta:
        ordering: ClassVar = ["day"]
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="occurrence_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.day}: {self.state}"
