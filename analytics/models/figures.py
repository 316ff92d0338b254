"""Numbers that are kept so that a page need not count."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class Figure(models.Model):
    """A counted number of a standard period, kept so that pages need not count. Follows from `Reach`.

    It holds for all exposures up to sequence `upto`, so it can be counted again at any later time.
    """

    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    by = word()  # the breakdown's dimensions, "country,channel"; "" for the total
    cell = ArrayField(word())  # one word for each of them
    targeted = models.IntegerField()
    sent = models.IntegerField()
    delivered = models.IntegerField()
    unique = models.IntegerField()
    first_time = models.IntegerField()
    cumulative = models.IntegerField()
    interacted = models.IntegerField()
    engaged = models.IntegerField()
    completed = models.IntegerField()
    referred = models.IntegerField()
    unlinked_unique = models.IntegerField()
    unlinked_first_time = models.IntegerField()
    unlinked_cumulative = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "indicator", "rule", "starts", "ends", "by", "cell", name="figure_once"
            )
        ]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} {self.by}"


class Count(models.Model):
    """One run that filled the figures of an indicator and a period."""

    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    upto = models.BigIntegerField()  # every exposure up to this sequence is in
    counted_at = models.DateTimeField()
    seconds = models.FloatField()  # what it cost: dear periods are counted less often

    class Meta:
        constraints = [
            models.UniqueConstraint("indicator", "rule", "starts", "ends", name="count_once")
        ]
        verbose_name = _("count")
        verbose_name_plural = _("counts")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} up to {self.upto}"
