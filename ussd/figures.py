"""What the counters of the funnel say: sums for chosen days, countries, languages, networks and codes."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet, Sum

from analytics.few import FEW, LESS, few
from ussd.models import Outcome, Step, Total

CHUNK: Final = 2000  # rows a download reads at a time


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is asked for. `last`: the last day, included; None of the others: all there are."""

    first: date
    last: date
    countries: tuple[str, ...]
    language: str | None = None
    network: str | None = None
    code: str | None = None

    @property
    def where(self) -> dict[str, Any]:
        named = {"language": self.language, "network": self.network, "code": self.code}
        return {
            "day__range": (self.first, self.last),
            "country__in": self.countries,
            **{name: value for name, value in named.items() if value is not None},
        }


@dataclass(frozen=True, slots=True)
class Flow:
    """Of one screen. `seconds`: how long those who went on had it before them, in all."""

    entered: int = 0
    left: int = 0
    abandoned: int = 0
    seconds: int = 0

    @property
    def lost(self) -> int | None:
        """Percent of those who entered it for whom it was the end of a session that had none."""
        return round(100 * self.abandoned / self.entered) if self.entered else None

    @property
    def average(self) -> float | None:
        """Seconds before somebody went on."""
        return self.seconds / self.left if self.left else None


class Part(NamedTuple):
    """A sum of sessions that ended alike and were paid for alike."""

    outcome: str
    currency: str
    sessions: int
    screens: int
    seconds: int
    priced: int
    cost: Decimal


@dataclass(slots=True)
class Sessions:
    """Of sessions that ended. `costs`: currency -> (sessions whose cost was told, their cost)."""

    sessions: int = 0
    screens: int = 0
    seconds: int = 0
    how: Counter[str] = field(default_factory=Counter)
    costs: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        self.sessions += part.sessions
        self.screens += part.screens
        self.seconds += part.seconds
        self.how[part.outcome] += part.sessions
        if part.priced:
            priced, cost = self.costs.get(part.currency, (0, Decimal(0)))
            self.costs[part.currency] = (priced + part.priced, cost + part.cost)

    @property
    def completed(self) -> int:
        return self.how[Outcome.COMPLETED]


def flows(sieve: Sieve) -> dict[str, Flow]:
    """Screen -> its numbers, of all that was counted."""
    rows = Step.objects.filter(**sieve.where).values("place")
    sums = rows.annotate(e=Sum("entered"), l=Sum("left"), a=Sum("abandoned"), s=Sum("seconds"))
    return {row["place"]: Flow(row["e"], row["l"], row["a"], row["s"]) for row in sums if row["e"]}


@dataclass(frozen=True, slots=True)
class Ended:
    """Sessions that ended: all, and in parts; a session stands in one row of each."""

    all: Sessions
    by_language: dict[str, Sessions]
    by_network: dict[str, Sessions]


MEASURES: Final = ("sessions", "screens", "seconds", "priced", "cost")


def ended(sieve: Sieve) -> Ended:
    """One query, summed thrice."""
    rows = Total.objects.filter(**sieve.where, sessions__gt=0)
    kinds = rows.values_list("language", "network", "outcome", "currency")
    found = Ended(Sessions(), {}, {})
    for language, network, *sums in kinds.annotate(*map(Sum, MEASURES)):
        part = Part(*sums)
        found.all.add(part)
        found.by_language.setdefault(language, Sessions()).add(part)
        found.by_network.setdefault(network, Sessions()).add(part)
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose among."""

    languages: tuple[str, ...]
    networks: tuple[str, ...]
    codes: tuple[str, ...]


def known(sieve: Sieve) -> Known:
    """The languages, networks and codes of these days and countries, whatever else is asked for."""
    rows = Step.objects.filter(day__range=(sieve.first, sieve.last), country__in=sieve.countries)
    found = list(rows.values_list("language", "network", "code").distinct())
    columns = [sorted({*column}) for column in zip(*found, strict=True)] or [[], [], []]
    return Known(*map(tuple, columns))


# --- small numbers --------------------------------------------------------------------------------------


def withheld(numbers: Mapping[str, int]) -> set[str]:
    """Whose numbers are not told: the small ones, and, where that is one alone, the next with it.

    Else what is missing would be what the others lack of their sum.
    """
    small = {name for name, number in numbers.items() if few(number)}
    rest = {name: number for name, number in numbers.items() if number >= FEW}
    if len(small) == 1 and rest:
        small.add(min(rest, key=lambda name: (rest[name], name)))
    return small


def guarded(flow: Flow) -> tuple[str | int | None, str | int | None, str | int | None]:
    """Entered, left and abandoned, as they may be told; None: it would give away a small one."""
    if few(flow.entered):
        return LESS, None, None
    parts = (flow.left, flow.abandoned)
    hidden = any(map(few, parts))
    left, abandoned = (LESS if few(one) else None if hidden and one else one for one in parts)
    return flow.entered, left, abandoned


# --- downloads ------------------------------------------------------------------------------------------

WHOSE: Final = ("day", "country", "language", "network", "code")
SCREENS: Final = (*WHOSE, "place", "entered", "left", "abandoned", "seconds")
SESSIONS: Final = (*WHOSE, "outcome", "currency", *MEASURES)


def screen_rows(sieve: Sieve) -> Iterator[Sequence[object]]:
    """The counters of screens, a row a day, country, language, network, code and screen; small ones guarded."""
    yield SCREENS
    for *whose, place, entered, left, abandoned, seconds in _rows(Step, SCREENS, sieve, "entered"):
        told = guarded(Flow(entered, left, abandoned, seconds))
        yield (*whose, place, *map(_cell, told), "" if few(entered) else seconds)


def session_rows(sieve: Sieve) -> Iterator[Sequence[object]]:
    """The counters of sessions that ended, likewise."""
    yield SESSIONS
    for *whose, sessions, screens, seconds, priced, cost in _rows(
        Total, SESSIONS, sieve, "sessions"
    ):
        small = few(sessions) or few(priced)
        told = (LESS, "", "", "", "") if small else (sessions, screens, seconds, priced, cost)
        yield (*whose, *told)


def _cell(number: str | int | None) -> str | int:
    return "" if number is None else number


def _rows(
    table: type[Step] | type[Total], columns: Collection[str], sieve: Sieve, measure: str
) -> Iterable[tuple[Any, ...]]:
    rows: QuerySet[Any] = table.objects.filter(**sieve.where, **{f"{measure}__gt": 0})
    return rows.order_by(*columns).values_list(*columns).iterator(chunk_size=CHUNK)
