"""The live edition as partners may show it: its texts with the numbers of one country, and those numbers.

A demonstration is never handed out: its numbers are invented and its translations unreviewed. Nothing here is
about a person.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.editions import tongues
from campaigns.editions.edition import Edition, Item, Kind
from campaigns.editions.tokens import EVERYBODY, Number
from campaigns.models import Edition as Row
from campaigns.models import Referral
from campaigns.press import serving
from campaigns.press.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Live:
    """What real phones get now."""

    row: Row
    edition: Edition


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language, in its own name, and where it is offered."""

    code: str
    name: str
    direction: str
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One item in one language."""

    item: str
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """An item as it is said in a country and language, its numbers and figures filled in."""

    item: Item
    language: str
    title: str
    short: str
    text: str
    sms: str
    options: tuple[str, ...]
    audio: str


@dataclass(frozen=True, slots=True)
class Proved:
    """A number that is shown. `verified_on`: when it was called; None where that is not known any more."""

    number: Number
    verified_on: date | None

    @property
    def country(self) -> str | None:
        """Whose readers it is for; None: everybody's."""
        return None if self.number.country == EVERYBODY else self.number.country


def live(shelf: Shelf) -> Live | None:
    """The newest live edition; None where there is none, or none that can be read."""
    row = serving.newest(Kind.LIVE)
    edition = serving.read(row.hash, shelf) if row else None
    return Live(row, edition) if row and edition else None


def languages(edition: Edition, own: Collection[str]) -> list[Spoken]:
    """Those that are offered in these countries."""
    found = []
    for code, everywhere in serving.spoken(edition).items():
        here = tuple(sorted(set(everywhere) & set(own)))
        if here:
            known = edition.languages.get(code)
            direction = tongues.direction(code, edition.languages)
            found.append(Spoken(code, known.autonym if known else code, direction, here))
    return found


def places(edition: Edition, country: str, language: str = "") -> list[Place]:
    """What is said in a country, in the order of the edition; `language` "": in each that is offered."""
    offered = sorted(code for land, code in edition.menus if land == country)
    asked = [code for code in offered if language in ("", code)]
    return [
        Place(item.id, code)
        for item in edition.items.values()
        if item.serves(country)
        for code in asked
        if code in item.texts
    ]


def said(edition: Edition, country: str, place: Place) -> Said:
    """One item in one language, as `places` named it."""
    item = edition.items[place.item]
    text = item.texts[place.language]
    answer = edition.answer(item.id, place.language, country)
    return Said(
        item=item,
        language=place.language,
        title=text.title,
        short=text.short,
        text=answer.text if answer else "",
        sms=edition.sms(item.id, place.language, country) or "",
        options=text.options,
        audio=text.audio,
    )


def numbers(edition: Edition, own: Collection[str], *, on: date) -> list[Proved]:
    """The numbers for readers in these countries whose proof still holds that day. One statement."""
    shown = [
        one
        for one in edition.numbers
        if one.country in (*own, EVERYBODY) and (one.expires or "9") > on.isoformat()
    ]
    called = _called(shown)
    return [Proved(one, called.get((one.number, one.expires))) for one in shown]


def _called(shown: Sequence[Number]) -> dict[tuple[str, str], date | None]:
    """When each was called whose proof ends on that day."""
    rows = Referral.objects.filter(fictitious=False, number__in={one.number for one in shown})
    told = rows.exclude(expires=None).values_list("number", "expires", "verified_by_call_on")
    return {(number, ends.isoformat()): day for number, ends, day in told if ends}
