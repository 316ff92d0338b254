"""The schemes that donors and agencies report by, and what they call our indicators, as `analytics/seed` has them."""

import csv
from pathlib import Path

from django.db import migrations

SEED = Path(__file__).resolve().parent.parent / "seed"


def rows(name):
    with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def install(apps, schema_editor):
    """Write the rows that are missing; existing ones stay, a title without a source gets it."""
    schemes = apps.get_model("analytics", "Scheme").objects
    titles = apps.get_model("analytics", "IndicatorTitle").objects
    for row in rows("schemes"):
        schemes.get_or_create(name=row.pop("name"), defaults=row)
    for row in rows("titles"):
        titles.get_or_create(
            scheme=row["scheme"],
            title=row["title"],
            defaults={"indicator_id": row["indicator"], "code": row["code"]},
        )
        same = titles.filter(scheme=row["scheme"], title=row["title"], source="")
        same.update(source=row["source"])


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_goals")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
