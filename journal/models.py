"""Tables of the intake: what came in, how far each file is shipped, how far each kind is folded."""

from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One journal line. Text, not jsonb: a caller's NUL or lone surrogate must not stop the rest."""

    kind = models.TextField()
    line = models.TextField()
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["kind", "id"], name="journal_entry_kind_id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class File(models.Model):
    """How many bytes of a process's file are in the entries; written in the same transaction."""

    name = models.TextField(primary_key=True)
    shipped = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Marker(models.Model):
    """The last entry of a kind that its app has folded, and when anybody last looked."""

    kind = models.TextField(primary_key=True)
    entry = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} up to {self.entry}"


class Dead(models.Model):
    """A line nobody can fold: kept as it is and counted, so that it never blocks those behind it."""

    kind = models.TextField()
    line = models.TextField()
    why = models.TextField()
    stored_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"
