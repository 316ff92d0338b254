"""Single SMS replies: the table that the bot had (its rows are in it), then what parcels need besides."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_reviewer")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Answer",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("gateway", models.CharField(max_length=64)),
                        ("reference", models.CharField(max_length=160)),
                        ("token", models.CharField(blank=True, db_collation="C", max_length=64)),
                        ("number", models.TextField()),
                        ("sender", models.CharField(blank=True, max_length=128)),
                        ("text", models.TextField()),
                        ("made_at", models.DateTimeField()),
                        ("state", models.CharField(choices=[("waiting", "waiting"), ("begun", "begun"), ("sent", "sent"), ("refused", "refused")], default="waiting", max_length=8)),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=32)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "made_at"], name="answer_state"), models.Index(fields=["token", "made_at"], name="answer_token")],
                        "constraints": [models.UniqueConstraint(fields=("gateway", "reference"), name="answer_once")],
                    },
                ),
            ],
        ),
        migrations.AddField("answer", "kind", models.CharField(choices=[("answer", "answer to an SMS"), ("parcel", "text of a USSD screen")], default="answer", max_length=8)),
        migrations.AddField("answer", "country", models.CharField(blank=True, max_length=2)),
        migrations.AddField("answer", "item", models.CharField(blank=True, max_length=64)),
        migrations.AddField("answer", "sensitive", models.BooleanField(default=False)),
        migrations.AddField("answer", "not_before", models.DateTimeField(null=True)),
        migrations.AddField("answer", "cost", models.DecimalField(decimal_places=4, max_digits=12, null=True)),
        migrations.AddField("answer", "currency", models.CharField(blank=True, max_length=3)),
        migrations.AlterField("answer", "reference", models.CharField(max_length=200)),
    ]
