"""The seed's languages, orders and districts become rows that staff can change; what the tables hold stays as it is.

Languages also move between deployments, as the same two files, with the content that is written in them.
"""

import csv
from dataclasses import asdict
from pathlib import Path

from django.db import transaction

from people import districts
from people.languages import (
    COLUMNS,
    known,
    orders,
    read,
    read_orders,
    seeded,
    seeded_orders,
)
from people.languages import (
    Language as Known,
)
from people.models import CountryMenu, District, Language

FILES = ("languages.csv", "menus.csv")


@transaction.atomic
def load() -> int:
    """Add what the tables lack, after an upgrade too. How many rows; nothing is changed or removed."""
    before = _rows()
    menus = [CountryMenu(country=one, languages=list(own)) for one, own in seeded_orders().items()]
    Language.objects.bulk_create(map(_row, seeded().values()), ignore_conflicts=True)
    CountryMenu.objects.bulk_create(menus, ignore_conflicts=True)
    districts.adopt(*districts.seeded())
    return _rows() - before


@transaction.atomic
def bring(folder: Path) -> int:
    """Take the languages and orders of another deployment. How many rows differ; none is removed.

    Raises OSError, and KeyError for a missing column.
    """
    here, ordered = known(), orders()
    others = [one for one in read(folder) if here.get(one.code) != one]
    menus = {one: own for one, own in read_orders(folder).items() if ordered.get(one) != own}
    for one in others:
        _row(one).save()
    for country, own in menus.items():
        CountryMenu.objects.update_or_create(country=country, defaults={"languages": list(own)})
    return len(others) + len(menus)


def _row(one: Known) -> Language:
    return Language(**{**asdict(one), "other_names": list(one.other_names)})


def write(folder: Path) -> dict[str, int]:
    """Write both files into the folder; how many rows each holds."""
    languages = [
        {**asdict(one), "other_names": "|".join(one.other_names)} for one in known().values()
    ]
    menus = [{"country": one, "languages": " ".join(own)} for one, own in orders().items()]
    for name, columns, rows in (
        (FILES[0], COLUMNS, languages),
        (FILES[1], ("country", "languages"), menus),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=columns)
            writer.writeheader()
            writer.writerows(rows)
    return {FILES[0]: len(languages), FILES[1]: len(menus)}


def _rows() -> int:
    return Language.objects.count() + CountryMenu.objects.count() + District.objects.count()
