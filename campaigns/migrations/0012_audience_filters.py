from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q


def _codes() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=64), blank=True, default=list)


def _days() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(blank=True, null=True)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("campaigns", "0011_export_audience")]

    operations: ClassVar = [
        migrations.AlterField("audience", "name", models.CharField(max_length=100, unique=True, verbose_name="name")),
        migrations.AddField("audience", "sent_days", _days()),
        migrations.AddField("audience", "not_sent_days", _days()),
        migrations.AddField("audience", "had_campaigns", _codes()),
        migrations.AddField("audience", "not_had_campaigns", _codes()),
        migrations.AddField("audience", "share_from", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("audience", "share_to", models.PositiveSmallIntegerField(default=100)),
        migrations.AddField("audience", "seed", models.PositiveIntegerField(default=0)),
        migrations.AddField("audience", "archived_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "audience",
            models.CheckConstraint(
                condition=Q(share_from__lt=F("share_to"), share_to__lte=100),
                name="audience_share_of_a_hundred",
            ),
        ),
    ]
