"""What the codes of networks are called."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Network(models.Model):
    """What a network's code is called. Codes are stored everywhere as they came; this names them on pages.

    No exposure points here: another name changes what a reader sees, never what was recorded.
    """

    code = models.CharField(max_length=16, primary_key=True)  # as callbacks write it: MCC + MNC
    country = models.CharField(
        max_length=2, blank=True
    )  # "": of no country, as a provider's sandbox
    name = models.CharField(max_length=60, blank=True)  # "": not named, the code itself is shown
    source = models.CharField(max_length=200, blank=True)  # who says so
    seeded = models.BooleanField(default=False)  # as the seed has it: a newer seed may mend the row
    before = ArrayField(  # country, name and source before the last change; empty: never changed
        models.CharField(max_length=200, blank=True), default=list, blank=True
    )
    changes = models.PositiveIntegerField(default=0)  # how often; tells whether somebody was faster
    changed_by = models.CharField(max_length=150, blank=True)  # copied: nothing points out of here
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view", "add", "change")
        ordering: ClassVar = ["country", "code"]
        constraints = [
            models.UniqueConstraint(
                "country",
                Lower("name"),
                condition=~models.Q(name=""),
                name="network_name_once_a_country",
            )
        ]
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.name or self.code
