"""A day of a series that nobody approved lapses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0020_untold")]

    operations = [
        migrations.AlterField(
            model_name="occurrence",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "planned"),
                    ("approved", "approved by the series"),
                    ("waiting", "waits for a person"),
                    ("skipped", "left out"),
                    ("lapsed", "lapsed: nobody approved it on its day"),
                ],
                max_length=8,
            ),
        ),
    ]
