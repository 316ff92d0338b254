"""Spans of time that are counted: half-open, bounded by midnights in Africa/Nairobi, stored in UTC."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

ZONE = ZoneInfo("Africa/Nairobi")
NAMED = re.compile(r"(?P<year>\d{4})(?:-(?P<part>Q[1-4]|S[12]|0[1-9]|1[0-2]))?")


class Kind(StrEnum):
    """The standard periods. Its order is from the shortest to the longest."""

    MONTH = "month"
    QUARTER = "quarter"
    SEMESTER = "semester"
    YEAR = "year"


MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.SEMESTER: 6, Kind.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `starts` up to, not including, `ends`."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends <= self.starts:
            raise ValueError(f"A period must end after it begins: {self.starts} to {self.ends}.")

    @property
    def begin(self) -> datetime:
        return midnight(self.starts)

    @property
    def end(self) -> datetime:
        return midnight(self.ends)

    @property
    def kind(self) -> Kind | None:
        """Which standard period this is; None for any other span."""
        return next((kind for kind in Kind if standard(kind, self.starts) == self), None)

    @property
    def code(self) -> str:
        """2025, 2025-S1, 2025-Q3, 2025-07, or both days of any other span."""
        year, number = self.starts.year, self.starts.month
        match self.kind:
            case Kind.YEAR:
                return f"{year}"
            case Kind.SEMESTER:
                return f"{year}-S{(number + 5) // 6}"
            case Kind.QUARTER:
                return f"{year}-Q{(number + 2) // 3}"
            case Kind.MONTH:
                return f"{year}-{number:02}"
        return f"{self.starts}/{self.ends}"

    def split(self, kind: Kind) -> Iterator["Period"]:
        """The standard periods of this kind that it touches, cut at its own ends."""
        here = self.starts
        while here < self.ends:
            whole = standard(kind, here)
            yield Period(here, min(whole.ends, self.ends))
            here = whole.ends


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def day_of(at: datetime) -> date:
    """The day on which an instant falls where we count."""
    return at.astimezone(ZONE).date()


def month_of(day: date) -> date:
    return day.replace(day=1)


def later(month: date, months: int) -> date:
    """The first day of the month so many months after this first day of a month."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def standard(kind: Kind, day: date) -> Period:
    """The month, quarter, semester or year that holds this day."""
    length = MONTHS[kind]
    starts = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(starts, later(starts, length))


def programme(start: date, at: datetime) -> Period:
    """From the programme's start to the end of the year of `at`: the life of the programme so far."""
    return Period(start, standard(Kind.YEAR, max(day_of(at), start)).ends)


def parse(code: str) -> Period:
    """A period from its code, as `Period.code` writes it. Raises ValueError for anything else."""
    if found := NAMED.fullmatch(code):
        year, part = int(found["year"]), found["part"] or ""
        if year == 0:
            raise ValueError("There is no year 0.")
        if not part:
            return standard(Kind.YEAR, date(year, 1, 1))
        if part[0] == "Q":
            return standard(Kind.QUARTER, date(year, int(part[1]) * 3, 1))
        if part[0] == "S":
            return standard(Kind.SEMESTER, date(year, int(part[1]) * 6, 1))
        return standard(Kind.MONTH, date(year, int(part), 1))
    starts, _, ends = code.partition("/")
    return Period(date.fromisoformat(starts), date.fromisoformat(ends))


def title(period: Period) -> str:
    """The period's name for a reader."""
    match period.kind:
        case Kind.YEAR:
            return gettext("Year %(year)s") % {"year": period.starts.year}
        case Kind.SEMESTER:
            return gettext("Semester %(number)s of %(year)s") % _numbered(period, 6)
        case Kind.QUARTER:
            return gettext("Quarter %(number)s of %(year)s") % _numbered(period, 3)
        case Kind.MONTH:
            return period.code
    last = period.ends - timedelta(days=1)
    return gettext("%(first)s to %(last)s") % {"first": period.starts, "last": last}


def _numbered(period: Period, length: int) -> dict[str, int]:
    return {"number": (period.starts.month - 1) // length + 1, "year": period.starts.year}
