"""The seed's languages and orders become rows that staff can change; what the tables hold stays as it is."""

from dataclasses import asdict

from django.db import transaction

from people.languages import seeded, seeded_orders
from people.models import CountryMenu, Language


@transaction.atomic
def load() -> int:
    """Add what the tables lack, after an upgrade too. How many rows; nothing is changed or removed."""
    before = _rows()
    languages = [
        Language(**{**asdict(one), "other_names": list(one.other_names)})
        for one in seeded().values()
    ]
    menus = [CountryMenu(country=one, languages=list(own)) for one, own in seeded_orders().items()]
    Language.objects.bulk_create(languages, ignore_conflicts=True)
    CountryMenu.objects.bulk_create(menus, ignore_conflicts=True)
    return _rows() - before


def _rows() -> int:
    return Language.objects.count() + CountryMenu.objects.count()
