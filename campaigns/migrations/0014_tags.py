"""Tags that people of lists have go onto the closed list; those that give somebody away are taken off them."""

import logging

from django.db import migrations

from campaigns.blasts.discretion import in_any

REMOVED = "removed"  # an audience of nothing but a removed tag must stay nobody, not become everybody
SAID = "SELECT DISTINCT unnest(tags) FROM people_person"
USED = "SELECT DISTINCT unnest(tags) FROM campaigns_audience"
log = logging.getLogger(__name__)


def carry(apps, schema_editor):
    """Every tag in use is offered, or gone from whoever had it; how many went is logged, never which."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"{SAID} UNION {USED}")
        tags = sorted({name for (name,) in cursor.fetchall() if name})
        telling = [name for name in tags if in_any(name)]
        for name in telling:
            cursor.execute(
                "UPDATE people_person SET tags = array_remove(tags, %s) WHERE %s = ANY(tags)",
                [name, name],
            )
            cursor.execute(
                "UPDATE campaigns_audience SET tags = array_replace(tags, %s, %s) WHERE %s = ANY(tags)",
                [name, REMOVED, name],
            )
    tag = apps.get_model("people", "Tag")
    kept = (name for name in tags if name not in telling and len(name) <= 40)
    tag.objects.bulk_create((tag(name=name) for name in kept), ignore_conflicts=True)
    if telling:
        log.warning("%d tags gave somebody away and were removed from people.", len(telling))


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0013_external"),
        ("people", "0017_tags"),
    ]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
