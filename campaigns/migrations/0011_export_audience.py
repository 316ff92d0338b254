from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("campaigns", "0010_routes")]

    operations: ClassVar = [
        migrations.AlterModelOptions(
            name="audience",
            options={
                "permissions": [
                    ("export_audience", "Can carry an audience's numbers to a provider's group")
                ]
            },
        ),
    ]
