"""The audit: who of staff did what, one row an act, each chained to the one before. Holds nothing about people."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What sort of act an entry records."""

    REVEAL = "reveal", _("number shown")
    EXPORT = "export", _("export")
    IMPORT = "import", _("import")
    APPROVE = "approve", _("approval")
    PUBLISH = "publish", _("publication")
    STAFF = "staff", _("staff account")
    ROLE = "role", _("role")
    ERASE = "erase", _("erasure")
    KEYS = "keys", _("key rotation")
    SETTING = "setting", _("setting")
    STOP = "stop", _("kill switch")
    CASE = "case", _("danger case")
    WISH = "wish", _("question to a person")
    LOOKUP = "lookup", _("look-up of one number")
    TRIAL = "trial", _("trial to colleagues' phones")
    PARTNER = "partner", _("partner's badge")
    REFUSED = "refused", _("refused")


class AuditEntry(models.Model):
    """One act, as it was: names are copied, nothing is pointed at. Only ever inserted (people.audit).

    The product's role holds no UPDATE, DELETE or TRUNCATE on this table (docs/adr/0010).
    """

    sequence = models.BigIntegerField(primary_key=True)  # 1, 2, 3 ... without a gap
    at = models.DateTimeField()
    staff = models.BigIntegerField(null=True)  # id; empty: the product itself, or the shell
    name = models.CharField(max_length=150, blank=True, default="")  # as it was then
    kind = models.CharField(max_length=12)  # of Kind: a kind that is new needs no migration
    what = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True, default="")
    details = models.JSONField(default=dict)  # word -> word
    previous = models.CharField(max_length=64, blank=True)  # digest of the entry before
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ("view",)
        indexes = [
            models.Index("kind", "sequence", name="auditentry_kind"),
            models.Index("staff", "sequence", name="auditentry_staff"),
        ]
        ordering: ClassVar[list[str]] = ["-sequence"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """Its kind in the reader's language."""
        return str(Kind(self.kind).label) if self.kind in Kind else self.kind


class AuditCheck(models.Model):
    """The chain was counted again: what was found. Its newest link is held against the chain ever after.

    As of entries, the product's role can only add to them.
    """

    at = models.DateTimeField()
    entries = models.BigIntegerField()
    newest = models.CharField(max_length=90, blank=True)  # "412=<digest>"
    broken = models.IntegerField()  # differences
    differences = models.JSONField(default=list)  # the first of them, in words

    class Meta:
        default_permissions = ()
        verbose_name = _("check of the audit")
        verbose_name_plural = _("checks of the audit")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.entries}"
