from django.db import migrations, models

# What was planned before: everybody is in or out, and nothing was added to its texts.
CARRY = """
UPDATE campaigns_blast SET chosen = people
    + COALESCE((SELECT sum(n::int) FROM jsonb_each_text(excluded) AS e(reason, n)), 0);
UPDATE campaigns_blasttext SET most = parts;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0014_tags")]

    operations = [
        migrations.AddField("blast", "rate", models.PositiveIntegerField(null=True)),
        migrations.AddField("blast", "chosen", models.IntegerField(default=0)),
        migrations.AddField("blast", "spread", models.JSONField(default=list)),
        migrations.AddField(
            "blasttext", "most", models.SmallIntegerField(default=1), preserve_default=False
        ),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.AlterField(
            "answer",
            "kind",
            models.CharField(
                choices=[
                    ("answer", "answer to an SMS"),
                    ("parcel", "text of a USSD screen"),
                    ("trial", "trial of a blast, to a colleague's phone"),
                    ("external", "message of RapidPro"),
                ],
                default="answer",
                max_length=8,
            ),
        ),
    ]
