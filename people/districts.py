"""The districts of each country: what callers choose from, what lists of people name, what figures call a row.

`seed/districts.csv` holds the first-level areas every installation begins with, each with its source: ISO 3166-2
where there is a code; a code in small letters is our own, for an area the standard has none for. Uganda begins
with its four regions: 135 districts are no list for a phone. Staff change the lists; the tables lead.
Names are at most 20 plain letters, so that they fit a line of a menu on any phone.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from people.countries import COUNTRIES
from people.languages import SEED
from people.models import District as Row


@dataclass(frozen=True, slots=True)
class District:
    """`code`: of the seed, "" for one that staff added. A retired one is offered no more and never forgotten."""

    country: str
    name: str
    code: str = ""
    source: str = ""
    retired: bool = False


Lists = Mapping[str, tuple[District, ...]]


def read(path: Path) -> list[District]:
    """The districts of a file with the columns country, code, name, source. Raises OSError, KeyError."""
    with path.open(encoding="utf-8", newline="") as text:
        return [
            District(row["country"], row["name"], row["code"], row["source"])
            for row in csv.DictReader(text)
        ]


@lru_cache(maxsize=1)
def seeded() -> Lists:
    """Country -> the districts every installation begins with, in their order."""
    return MappingProxyType(_by_country(read(SEED / "districts.csv")))


def lists() -> Lists:
    """Country -> its districts in their order, retired ones too (one query); the seed's where a table has none."""
    rows = Row.objects.values_list("country", "name", "code", "source", "retired")
    kept = _by_country(District(*row) for row in rows)
    return {country: kept.get(country) or seeded()[country] for country in COUNTRIES}


def adopt(*countries: str) -> None:
    """Make the seed's districts of these countries rows where none stands for them yet, renamed ones included."""
    own = ((order, one) for each in countries for order, one in enumerate(seeded()[each], 1))
    Row.objects.bulk_create(
        (Row(**asdict(one), order=order) for order, one in own), ignore_conflicts=True
    )


def _by_country(districts: Iterable[District]) -> dict[str, tuple[District, ...]]:
    found: dict[str, list[District]] = {}
    for one in districts:
        found.setdefault(one.country, []).append(one)
    return {country: tuple(own) for country, own in found.items()}


def offered(districts: Iterable[District]) -> tuple[str, ...]:
    """The names callers choose from."""
    return tuple(one.name for one in districts if not one.retired)


def folded(name: str) -> str:
    """A name as names are compared: small letters and figures only, so `MURANGA` is `Murang'a`."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def spellings() -> Mapping[str, Mapping[str, str]]:
    """Country -> folded name -> the list's own spelling, of what is offered (one query)."""
    return {
        country: {folded(name): name for name in offered(own)} for country, own in lists().items()
    }
