"""Tables that left: each of them once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class Release(models.Model):
    """One outside table of one closed period, as it was handed out and always will be. Only ever inserted.

    The product's role holds no UPDATE, DELETE or TRUNCATE here, as on closed periods.
    """

    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    table = word()
    upto = models.BigIntegerField()  # exposures recorded later are not in it
    content = models.TextField()  # a category a line, as canonical JSON; null is withheld
    truth = (
        models.TextField()
    )  # the same without anything withheld: for later decisions, never shown
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=150)  # a name copied: nothing points out of here
    made_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view", "add")
        ordering: ClassVar = ["-ends", "starts"]
        constraints = [
            models.UniqueConstraint("indicator", "starts", "ends", "table", name="released_once")
        ]
        verbose_name = _("outside table")
        verbose_name_plural = _("outside tables")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} {self.table}"


class Releasing(models.Model):
    """The wish to release a period's tables: decided by a worker, gone when the tables are there.

    `done` of `expected` periods are decided; `expected` 0: still counting, or waiting (`started_at` None).
    """

    indicator = word()
    starts = models.DateField()
    ends = models.DateField()
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    failed = models.BooleanField(default=False)  # until somebody asks again

    class Meta:
        default_permissions = ()
        ordering: ClassVar = ["pk"]
        constraints = [
            models.UniqueConstraint("indicator", "starts", "ends", name="releasing_once")
        ]
        verbose_name = _("wish to release")
        verbose_name_plural = _("wishes to release")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} {self.done}/{self.expected}"
