"""What the pages about people show: counts and masked numbers, never more (S7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from people import consent, districts, identity, inquiry, languages, masking, offering, reasons
from people.countries import COUNTRIES
from people.languages import Language
from people.models import ImportRun, Person, Question, Staff

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
    """Everybody of the staff's countries: how many, how many may be sent to, and of which languages.

    `ended`: numbers that ended messages, on our lists or not, by the way they did it, in words.
    """

    people: int
    sendable: int
    groups: tuple[Group, ...]
    ended: tuple[tuple[str, int], ...]


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
    ended = tuple(reasons.counts(reasons.ENDED, consent.ended(staff.countries)))
    return Overview(sum(group.people for group in groups), sendable, groups, ended)


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
        return masking.mask(identity.unseal(person.number, identity.NUMBER))
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


# --- languages -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language with what its texts will need and where it is offered: (country, its place in the menu)."""

    language: Language
    encoding: str
    offered: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MenuOf:
    """A country with its languages in the order of their places."""

    code: str
    name: str
    languages: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A language in an order that is tried, and the orders its buttons lead to; "" where one leads nowhere."""

    language: Language
    up: str
    down: str
    without: str


@dataclass(frozen=True, slots=True)
class Trial:
    """An order that is tried, against the one that is kept."""

    menu: MenuOf
    places: tuple[Place, ...]
    order: str
    kept: str
    moved: tuple[
        tuple[int, str, str], ...
    ]  # digit, what it meant, what it would mean ("": nothing)
    more: tuple[Language, ...]  # what could be added


def spoken(
    known: Mapping[str, Language], orders: Mapping[str, Sequence[str]]
) -> tuple[Spoken, ...]:
    """All languages by their English names, variants behind their language."""
    lines = (
        Spoken(one, offering.encoding(one), _offered(one.code, orders)) for one in known.values()
    )
    above = {code: known.get(languages.base(code), one).name for code, one in known.items()}
    return tuple(sorted(lines, key=lambda line: (above[line.language.code], line.language.code)))


def _offered(code: str, orders: Mapping[str, Sequence[str]]) -> tuple[tuple[str, int], ...]:
    places = {
        country: list(orders[country]).index(code) + 1
        for country in COUNTRIES
        if code in orders[country]
    }
    return tuple(places.items())


def menu(country: str, order: Sequence[str], known: Mapping[str, Language]) -> MenuOf:
    named = tuple(known[code] for code in order if code in known)
    return MenuOf(country, str(COUNTRIES[country].name), named)


def trial(
    country: str, order: tuple[str, ...], kept: Sequence[str], known: Mapping[str, Language]
) -> Trial:
    """What the page of one country's order shows. `order`: known languages only."""
    plain = {code: one.plain for code, one in known.items()}
    moved = (
        (one.digit, plain.get(one.was, one.was), plain.get(one.becomes, ""))
        for one in offering.changed_digits(kept, order)
    )
    more = (one for code, one in known.items() if code not in order and "-" not in code)
    return Trial(
        menu=menu(country, order, known),
        places=tuple(_place(code, order, known) for code in dict.fromkeys(order)),
        order=" ".join(order),
        kept=" ".join(kept),
        moved=tuple(moved),
        more=tuple(sorted(more, key=lambda one: one.name)),
    )


def _place(code: str, order: tuple[str, ...], known: Mapping[str, Language]) -> Place:
    up, down = (offering.stepped(order, code, by) for by in (-1, 1))
    return Place(
        known[code],
        " ".join(up) if up != order else "",
        " ".join(down) if down != order else "",
        " ".join(one for one in order if one != code),
    )


# --- who is asking ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A way to ask that is tried, against the one that is kept: marks, and what it means in sessions."""

    one_in: int
    questions: tuple[str, ...]
    share: inquiry.Share
    looked: str
    seen: str


@dataclass(frozen=True, slots=True)
class Left:
    """A name that falls out of use, the one that follows it ("": none), and how many people of lists have it."""

    name: str
    becomes: str
    people: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of districts that is tried, in the order its places ask for, against the one that is kept."""

    code: str
    country: str
    lines: tuple[districts.Line, ...]
    added: tuple[str, ...]
    changes: districts.Changes
    left: tuple[Left, ...]
    looked: str
    seen: str


def asked(wished: inquiry.Setting, kept: inquiry.Setting) -> Asked:
    asking = wished.asking
    named = tuple(str(Question(one).label) for one in asking.questions)
    marks_ = inquiry.mark(wished), inquiry.mark(kept)
    return Asked(asking.one_in, named, inquiry.share(asking), *marks_)


def listed(
    country: str, wished: Sequence[districts.Line], kept: Sequence[districts.District]
) -> Listed:
    """What the page of one country's districts shows."""
    changes = districts.changes(wished, kept)
    gone = dict(changes.renamed) | dict.fromkeys(changes.retired, "")
    people = districts.people_of(country, gone) if gone else {}
    return Listed(
        code=country,
        country=str(COUNTRIES[country].name),
        lines=tuple(
            replace(one, place=at) for at, one in enumerate(filter(lambda one: one.was, wished), 1)
        ),
        added=changes.added,
        changes=changes,
        left=tuple(Left(name, new, people.get(name, 0)) for name, new in gone.items()),
        looked=districts.mark(wished),
        seen=districts.mark(kept),
    )
