"""When a blast will be through, by the clock: people are written to in their own hours only."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from people.countries import COUNTRIES

MOST_STEPS = 500  # hours of eight countries open and close for weeks in so many
Hours = tuple[time, time]  # from, to, by each country's own clock


def ends(left: Mapping[str, float], *, rate: float, hours: Hours, at: datetime) -> datetime | None:
    """When everybody left (country -> people) has been sent to at so many a second; None: not in weeks.

    Whoever may be sent to shares the rate; while all sleep nothing leaves.
    """
    rest, now = {country: float(n) for country, n in left.items() if n > 0}, at
    for _step in range(MOST_STEPS if rate > 0 else 0):
        if not rest:
            return now
        awake = [country for country in rest if _open(country, hours, now)]
        turn = min(_turn(country, hours, now) for country in rest)
        if not awake:
            now = turn
            continue
        each = rate / len(awake)
        seconds = min((turn - now).total_seconds(), min(rest[one] for one in awake) / each)
        rest = {one: n - each * seconds * (one in awake) for one, n in rest.items()}
        rest = {one: n for one, n in rest.items() if n > 0.001}
        now += timedelta(seconds=seconds, microseconds=1)
    return None if rest else now


def _open(country: str, hours: Hours, now: datetime) -> bool:
    return hours[0] <= now.astimezone(COUNTRIES[country].zone).time() < hours[1]


def _turn(country: str, hours: Hours, now: datetime) -> datetime:
    """When the country's hours begin or end next."""
    local = now.astimezone(COUNTRIES[country].zone)
    days = (local.date(), local.date() + timedelta(days=1))
    moments = [datetime.combine(day, one, local.tzinfo) for day in days for one in hours]
    return min(moment for moment in moments if moment > local).astimezone(now.tzinfo)
