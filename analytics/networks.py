"""What the codes of phone networks are called: the names staff see in place of 63902.

The table leads (`analytics.naming` changes it); `analytics/seed/networks.csv` is what an installation begins
with, and the source of each name. Codes are MCC + MNC (ITU E.212) with exceptions such as 63999, and are
never rewritten: a code without a name is shown as it came.
"""

import csv
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from django.db import transaction
from django.db.models import Max

from analytics.definitions import COUNTRIES
from analytics.models import Figure, Network

SEED = Path(__file__).parent / "seed" / "networks.csv"
CODE = re.compile(r"[A-Za-z0-9_-]{1,16}")  # what can be named; a forged callback may say anything
MCC = 3  # digits of a code that say the country
MOBILE_COUNTRIES: Mapping[str, str] = MappingProxyType(  # ITU E.212
    {
        "638": "DJ",
        "657": "ER",
        "636": "ET",
        "639": "KE",
        "637": "SO",
        "659": "SS",
        "634": "SD",
        "641": "UG",
    }
)
FRESH = 10.0  # seconds that a process shows a name after another process changed it
UNNAMED_MOST = 50  # codes without a name that are shown
UNKNOWN = "unknown"  # what figures say where no network was told


@dataclass(frozen=True, slots=True)
class Named:
    """A network and what it is called; `source`: who says so."""

    code: str
    country: str
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A code that was met and has no name; `people`: numbers reached through it in its best period."""

    code: str
    country: str
    people: int


# --- names for pages -------------------------------------------------------------------------------


class Memory:
    """The names a process read last; read anew once they are FRESH seconds old by `clock`."""

    __slots__ = ("clock", "known", "read_at")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.forget()

    def forget(self) -> None:
        """Read them at the next question: whoever changed a name sees it at once."""
        self.read_at, self.known = float("-inf"), dict[str, Named]()

    def names(self) -> Mapping[str, Named]:
        now = self.clock()
        if now - self.read_at > FRESH:
            rows = Network.objects.exclude(name="").values_list("code", "country", "name")
            self.known = {code: Named(code, country, name) for code, country, name in rows}
            self.read_at = now
        return self.known


_memory = Memory()
forget = _memory.forget


def names() -> Mapping[str, str]:
    """Code -> name of every network that has one (one query, kept for FRESH seconds)."""
    return {one.code: one.name for one in _memory.names().values()}


def of(country: str) -> Mapping[str, str]:
    """Code -> name of the country's networks; within a country no two have the same."""
    return {one.code: one.name for one in _memory.names().values() if one.country == country}


def label(code: str) -> str:
    """What to show for a code: its name, with the country where others bear the name too; else the code."""
    known = _memory.names()
    if (one := known.get(code)) is None:
        return code
    twins = any(other.name == one.name and other.code != code for other in known.values())
    return f"{one.name} ({COUNTRIES.get(one.country, one.country)})" if twins else one.name


def country_of(code: str) -> str:
    """The programme's country whose mobile country code the code begins with, or ""."""
    return MOBILE_COUNTRIES.get(code[:MCC], "")


# --- the seed --------------------------------------------------------------------------------------


def seeded() -> dict[str, Named]:
    """The networks that every installation begins with, by code."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Named(**row) for row in csv.DictReader(file)}


@transaction.atomic
def load() -> int:
    """Add what the table lacks and mend rows nobody touched, after an upgrade too. How many rows differ.

    A name that staff gave meanwhile to another network of the country wins: the seed's row stays out.
    """
    kept = {row.code: row for row in Network.objects.select_for_update()}
    taken = {_place(row.country, row.name): row.code for row in kept.values()}
    wished = [
        one
        for one in seeded().values()
        if taken.get(_place(one.country, one.name), one.code) == one.code
    ]
    added = [Network(**asdict(one), seeded=True) for one in wished if one.code not in kept]
    Network.objects.bulk_create(added)
    mended = [one for one in wished if one.code in kept and _outdated(kept[one.code], one)]
    for one in mended:
        Network.objects.filter(pk=one.code).update(**asdict(one))
    forget()
    return len(added) + len(mended)


def _place(country: str, name: str) -> tuple[str, str]:
    return country, name.lower()


def _outdated(row: Network, one: Named) -> bool:
    return row.seeded and Named(row.code, row.country, row.name, row.source) != one


# --- lists for the page ----------------------------------------------------------------------------


def kept(countries: Collection[str]) -> list[Network]:
    """The rows of these countries and of none, by country and code."""
    return list(Network.objects.filter(country__in=["", *countries]))


def unnamed(countries: Collection[str], most: int = UNNAMED_MOST) -> list[Unnamed]:
    """Codes met in these countries that have no name, the most used first (from the kept figures: cheap).

    Figures follow the ledger within a minute. What cannot be a code is left out.
    """
    met = (
        Figure.objects.filter(by="country,network", cell__0__in=list(countries))
        .values_list("cell")
        .annotate(people=Max("unique"))
        .order_by("-people", "cell")
    )
    known = names()
    found = (
        Unnamed(code, country, people)
        for (country, code), people in met
        if code not in known and code != UNKNOWN and CODE.fullmatch(code)
    )
    return list(islice(found, most))
