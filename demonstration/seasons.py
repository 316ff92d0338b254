"""The seasons of a year of the region: how readily people ask in them. Dates and sources lie in `seed/seasons.csv`.

How much a season moves is assumed, to give the figures a shape; nothing was measured.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "seed" / "seasons.csv"
# Before Ramadan more people set out from Obock, in the belief that patrols relax (the content's source S75).
BEFORE_RAMADAN, BEFORE, DURING = timedelta(weeks=5), 1.35, 0.75
MUSLIM = frozenset({"DJ", "ER", "ET", "SD", "SO"})  # where it moves a whole country's traffic
EPOCH = 1_948_440  # Julian day of 1 Muharram 1, by the tabular calendar (civil epoch)
ORDINAL = 1_721_425  # Julian day less the day's ordinal, at noon


@dataclass(frozen=True, slots=True)
class Season:
    """`begins` and `ends` as (month, day), both in it; `dials`: times as many as else."""

    what: str
    countries: frozenset[str]
    begins: tuple[int, int]
    ends: tuple[int, int]
    dials: float
    source: str

    def holds(self, country: str, day: date) -> bool:
        here = (day.month, day.day)
        if country not in self.countries:
            return False
        if self.begins <= self.ends:
            return self.begins <= here <= self.ends
        return here >= self.begins or here <= self.ends


@lru_cache(maxsize=1)
def seasons() -> tuple[Season, ...]:
    with FILE.open(encoding="utf-8", newline="") as text:
        return tuple(
            Season(
                row["what"],
                frozenset(row["countries"].split()),
                _day(row["from"]),
                _day(row["to"]),
                float(row["dials"]),
                row["source"],
            )
            for row in csv.DictReader(text)
        )


def _day(word: str) -> tuple[int, int]:
    month, _, day = word.partition("-")
    return int(month), int(day)


def readiness(country: str, day: date) -> float:
    """How readily people of a country ask on that day, against a day like any other."""
    found = 1.0
    for season in seasons():
        found *= season.dials if season.holds(country, day) else 1.0
    if country in MUSLIM:
        for begins in ramadans(day.year - 1, day.year + 1):
            if begins - BEFORE_RAMADAN <= day < begins:
                found *= BEFORE
            elif begins <= day < begins + timedelta(days=30):
                found *= DURING
    return found


def ramadans(first: int, last: int) -> Iterator[date]:
    """The first days of Ramadan that fall into these years, by the tabular calendar: sighting may differ by a day."""
    for year in range((first - 622) * 33 // 32 - 1, (last - 621) * 33 // 32 + 2):
        day = date.fromordinal(_ramadan(year) - ORDINAL)
        if first <= day.year <= last:
            yield day


@lru_cache(maxsize=256)
def _ramadan(year: int) -> int:
    """Julian day of 1 Ramadan: 236 days into a year of 354 days, eleven of thirty being a day longer."""
    return EPOCH + (year - 1) * 354 + (3 + 11 * year) // 30 + 236
