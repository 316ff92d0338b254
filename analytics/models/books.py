"""Closed periods: who wished and agreed, what was frozen, what came too late, and the packs of other deployments."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.models.ledger import word


class Deployment(models.Model):
    """This deployment's own name among others: one row, made when it is first asked for."""

    code = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        default_permissions = ()
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")

    def __str__(self) -> str:
        return str(self.code)


class Closing(models.Model):
    """A period on its way to being closed: one proposes, another closes, then a worker counts and packs."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("being counted")
        CLOSED = "closed", _("closed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    starts = models.DateField()
    ends = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    note = models.TextField(blank=True)  # the proposer's, for whoever closes
    proposed_by = models.CharField(max_length=150)  # names copied: nothing points out of here
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)  # rows looked through, of `rows`
    rows = models.BigIntegerField(default=0)
    fault = models.TextField(blank=True)  # why the last attempt did not end well; it is tried again

    class Meta:
        default_permissions = ()
        permissions: ClassVar = [
            ("propose_closing", "Can propose to close a period"),
            ("close_period", "Can close a period that somebody else proposed"),
        ]
        ordering: ClassVar = ["-starts", "ends"]
        constraints = [
            models.UniqueConstraint(
                "starts", "ends", condition=~Q(state="withdrawn"), name="closing_once"
            )
        ]
        verbose_name = _("closing of a period")
        verbose_name_plural = _("closings of periods")

    def __str__(self) -> str:
        return f"{self.starts} {self.ends} {self.state}"


class ClosedPeriod(models.Model):
    """What an indicator counted for in a period when it was closed. Only ever inserted.

    The product's role holds no UPDATE, DELETE or TRUNCATE here, as on the audit (docs/adr/0010). Nothing of
    it follows from another table any more: rule and numbers are copies.
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="frozen")
    indicator = word()
    rule = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    upto = models.BigIntegerField()  # exposures recorded later are not in it
    parameters = models.TextField()  # canonical JSON: tiers, start, zone, what else the rule says
    tables = models.TextField()  # canonical JSON, one cell a line: see analytics.frozen
    countries = ArrayField(word())  # where somebody was met until the period's end
    rows = models.BigIntegerField()  # exposures inside the period
    digest = models.CharField(max_length=64)  # of the pack's manifest: printed on every export
    rows_digest = models.CharField(max_length=64)  # of the pack's rows, under its own pseudonyms
    ledger_digest = models.CharField(max_length=64)  # of the same rows as the ledger has them
    size = models.BigIntegerField()  # bytes of the pack
    proposed_by = models.CharField(max_length=150)
    closed_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        permissions: ClassVar = [("export_pack", "Can take out an evidence pack")]
        ordering: ClassVar = ["-starts", "ends", "indicator"]
        constraints = [
            models.UniqueConstraint("indicator", "starts", "ends", name="closed_period_once")
        ]
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts} {self.digest[:12]}"


class Restatement(models.Model):
    """What facts that came too late change on a closed period's numbers. Only ever inserted, as that is."""

    closed = models.ForeignKey(  # a constraint would need the right to lock what nobody may change
        ClosedPeriod, models.DO_NOTHING, related_name="restatements", db_constraint=False
    )
    at = models.DateTimeField()
    since = models.BigIntegerField()  # exposures in (since, upto] were looked at
    upto = models.BigIntegerField()
    facts = models.IntegerField()  # late exposures among them
    deltas = models.TextField()  # canonical JSON, one cell a line: what is added to each measure
    why = (
        models.TextField()
    )  # canonical JSON: how many late facts by tier, channel and place in time

    class Meta:
        default_permissions = ("view",)
        ordering: ClassVar = ["closed", "upto"]
        constraints = [models.UniqueConstraint("closed", "upto", name="restatement_once")]
        verbose_name = _("restatement")
        verbose_name_plural = _("restatements")

    def __str__(self) -> str:
        return f"{self.closed_id} {self.at:%Y-%m-%d} {self.facts}"


class ForeignPack(models.Model):
    """An evidence pack of another deployment: counted again before anything of it is shown."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be counted again")
        HELD = "held", _("counted again: it holds")
        REFUSED = "refused", _("refused")

    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    faults = ArrayField(models.TextField(), default=list)
    name = models.CharField(max_length=100)  # of the file, as it came
    digest = models.CharField(max_length=64, blank=True)
    deployment = models.UUIDField(null=True)
    countries = ArrayField(word(), default=list)
    indicator = word(blank=True)
    rule = models.PositiveSmallIntegerField(default=0)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    tables = models.TextField(blank=True)  # as of ClosedPeriod
    brought_by = models.CharField(max_length=150)
    brought_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view", "add")
        ordering: ClassVar = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "deployment",
                "indicator",
                "starts",
                "ends",
                condition=Q(state="held"),
                name="pack_once",
            )
        ]
        verbose_name = _("pack of another deployment")
        verbose_name_plural = _("packs of other deployments")

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
