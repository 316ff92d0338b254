"""On which days a series is due, and at which moment: no clock and no state but the table of occasions."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q

from campaigns.models.series import Occasion, Series
from people.countries import COUNTRIES

FURTHEST = 400  # days that are looked at: a day of each rhythm lies in them
DAY = timedelta(days=1)


def days(series: Series, first: date) -> Iterator[date]:
    """The days on which it is due, from `first` on, within its own first and last day."""
    begin = max(first, series.starts)
    end = min(series.ends or date.max, begin + FURTHEST * DAY)
    wanted = _occasions(series) if series.rhythm == Series.Rhythm.BEFORE else frozenset()
    day = begin
    while day <= end:
        if _due(series, day, wanted):
            yield day
        day += DAY


def _due(series: Series, day: date, occasions: frozenset[date]) -> bool:
    match series.rhythm:
        case Series.Rhythm.ONCE:
            return day == series.starts
        case Series.Rhythm.DAILY:
            return True
        case Series.Rhythm.WEEKLY:
            return day.weekday() in series.weekdays
        case Series.Rhythm.MONTHLY:
            last = monthrange(day.year, day.month)[1]
            return day.day == min(series.month_day or 1, last)
        case _:
            return day in occasions


def _occasions(series: Series) -> frozenset[date]:
    before = timedelta(days=series.days_before)
    return frozenset(day - before for day in _dates(series).values_list("day", flat=True))


def _dates(series: Series):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a queryset of Occasion
    here = Q(country="") | Q(country__in=series.countries)
    return Occasion.objects.filter(here, kind=series.occasion)


def verified(series: Series, day: date) -> bool:
    """Whether somebody vouches for the date that this day is counted from; nothing to vouch for elsewhere."""
    if series.rhythm != Series.Rhythm.BEFORE:
        return True
    counted = day + timedelta(days=series.days_before)
    return bool(_dates(series).filter(day=counted, verified=True).exists())


def closes(series: Series, day: date) -> datetime:
    """When the last of its countries comes to the end of that day's hours: nothing of the day is sent later."""
    zones = {COUNTRIES[country].zone for country in series.countries}
    return max(datetime.combine(day, series.until_hour, zone) for zone in zones)


def moment(series: Series, day: date) -> datetime:
    """When that day's hour comes in the country whose clock is first; the others wait for their own."""
    zones = {COUNTRIES[country].zone for country in series.countries}
    return min(datetime.combine(day, series.at, zone) for zone in zones)
