"""The districts of each country: what callers choose from, what lists of people name, what figures call a row.

`seed/districts.csv` holds the first-level areas every installation begins with, each with its source: ISO 3166-2
where there is a code; a code in small letters is our own, for an area the standard has none for. Uganda begins
with its four regions: 135 districts are no list for a phone. Staff change the lists; the tables lead.
Names are at most 20 plain letters, so that they fit a line of a menu on any phone.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from gateways import segments
from people.countries import COUNTRIES
from people.languages import SEED
from people.models import District as Row
from people.models import Person
from people.offering import NotKept

MOST_UNITS = 20  # of a name, in a line of a menu
MOST = 200  # districts of a country


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


# --- changing a list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list as staff wish it: what it `was` called ("": a new one), and its place from 1."""

    was: str
    name: str
    place: int
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What would become different. `moved`: those that were there stand in another order."""

    added: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    retired: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    moved: bool = False

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def lines(districts: Sequence[District]) -> tuple[Line, ...]:
    """A list as it stands, to be changed."""
    return tuple(Line(one.name, one.name, at, one.retired) for at, one in enumerate(districts, 1))


def mark(rows: Iterable[District | Line]) -> str:
    """A short word that differs when names, order or retirement do."""
    told = "\n".join(f"{one.name}\t{one.retired}" for one in rows)
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def sorted_by_place(wished: Sequence[Line]) -> tuple[Line, ...]:
    """The rows in the order their places ask for; `wished` stands in the order that is kept.

    One that was given another's place stands exactly there, the others make room.
    """

    def key(numbered: tuple[int, Line]) -> tuple[int, int]:
        at, one = numbered
        return one.place, (one.place > at) - (one.place < at)

    return tuple(one for _at, one in sorted(enumerate(wished, 1), key=key))


def faults(wished: Sequence[Line]) -> list[str]:
    """Everything that stands against the list."""
    found = [fault for one in wished for fault in _name_faults(one.name)]
    if len(wished) > MOST:
        found.append(_("A list has %(most)s districts at most.") % {"most": MOST})
    times = Counter(folded(one.name) for one in wished)
    twice = {folded(one.name): one.name for one in wished if times[folded(one.name)] > 1}
    found += [_("%(name)s stands in the list twice.") % {"name": name} for name in twice.values()]
    return found + list(_taken([one for one in wished if folded(one.name) not in twice], wished))


def _name_faults(name: str) -> Iterator[str]:
    odd = [letter for letter in name if not letter.isascii() or letter not in segments.GSM]
    if odd:
        said = _("%(name)s: every phone must show it; write it without %(letters)s.")
        yield said % {"name": name, "letters": " ".join(dict.fromkeys(odd))}
    elif (units := segments.units(name)) > MOST_UNITS:
        said = _("%(name)s takes %(units)s places; %(most)s at most.")
        yield said % {"name": name, "units": units, "most": MOST_UNITS}
    elif not folded(name):
        yield _("A district needs a name.")


def _taken(single: Iterable[Line], wished: Iterable[Line]) -> Iterator[str]:
    """A name that another row has until now: figures would run the two together."""
    had = {folded(one.was): one.was for one in wished if one.was}
    for one in single:
        before = had.get(folded(one.name), one.was)
        if before != one.was:
            said = _("%(name)s is the name of another district until now: choose a new one.")
            yield said % {"name": one.name}


def changes(wished: Sequence[Line], kept: Sequence[District]) -> Changes:
    """What differs between the list that is wished, in its order, and the one that is kept."""
    retired = {one.name: one.retired for one in kept}
    old = [one for one in wished if one.was in retired]
    return Changes(
        added=tuple(one.name for one in wished if not one.was),
        renamed=tuple((one.was, one.name) for one in old if one.was != one.name),
        retired=tuple(one.name for one in old if one.retired and not retired[one.was]),
        back=tuple(one.name for one in old if retired[one.was] and not one.retired),
        moved=[one.was for one in old] != [one.name for one in kept],
    )


def people_of(country: str, names: Iterable[str]) -> dict[str, int]:
    """How many people of lists are of each of these districts (one query)."""
    counted = Person.objects.filter(country=country, district__in=list(names)).values("district")
    return dict(counted.annotate(people=Count("pk")).values_list("district", "people"))


@transaction.atomic
def keep(country: str, wished: Sequence[Line], *, seen: str) -> None:
    """Store a country's list, in the order given; raises NotKept. `seen`: mark of the list it was made from.

    Nothing is deleted and no figure changes; callers meet the list with the next edition.
    """
    adopt(*([] if Row.objects.filter(country=country).exists() else [country]))
    rows = {row.name: row for row in Row.objects.select_for_update().filter(country=country)}
    kept = lists()[country]
    if mark(kept) != seen or {one.was for one in wished if one.was} != set(rows):
        raise NotKept(_("Somebody else has just changed this list. Look at it again."))
    if found := faults(wished):
        raise NotKept(" ".join(found))
    placed = [_row(country, order, one, rows) for order, one in enumerate(wished, 1)]
    Row.objects.bulk_update([row for row in placed if row.pk], ["name", "order", "retired"])
    Row.objects.bulk_create([row for row in placed if not row.pk])


def _row(country: str, order: int, line: Line, rows: Mapping[str, Row]) -> Row:
    row = rows.get(line.was) or Row(country=country)
    row.name, row.order, row.retired = line.name, order, line.retired
    return row
