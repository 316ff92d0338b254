"""Counts of what comes in rushes: opt-outs, and requests that doors held back. Of nobody."""

from django.db import models


class Rush(models.Model):
    """How many of a kind came over one gateway within ten minutes of the clock, from `slot` on.

    `what`: `opt-out`, or a limit of `people.turnstile` that was met: then a phone (or an address that guesses
    secrets) and a minute count once. `gateway` and `country` are empty where a request had none.
    """

    slot = models.DateTimeField()
    what = models.CharField(max_length=16)
    gateway = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    number = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["slot", "what", "gateway", "country"], name="rush_once")
        ]

    def __str__(self) -> str:
        return (
            f"{self.slot:%Y-%m-%d %H:%M} {self.what} {self.gateway} {self.country}: {self.number}"
        )
