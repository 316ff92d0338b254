"""What goes wrong and since when; when somebody last looked. Nothing about people."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operations.findings import Finding


class Trouble(models.Model):
    """A finding that stands, or stood: the first look that met it, the last one, and when it was over."""

    check_name = models.CharField(max_length=32)
    about = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    wrong = models.BooleanField()
    sentence = models.TextField()  # English with {places} for `values`, as `advice`
    advice = models.TextField()
    values = models.JSONField(default=dict)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["check_name", "about", "country"],
                condition=Q(over_at=None),
                name="trouble_stands_once",
            )
        ]
        verbose_name = _("trouble")
        verbose_name_plural = _("troubles")

    def __str__(self) -> str:
        return f"{self.check_name} {self.about}".strip()

    @property
    def finding(self) -> Finding:
        """As the check told it last."""
        return Finding(
            self.sentence,
            self.advice,
            self.values,
            self.about,
            self.country,
            self.wrong,
            self.since,
        )


class Look(models.Model):
    """The last time that a kind of look (quick or slow) was finished; one row a kind."""

    slow = models.BooleanField(unique=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        verbose_name = _("look")
        verbose_name_plural = _("looks")

    def __str__(self) -> str:
        return f"{'slow' if self.slow else 'quick'} {self.at:%Y-%m-%d %H:%M}"
