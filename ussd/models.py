"""Tables of USSD: one row a session, without a number or token, so that nobody's calls can be strung together."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Call(models.Model):
    """One USSD session: what it cost, how long it took, how far the caller came.

    `status` is the provider's word at the end, empty while no end was reported (or none ever will be).
    `content_depth`: how many inputs had been given when content was first shown.
    """

    gateway = models.CharField(max_length=64)
    session = models.CharField(max_length=128)
    code = models.CharField(max_length=128, blank=True)
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=128, blank=True)
    language = models.CharField(max_length=16, blank=True)
    edition = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=128, blank=True)  # the last screen shown
    depth = models.PositiveIntegerField(default=0)
    content_depth = models.PositiveIntegerField(null=True)
    began_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=64, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    milliseconds = models.BigIntegerField(null=True)
    hops = models.PositiveIntegerField(null=True)  # as the provider counts them
    trace = ArrayField(models.CharField(max_length=128), default=list)

    class Meta:
        permissions: ClassVar = [("use_simulator", "Can dial with the simulated phone")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "session"], name="call_once")
        ]
        indexes: ClassVar = [models.Index(fields=["ended_at"], name="call_ended")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.session}"

    @property
    def abandoned(self) -> str:
        """The screen at which the caller was lost; "" where the call ended as meant, or still goes on."""
        return self.place if self.status and self.status.casefold() != "success" else ""


class HeldHop(models.Model):
    """A hop that is counted when its session's question was answered, skipped or left; gone within minutes.

    `body` as `ussd.heard` writes it: it holds the token, like the journal's own line.
    """

    gateway = models.CharField(max_length=64)
    session = models.CharField(max_length=128)
    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["session"], name="held_session"),
            models.Index(fields=["at"], name="held_at"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.at:%H:%M}"
