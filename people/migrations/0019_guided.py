from django.db import migrations, models


class Migration(migrations.Migration):
    """Who is here already knows the way: only accounts made from now on are shown the first hour."""

    dependencies = [("people", "0018_badges")]

    operations = [
        migrations.AddField("staff", "guided", models.BooleanField(default=False)),
        migrations.AlterField("staff", "guided", models.BooleanField(default=True)),
    ]
