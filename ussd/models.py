"""Tables of USSD: one row a session, without a number or token, so that nobody's calls can be strung together;
and counters of screens and sessions."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import LineField


class Outcome(models.TextChoices):
    """How a session ended."""

    COMPLETED = "completed", _("came to an end screen")
    ABANDONED = "abandoned", _("left before the end")
    FAILED = "failed", _("broken off: the provider could not go on")
    SILENT = "silent", _("no end was told")


class Call(models.Model):
    """One USSD session: what it cost, how long it took, its last screen; kept 90 days (`ussd.retention`).

    The provider knows a session's number, so nothing here says which way a caller took: `place` is the last
    screen alone, under the name of `ussd.funnel.shown_as`. `status` is the provider's word at the end, empty
    while no end was reported (or none ever will be: then `given_up`, after ten minutes).
    `content_depth`: how many inputs had been given when content was first shown. `near`: it was begun by a
    neighbour of a number that called a little before (`ussd.crowd`).
    """

    gateway = models.CharField(max_length=64)
    session = models.CharField(max_length=128)
    code = models.CharField(max_length=128, blank=True)
    country = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=128, blank=True)
    language = models.CharField(max_length=16, blank=True)
    edition = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=128, blank=True)  # the last screen entered
    depth = models.PositiveIntegerField(default=0)
    content_depth = models.PositiveIntegerField(null=True)
    screens = models.PositiveIntegerField(default=0)  # that were entered
    ends = models.BooleanField(default=False)  # the last screen ended the session
    given_up = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)  # when the last screen was entered
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=64, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True)
    milliseconds = models.BigIntegerField(null=True)
    hops = models.PositiveIntegerField(null=True)  # as the provider counts them
    near = models.BooleanField(default=False)

    class Meta:
        permissions: ClassVar = [("use_simulator", "Can dial with the simulated phone")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "session"], name="call_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["ended_at"], name="call_ended"),
            models.Index(
                fields=["last_at"],
                name="call_open",
                condition=models.Q(ended_at=None, ends=False, given_up=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.session}"


class HeldHop(models.Model):
    """A hop that is counted when its session's question was answered, skipped or left; gone within minutes.

    `body` as `ussd.heard` writes it: it holds the token, like the journal's own line.
    """

    gateway = models.CharField(max_length=64)
    session = models.CharField(max_length=128)
    at = models.DateTimeField()
    body = LineField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["session"], name="held_session"),
            models.Index(fields=["at"], name="held_at"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.at:%H:%M}"


class Step(models.Model):
    """How often a screen was entered, left and abandoned. `day`: on which it was entered, in Africa/Nairobi.

    `place` is a screen or the word for all sensitive ones. Who entered and neither left nor abandoned it is
    still there. `seconds`: how long those who went on from it had it before them.
    """

    day = models.DateField()
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=16)  # as shown; empty before one was chosen
    network = models.CharField(max_length=128)
    code = models.CharField(max_length=128)
    place = models.CharField(max_length=128)
    entered = models.BigIntegerField()
    left = models.BigIntegerField()
    abandoned = models.BigIntegerField()
    seconds = models.BigIntegerField()

    class Meta:
        default_permissions: ClassVar = ()
        permissions: ClassVar = [("view_funnel", "Can see where callers leave the menu")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "country", "language", "network", "code", "place"], name="step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.country} {self.place}"


class Total(models.Model):
    """How many sessions ended, how, and at what cost. `day`: on which they began; `language`: their last one.

    `currency` is empty for sessions whose cost was not told; `priced` are the others.
    `near` and `unended`: those that may be forged (`ussd.suspects`).
    """

    day = models.DateField()
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    network = models.CharField(max_length=128)
    code = models.CharField(max_length=128)
    outcome = models.CharField(max_length=16, choices=Outcome)
    currency = models.CharField(max_length=3)
    sessions = models.BigIntegerField()
    screens = models.BigIntegerField()
    seconds = models.BigIntegerField()
    priced = models.BigIntegerField()
    cost = models.DecimalField(max_digits=20, decimal_places=6)
    near = models.BigIntegerField(default=0)
    unended = models.BigIntegerField(default=0)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "country", "language", "network", "code", "outcome", "currency"],
                name="total_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.country} {self.outcome}"
