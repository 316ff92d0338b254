"""The invented people of a demonstration: who they are follows from the seed, nobody is taken from anywhere."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from demonstration.lot import Lot
from demonstration.places import PLACES, Line, Place
from people import districts, phones
from people.districts import Lists
from people.models import AgeBand, Sex

# Which part of the people is on a list, by the month in which the list came; the rest only calls or writes.
WAVES = ((0, 0.30), (2, 0.12), (4, 0.10), (7, 0.10), (9, 0.08))
MONTHS = 12  # in which those on no list first call or write, one after the other
CALLS, CHATS, NUMBERED = (
    0.65,
    0.12,
    0.6,
)  # shares; the last: of who chats, whose number is known there
TOLD = 0.75  # lists name sex and age for so many, and the district for as many
COLUMNS = ("phone", "language", "sex", "age_band", "district")
SEXES = ((Sex.MALE, 0.54), (Sex.FEMALE, 0.46))
AGES = (
    (AgeBand.YOUNG, 0.42),
    (AgeBand.ADULT, 0.36),
    (AgeBand.MIDDLE, 0.17),
    (AgeBand.OLDER, 0.05),
)


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """One invented person. `wave`: the month of the list that brings them, None: on no list.

    `since`: the month, from 0, before which they do nothing.
    """

    index: int
    country: str
    number: str = field(repr=False)
    line: Line
    language: str
    sex: str
    age_band: str
    district: str
    wave: int | None
    since: int
    calls: bool
    chat: str = field(default="", repr=False)  # the address under which they chat; "": they do not


def invent(people: int, lot: Lot, orders: Mapping[str, Sequence[str]]) -> list[Inhabitant]:
    """So many people. `orders`: country -> languages of its menu, the first spoken most."""
    lists, taken = districts.lists(), set[str]()
    weights = [(place, place.share) for place in PLACES.values() if place.code in orders]
    return [
        _one(index, lot, lot.weighed(weights, "country", index), orders, lists, taken)
        for index in range(people)
    ]


def _one(
    index: int,
    lot: Lot,
    place: Place,
    orders: Mapping[str, Sequence[str]],
    lists: Lists,
    taken: set[str],
) -> Inhabitant:
    line = lot.weighed([(one, one.share) for one in place.lines], "line", index)
    number = _number(index, line, lot, taken)
    spoken = [(one, 1.0 / rank**1.6) for rank, one in enumerate(orders[place.code], 1)]
    open_ = [one.name for one in lists[place.code] if not one.retired]
    wave = _wave(lot.share("wave", index))
    known, placed = lot.happens(TOLD, "known", index), lot.happens(TOLD, "placed", index)
    return Inhabitant(
        index=index,
        country=place.code,
        number=number,
        line=line,
        language=lot.weighed(spoken, "language", index),
        sex=lot.weighed(SEXES, "sex", index) if known else "",
        age_band=lot.weighed(AGES, "age", index) if known else "",
        district=lot.one(open_, "district", index) if placed and open_ else "",
        wave=wave,
        since=lot.whole(MONTHS, "since", index) if wave is None else wave,
        calls=lot.happens(CALLS, "calls", index),
        chat=_chat(index, number, lot),
    )


def _number(index: int, line: Line, lot: Lot, taken: set[str]) -> str:
    """A well-formed one that nobody has yet; the digits say nothing of who it is."""
    for tries in count():
        digits = lot.whole(10**line.digits, "number", index, tries)
        number = f"{line.prefix}{digits:0{line.digits}d}"
        if number not in taken and _well_formed(number):
            break
    taken.add(number)
    return number


def _well_formed(number: str) -> bool:
    try:
        return phones.normalise(number, None) == number
    except phones.InvalidPhone:
        return False


def _wave(share: float) -> int | None:
    for month, part in WAVES:
        share -= part
        if share < 0:
            return month
    return None


def _chat(index: int, number: str, lot: Lot) -> str:
    if not lot.happens(CHATS, "chats", index):
        return ""
    return f"tel:{number}" if lot.happens(NUMBERED, "named", index) else f"telegram:9{index:07d}"


def write(people: Iterable[Inhabitant], file: Path) -> None:
    """A list as an organisation would bring it, for `people.importing`."""
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        rows.writerows(
            (one.number, one.language, one.sex, one.age_band, one.district) for one in people
        )
