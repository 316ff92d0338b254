"""What the donors ask for, in their words, and the first rule by which we count it.

Titles: the EUTF's published results (Akvo RSR, extraction of 17 Dec 2021), verbatim.
"""

from datetime import date

from django.db import migrations

COMMON = "EUTF Common Output Indicators"
LEGACY = "EUTF indicators"
LEGACY_NEW = "EUTF indicators - new"

# code, name, counted from the ledger, titles (scheme, code, title)
INDICATORS = [
    (
        "3.3",
        "(Potential) migrants reached by information campaigns on migration",
        True,
        [
            (
                COMMON,
                "3.3",
                "Number of (potential) migrants, reached by information campaigns on migration",
            ),
            (
                LEGACY,
                "",
                "Number of migrants, or potential migrants, reached out by information campaign on "
                "migration and risks linked to irregular migration",
            ),
        ],
    ),
    (
        "2.7",
        "People reached by sensitisation campaigns on resilience and basic rights",
        True,
        [
            (
                COMMON,
                "2.7",
                "Number of people reached by sensitisation campaigns on resilience-building "
                "practices and basic rights",
            ),
        ],
    ),
    (
        "3.11",
        "Awareness raising events on migration",
        False,
        [
            (COMMON, "3.11", "Number of awareness raising events on migration"),
            (
                LEGACY_NEW,
                "",
                "Number of activities/events explicitly dedicated to raising awareness and "
                "sensitivity of general public regarding migration",
            ),
        ],
    ),
]
FIRST_DAY = date(2015, 1, 1)  # of the period for which the donor publishes its indicator
NOTE = "Reached by a delivered SMS, a returned USSD screen or a given answer; the donor's own technical note was not published."


def install(apps, schema_editor):
    """Write the rows that are missing; existing ones stay as they are."""
    indicators = apps.get_model("analytics", "Indicator").objects
    rules = apps.get_model("analytics", "Rule").objects
    for order, (code, name, counted, titles) in enumerate(INDICATORS, start=1):
        indicator, _ = indicators.get_or_create(
            code=code, defaults={"name": name, "counted": counted, "order": order}
        )
        for scheme, short, title in titles:
            indicator.titles.get_or_create(scheme=scheme, title=title, defaults={"code": short})
        if counted:
            rules.get_or_create(
                indicator=indicator,
                version=1,
                defaults={
                    "tiers": ["delivered", "interacted"],
                    "start": FIRST_DAY,
                    "since": FIRST_DAY,
                    "note": NOTE,
                },
            )


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop, elidable=False)]
