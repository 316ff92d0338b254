"""Badges: by which the programs of partners read the JSON API. Nothing here is about a person."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.people import Staff


class Badge(models.Model):
    """What one partner's program may read, of which countries, until when. Never deleted, only ended.

    The secret itself is kept nowhere: `digest` is of all of it, `mark` is the part that may be shown.
    """

    partner = models.CharField(max_length=120)  # whose program it is
    mark = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=16))  # of people.badges.SCOPES
    countries = ArrayField(models.CharField(max_length=2))
    made_by = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)  # since 1970, of the last request that was taken
    asked = models.PositiveIntegerField(default=0)  # requests that were taken in that minute

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        verbose_name = _("partner's badge")
        verbose_name_plural = _("partners' badges")

    def __str__(self) -> str:
        return f"{self.partner} {self.mark}"
