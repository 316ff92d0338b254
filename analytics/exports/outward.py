"""What may leave: few tables, and of them only what gives no small number away.

A breakdown stays at home as a whole as soon as any of its categories was small, from 1 to 9, in any month since
the programme's start, be it in unique or in first-time numbers: quarters, years and cumulative numbers are made of
months, so a small one could be worked out from two large ones. Only closed periods leave, as they were frozen, and
only of the whole deployment: its parts would be differences.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics import closing, counting, figures, indicators
from analytics.counting import Numbers
from analytics.models import ClosedPeriod, IndicatorTitle
from analytics.periods import Kind, Period, day_of, standard
from analytics.questions import By

SMALLEST = 10
SETS: tuple[By, ...] = ((), ("country",), ("channel",))
MEASURES = ("unique", "first_time", "cumulative")


class NotReleased(Exception):  # noqa: N818 - says what happened
    """Nothing may leave of this period; `code`: why, of WHY in analytics.making."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Observation:
    """One number that may leave. `dimension` "" is the total."""

    indicator: str
    title: str
    rule: str
    period: Period
    dimension: str
    category: str
    measure: str
    value: int

    @property
    def key(self) -> str:
        """The same for the same number of the same period, however often it is counted."""
        where = f"{self.dimension}={self.category}" if self.dimension else "total"
        return f"{self.indicator}/{self.period.code}/{where}/{self.measure}"


def observations(
    period: Period, *, countries: Sequence[str] | None, at: datetime
) -> tuple[Observation, ...]:
    """Everything that may leave of a period, in a fixed order. Raises NotReleased."""
    if countries is not None:
        raise NotReleased("parts")
    closed = closing.closed(period=period)
    if not closed:
        raise NotReleased("open")
    with indicators.one_moment():
        found = [one for each in closed for one in _of(each, period, at)]
    if not found:
        raise NotReleased("small")
    return tuple(found)


def _of(closed: ClosedPeriod, period: Period, at: datetime) -> Iterator[Observation]:
    first = figures.first_month(closed.indicator)
    if first is None:
        return
    months = list(_months(first, at))
    tables = counting.count(closing.question_of(closed), [period, *months], SETS)
    title, rule = _title(closed.indicator), f"{closed.indicator}/{closed.rule}"
    for by in SETS:
        if any(_small(one) for month in months for one in tables[month][by].values()):
            continue
        for cell, numbers in sorted(tables[period][by].items()):
            for measure in MEASURES:
                value = getattr(numbers.reached, measure)
                words = (title, rule, period, "".join(by), "".join(cell))
                yield Observation(closed.indicator, *words, measure, value)


def _months(first: date, at: datetime) -> Iterator[Period]:
    """All months from the first with a number until the one that is going on."""
    span = Period(first, standard(Kind.MONTH, max(day_of(at), first)).ends)
    yield from span.split(Kind.MONTH)


def _small(numbers: Numbers) -> bool:
    return any(0 < getattr(numbers.reached, measure) < SMALLEST for measure in MEASURES)


def _title(indicator: str) -> str:
    first = IndicatorTitle.objects.filter(indicator=indicator).order_by("scheme", "code").first()
    return first.title if first else indicator
