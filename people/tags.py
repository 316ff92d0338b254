"""Tags: words by which a list marks its people ("bus park", "youth club"), so that an audience can be chosen.

A closed list (D9, S6): only what staff put there may be said of anybody, and nothing that would give them away.
Which words do is known to the rooms above (`campaigns.blasts.discretion`) and handed in here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, Count, F, Func, QuerySet
from django.utils.translation import gettext as _

from people import audit
from people.audit import Kind
from people.countries import CODES
from people.masking import masked
from people.models import Person, Staff, Tag
from people.offering import NotKept

LONGEST = 40  # letters
DIGITS = 6  # of a tag that may be somebody's number; a year or a district has fewer
Telling = Callable[[str], Sequence[str]]  # the words in a text that give somebody away


def folded(text: str) -> str:
    """A tag as it is kept and compared: one space between words, small letters."""
    return " ".join(text.split())[:LONGEST].casefold()


def tags_of(staff: Staff) -> QuerySet[Tag]:
    """The tags of the staff's countries and of all countries, by name."""
    return Tag.objects.filter(country__in=["", *staff.countries]).order_by("name", "country")


def offered() -> Mapping[str, frozenset[str]]:
    """Country -> the tags its people may have (one query)."""
    rows = list(Tag.objects.filter(retired=False).values_list("country", "name"))
    return {
        code: frozenset(name for country, name in rows if country in ("", code)) for code in CODES
    }


def choices(countries: Iterable[str]) -> list[tuple[str, str]]:
    """Those by which an audience of these countries may be chosen."""
    own = Tag.objects.filter(country__in=["", *countries], retired=False)
    names = own.order_by("name").values_list("name", flat=True)
    return [(name, name) for name in dict.fromkeys(names)]


def people_with(staff: Staff) -> dict[str, int]:
    """Tag -> people of the staff's countries who have it (one query)."""
    each = Func(F("tags"), function="unnest", output_field=CharField())
    own = Person.objects.filter(country__in=staff.countries).annotate(tag=each)
    return dict(own.values("tag").annotate(people=Count("pk")).values_list("tag", "people"))


def may_change(country: str, by: Staff) -> bool:
    """A tag of all countries is for whoever holds all of them."""
    return country in by.countries if country else set(CODES) <= set(by.countries)


def add(text: str, country: str, *, tells: Telling, by: Staff, at: datetime) -> Tag:
    """Put a tag on the list. Raises NotKept, with the words that stand against it."""
    name = folded(text)
    if not name:
        raise NotKept(_("Write the tag first."))
    if not may_change(country, by):
        raise NotKept(_("You may not change the tags of this country."))
    if masked(name) != name or sum(sign.isdigit() for sign in name) >= DIGITS:
        raise NotKept(_("A tag must give nobody away, and this one looks like a phone number."))
    if found := tells(name):
        raise NotKept(
            _("A tag must give nobody away, and this one says %(words)s. Choose a neutral one.")
            % {"words": ", ".join(dict.fromkeys(word.strip("*") for word in found))}
        )
    with transaction.atomic():
        tag, made = Tag.objects.get_or_create(name=name, country=country)
        if not made:
            raise NotKept(_("%(name)s is on the list already.") % {"name": name})
        _note("tag added", tag, by, at)
    return tag


def retire(tag: Tag, *, retired: bool, by: Staff, at: datetime) -> None:
    """Offer it no more, or again. Whoever has the tag keeps it. Raises NotKept."""
    if not may_change(tag.country, by):
        raise NotKept(_("You may not change the tags of this country."))
    with transaction.atomic():
        tag.retired = retired
        tag.save(update_fields=["retired"])
        _note("tag retired" if retired else "tag offered again", tag, by, at)


def _note(what: str, tag: Tag, by: Staff, at: datetime) -> None:
    told = {"tag": tag.name}
    audit.note(Kind.SETTING, by=by, what=what, country=tag.country, details=told, at=at)
