"""When the last message leaves: gateways side by side at their rates, each country in its own hours of sending.

A fluid is poured, not messages: a gateway deals its rate out by how many of each open country still wait, as
frozen chunks come mixed. Nothing here asks a table or a clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from people.countries import COUNTRIES

ROUNDING = 1e-3  # of a person: less is nobody
FAR = timedelta(days=250)  # what would end later has no end that anybody could plan by


@dataclass(frozen=True, slots=True)
class Load:
    """People of one country who go through one gateway."""

    gateway: str
    country: str
    people: int


@dataclass(frozen=True, slots=True)
class Speed:
    """rates: numbers a second of each gateway; most: of all together, None for no bound of its own."""

    rates: Mapping[str, float]
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When sending is allowed by each country's own clock, and the moments between which it goes on."""

    first: time
    last: time
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """ends: country -> when its last message leaves, by its clock. late: country -> people for whom time is short."""

    ends: Mapping[str, datetime]
    late: Mapping[str, int]


Waiting = dict[tuple[str, str], float]  # (gateway, country) -> people


def forecast(loads: Iterable[Load], speed: Speed, hours: Hours) -> Forecast:
    """Poured from edge to edge: a country opens or closes, one is through, or the time is over."""
    waiting: Waiting = {}
    for load in loads:
        if load.people:
            key = (load.gateway, load.country)
            waiting[key] = waiting.get(key, 0.0) + load.people
    ends: dict[str, datetime] = {}
    now = hours.start
    while waiting and now < hours.end:
        flows = _flows(waiting, speed, hours, now)
        now, waiting = _poured(waiting, flows, hours, now)
        left = {country for _gateway, country in waiting}
        ends |= {c: _by_clock(c, now) for _, c in flows if c not in left and c not in ends}
    late: dict[str, float] = {}
    for (_gateway, country), people in waiting.items():
        late[country] = late.get(country, 0.0) + people
    return Forecast(ends, {country: ceil(people - ROUNDING) for country, people in late.items()})


def through(
    loads: Iterable[Load], rates: Mapping[str, float], hours: tuple[time, time], at: datetime
) -> datetime | None:
    """When the last message leaves, from `at` on; None: not within FAR, or where nothing flows never."""
    found = forecast(loads, Speed(rates), Hours(*hours, at, at + FAR))
    return None if found.late else max(found.ends.values(), default=at)


def _poured(
    waiting: Waiting, flows: Mapping[tuple[str, str], float], hours: Hours, now: datetime
) -> tuple[datetime, Waiting]:
    """The next edge, and who still waits then."""
    edges = [edge for _, country in waiting for edge in _edges(country, hours, now)]
    rest = (hours.end - now).total_seconds()  # nobody looks further: it may be thousands of years
    done = [timedelta(seconds=min(rest, waiting[key] / flow)) for key, flow in flows.items()]
    edge = min([*edges, *(now + one for one in done), hours.end])
    seconds = (edge - now).total_seconds()
    left = {key: people - flows.get(key, 0.0) * seconds for key, people in waiting.items()}
    # a moment is whole microseconds: what is poured in one of them is done
    return edge, {
        key: people
        for key, people in left.items()
        if people > max(ROUNDING, flows.get(key, 0.0) * 2e-6)
    }


def _flows(
    waiting: Waiting, speed: Speed, hours: Hours, now: datetime
) -> dict[tuple[str, str], float]:
    """Numbers a second of each gateway and country that is open now."""
    open_ = {key: people for key, people in waiting.items() if _open(key[1], hours, now)}
    sums: dict[str, float] = {}
    for (gateway, _country), people in open_.items():
        sums[gateway] = sums.get(gateway, 0.0) + people
    all_ = sum(speed.rates[gateway] for gateway in sums)
    share = min(1.0, speed.most / all_) if speed.most and all_ else 1.0
    flows = {key: share * speed.rates[key[0]] * n / sums[key[0]] for key, n in open_.items()}
    return {key: flow for key, flow in flows.items() if flow > 0}


def _open(country: str, hours: Hours, now: datetime) -> bool:
    return hours.first <= _by_clock(country, now).time() < hours.last


def _edges(country: str, hours: Hours, now: datetime) -> Iterator[datetime]:
    """The next moments at which the country opens and closes."""
    local = _by_clock(country, now)
    for clock in (hours.first, hours.last):
        today = datetime.combine(local.date(), clock, local.tzinfo)
        yield today if today > local else today + timedelta(days=1)


def _by_clock(country: str, moment: datetime) -> datetime:
    return moment.astimezone(COUNTRIES[country].zone)
