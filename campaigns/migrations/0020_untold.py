"""A tally of messages whose charge nobody told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0019_sums")]

    operations = [
        migrations.AlterField(
            model_name="tally",
            name="kind",
            field=models.CharField(
                choices=[("fates", "Fates"), ("costs", "Costs"), ("untold", "Untold")],
                max_length=8,
            ),
        ),
    ]
