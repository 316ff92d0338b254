"""What staff found out about a number or a figure, and when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Proof(models.Model):
    """One look at a number or a fact and what came of it. Append-only; never holds the number itself.

    `code`: of the referral or the fact. `until`: the first day the proof does not hold any more, where
    there is one.
    """

    class Thing(models.TextChoices):
        NUMBER = "number", _("phone number")
        FACT = "fact", _("figure")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("called, and it answered")
        DEAD = "dead", _("called, and it does not work")
        HOLDS = "holds", _("looked up, and it still says so")
        GONE = "gone", _("looked up, and it does not say so any more")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed; what proved it before does not count any more")
        EDITED = "edited", _("details changed; the proof stands")

    thing = models.CharField(max_length=8, choices=Thing)
    code = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16, choices=Outcome)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes = [models.Index(fields=["thing", "code", "-at"], name="proof_newest")]

    def __str__(self) -> str:
        return f"{self.thing} {self.code} {self.outcome}"
