"""Office hours of each country: when somebody reads what people asked a person, said honestly.

Hours are whole: rounded up, so that nobody is promised more than there is. A country without hours promises none.
"""

import math
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from bot.models import Holiday, Office
from people import audit
from people.audit import Kind
from people.countries import COUNTRIES
from people.models import Staff

AHEAD = 31  # days looked at; a longer closure promises nothing
MOST_HOLIDAYS = 60  # of a country, to come


class NotSet(ValueError):  # noqa: N818 - named for what it is
    """The hours stay as they are. `word`: days, order, day, past, many."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Hours:
    """Those of one country. `days`: 0 Monday to 6 Sunday; `off`: holidays."""

    zone: ZoneInfo
    days: frozenset[int]
    opens: time
    closes: time
    off: frozenset[date] = frozenset()

    def wait(self, at: datetime) -> int | None:
        """Hours until somebody reads, 0 for now; None when nobody does within a month."""
        here = at.astimezone(self.zone)
        for ahead in range(AHEAD):
            day = here.date() + timedelta(days=ahead)
            if day.weekday() not in self.days or day in self.off:
                continue
            begins = datetime.combine(day, self.opens, self.zone)
            if at < datetime.combine(day, self.closes, self.zone):
                return max(0, math.ceil((begins - at) / timedelta(hours=1)))
        return None


def hours(countries: Collection[str]) -> dict[str, Hours]:
    """Hours by country, of those that have any. Two queries."""
    off: dict[str, set[date]] = {}
    for country, day in Holiday.objects.filter(country__in=countries).values_list("country", "day"):
        off.setdefault(country, set()).add(day)
    return {
        one.country: Hours(
            COUNTRIES[one.country].zone,
            frozenset(one.days),
            one.opens,
            one.closes,
            frozenset(off.get(one.country, ())),
        )
        for one in Office.objects.filter(country__in=countries)
    }


def reads_in(country: str, at: datetime) -> int | None:
    """Hours until a question of that country is read (`Hours.wait`), from the tables."""
    found = hours([country]).get(country)
    return found.wait(at) if found else None


@dataclass(slots=True)
class Held:
    """The hours as a door holds them: read by a thread, so that no request waits for the database."""

    _known: Mapping[str, Hours] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self) -> None:
        read = hours(tuple(COUNTRIES))
        with self._lock:
            self._known = read

    def reads_in(self, country: str, at: datetime) -> int | None:
        found = self._known.get(country)
        return found.wait(at) if found else None


# --- set by managers ------------------------------------------------------------------------------------


def set_hours(
    country: str, days: Collection[int], span: tuple[time, time], *, by: Staff, at: datetime
) -> None:
    """The country's hours from now on. Raises NotSet: days (none, or no weekdays), order (closes first)."""
    if not days or not set(days) <= set(range(7)):
        raise NotSet("days")
    if span[0] >= span[1]:
        raise NotSet("order")
    told = {"days": sorted(set(days)), "opens": span[0], "closes": span[1]}
    with transaction.atomic():
        Office.objects.update_or_create(country=country, defaults=told)
        _note(country, "office hours set", by, at)


def add_holiday(country: str, day: date, name: str, *, by: Staff, at: datetime) -> None:
    """Nobody reads on that day. Raises NotSet: past, many."""
    today = at.astimezone(COUNTRIES[country].zone).date()
    if day < today:
        raise NotSet("past")
    if Holiday.objects.filter(country=country, day__gte=today).count() >= MOST_HOLIDAYS:
        raise NotSet("many")
    with transaction.atomic():
        Holiday.objects.update_or_create(country=country, day=day, defaults={"name": name[:80]})
        _note(country, "holiday set", by, at, day=str(day))


def drop_holiday(country: str, day: date, *, by: Staff, at: datetime) -> None:
    with transaction.atomic():
        if Holiday.objects.filter(country=country, day=day).delete()[0]:
            _note(country, "holiday dropped", by, at, day=str(day))


def _note(country: str, what: str, by: Staff, at: datetime, **told: str) -> None:
    audit.note(Kind.SETTING, by=by, what=what, country=country, details=told, at=at)
