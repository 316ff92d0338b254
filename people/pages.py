"""What the pages about people show: counts and masked numbers, never more (S7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from people import consent, identity, languages, phones
from people.countries import COUNTRIES
from people.models import ImportRun, Person, Staff

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One person as a page may show them."""

    pk: int
    number: str
    country: str
    language: str
    district: str
    tags: tuple[str, ...]
    fixed_line: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    country: str
    code: str
    language: str
    language_code: str
    people: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody of the staff's countries: how many, how many may be sent to, and of which languages."""

    people: int
    sendable: int
    groups: tuple[Group, ...]


def people_of(staff: Staff, country: str = "", language: str = "") -> QuerySet[Person]:
    """The people a member of staff may see at all, then narrowed."""
    own = Person.objects.filter(country__in=staff.countries)
    own = own.filter(country=country) if country else own
    return own.filter(language=language) if language else own


def overview(staff: Staff) -> Overview:
    counted = (
        people_of(staff)
        .values("country", "language")
        .annotate(people=Count("pk"))
        .order_by("country", "-people")
    )
    spoken = languages.known()
    groups = tuple(_group(row, spoken.get(row["language"])) for row in counted)
    sendable = consent.sendable().filter(country__in=staff.countries).count()
    return Overview(sum(group.people for group in groups), sendable, groups)


def _group(row: Mapping[str, Any], language: languages.Language | None) -> Group:
    return Group(
        str(COUNTRIES[row["country"]].name),
        row["country"],
        language.autonym if language else row["language"],
        row["language"],
        row["people"],
    )


def page(people: QuerySet[Person], before: int | None) -> tuple[Sequence[Line], int | None]:
    """The newest people below primary key `before`, and where the next page begins (None: no more)."""
    newest = people.order_by("-pk")
    found = list((newest.filter(pk__lt=before) if before else newest)[: PAGE + 1])
    lines = tuple(_line(person) for person in found[:PAGE])
    return lines, lines[-1].pk if len(found) > PAGE else None


def masked(person: Person) -> str:
    """The number with its middle hidden; a seal no key opens shows as nothing but dots."""
    try:
        return phones.mask(identity.unseal(person.number, identity.NUMBER))
    except identity.BrokenSeal:
        return "•••"


def _line(person: Person) -> Line:
    return Line(
        person.pk,
        masked(person),
        person.country,
        person.language,
        person.district,
        tuple(person.tags),
        person.fixed_line,
        person.added_at,
    )


def runs_of(staff: Staff) -> QuerySet[ImportRun]:
    """Imports of the staff's countries, newest first."""
    return ImportRun.objects.filter(country__in=staff.countries).select_related("by")
