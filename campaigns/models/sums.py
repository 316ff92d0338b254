"""What is added up or asked now and then, so that no page has to: tallies of blasts, balances of accounts."""

from typing import ClassVar

from django.db import models

from campaigns.models.blasts import Blast


class Tally(models.Model):
    """One count over every delivery of a blast: rows as `blasts.tallies` writes them, no person in them."""

    class Kind(models.TextChoices):
        FATES = "fates"  # what became of the deliveries
        COSTS = "costs"  # what the provider said each message cost
        UNTOLD = "untold"  # messages that left, or may have, and whose charge nobody told

    blast = models.ForeignKey(Blast, models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=8, choices=Kind)
    rows = models.JSONField()
    at = models.DateTimeField()
    seconds = models.FloatField()  # that counting took: the next one may not come too soon

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["blast", "kind"], name="tally_once")
        ]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.kind} of blast {self.blast_id}"


class Balance(models.Model):
    """What was left on an account when its provider was last asked and answered."""

    gateway = models.CharField(max_length=64, unique=True)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, blank=True)  # "": the provider names none
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.gateway}: {self.amount} {self.currency}"
