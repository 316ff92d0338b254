"""How well an edition's questions are understood: measured once, behind the scenes, for the pages."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.content import Edition


class Understood(models.Model):
    """One language of one edition. Shares from 0 to 1; None: nothing to measure it with."""

    class By(models.TextChoices):
        """What was asked."""

        QUESTIONS = "questions", _("questions by other hands")
        LEFT_OUT = "left out", _("its own phrasings, each left out")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="understood")
    language = models.CharField(max_length=12)
    by = models.CharField(max_length=12, choices=By)
    accuracy = models.FloatField(null=True)
    top3 = models.FloatField(null=True)
    sure_precision = models.FloatField(null=True)
    danger_recall = models.FloatField(null=True)
    missed = ArrayField(models.CharField(max_length=16), default=list)  # words of the floor
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "language"], name="understood_once")
        ]
        verbose_name_plural = "understood"

    def __str__(self) -> str:
        return f"{self.language} of {self.edition_id}"
