"""The numbers that are reported, each defined once: who asks, asks here.

A number belongs to an indicator, a period and a dated rule. It counts unique phone numbers as sets
(`analytics.counting`), never sums; what the words mean stands in `analytics.definitions`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from analytics import counting, figures, questions
from analytics.counting import Numbers
from analytics.definitions import COUNTRIES
from analytics.models import Indicator, IndicatorTitle, Rule
from analytics.periods import Kind, Period, day_of, programme, standard
from analytics.questions import By, Cell
from analytics.targets import Goal, goal_of

REGION = frozenset(COUNTRIES)
HEADLINE = "3.3"
BREAKDOWNS = (*questions.DIMENSIONS, *(kind.value for kind in Kind))


@dataclass(frozen=True, slots=True)
class Line:
    """One reported row: an indicator under a rule, in a period, for one cell of a breakdown."""

    indicator: str
    rule: str
    period: Period
    breakdown: Mapping[str, str]
    numbers: Numbers


def find(name: str) -> Indicator:
    """The indicator with this code, or this code or title in any scheme. Raises Indicator.DoesNotExist."""
    asked = Q(code=name) | Q(titles__code=name) | Q(titles__title=name)
    found = Indicator.objects.filter(asked).distinct().first()
    if found is None:
        raise Indicator.DoesNotExist(f"There is no indicator {name!r}.")
    return found


def counted() -> list[Indicator]:
    """The indicators whose numbers come from the ledger, in the donor's order."""
    return list(Indicator.objects.filter(counted=True))


def rule_of(indicator: str, starts: date) -> Rule:
    """The rule under which a period that begins on this day is counted: the newest in force, else the first."""
    rules = Rule.objects.filter(indicator=indicator).order_by("-since")
    rule = rules.filter(since__lte=starts).first() or rules.last()
    if rule is None:
        raise Rule.DoesNotExist(f"Indicator {indicator} is not counted: it has no rule.")
    return rule


def version_of(indicator: str, version: int) -> Rule:
    """This version of the indicator's rule, in force or not. Raises Rule.DoesNotExist."""
    rule = Rule.objects.filter(indicator=indicator, version=version).first()
    if rule is None:
        raise Rule.DoesNotExist(f"Indicator {indicator} has no rule {version}.")
    return rule


def count(
    indicator: str,
    period: Period,
    *,
    by: Sequence[str] = (),
    countries: Sequence[str] | None = None,
    campaigns: Sequence[str] | None = None,
    rule: Rule | None = None,
) -> list[Line]:
    """Count now, exactly, whatever the period. `by`: names of BREAKDOWNS; `countries` None: everywhere.

    `campaigns` None: all of them; a number met in two of those asked for counts once.

    A breakdown by month (quarter ...) asks the same of each month in the period. Raises ValueError for a
    breakdown that does not exist.
    """
    rule = rule or rule_of(indicator, period.starts)
    by = tuple(dict.fromkeys(by))
    if unknown := [one for one in by if one not in BREAKDOWNS]:
        raise ValueError(f"There is no breakdown by {', '.join(unknown)}: {', '.join(BREAKDOWNS)}.")
    kinds = [Kind(one) for one in by if one not in questions.DIMENSIONS]
    inner = tuple(one for one in by if one in questions.DIMENSIONS)
    parts = list(period.split(min(kinds, key=list(Kind).index))) if kinds else [period]
    tables = counting.count(
        figures.question(rule, countries=countries, campaigns=campaigns), parts, [inner]
    )
    return [
        Line(
            indicator,
            str(rule),
            part,
            _breakdown(by, part, dict(zip(inner, cell, strict=True))),
            it,
        )
        for part in parts
        for cell, it in tables[part][inner].items()
    ]


def _breakdown(by: By, part: Period, cell: Mapping[str, str]) -> dict[str, str]:
    return {one: cell[one] if one in cell else standard(Kind(one), part.starts).code for one in by}


# --- what a page shows ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """One indicator in one period: the total, and the same by country, channel, month and so on."""

    indicator: Indicator
    titles: tuple[IndicatorTitle, ...]
    rule: str
    period: Period
    total: Numbers
    tables: Mapping[str, Mapping[Cell, Numbers]]  # by dimension, or "month" with the months' codes
    goal: Goal | None
    counted_at: datetime


def overview(
    code: str,
    period: Period,
    by: Sequence[str],
    *,
    countries: Sequence[str],
    at: datetime,
    campaign: str = "",
) -> Overview:
    """Numbers for a page, of these countries only; kept ones where counting would make the reader wait."""
    indicator = find(code)
    rule = rule_of(indicator.code, period.starts)
    scope, place = scope_of(countries), place_of(countries)
    months = [month for month in period.split(Kind.MONTH) if month.begin <= at]
    sets: list[By] = [(), *((one,) for one in by)]
    since = since_first(months, indicator.code)
    with one_moment():
        whole = figures.answer(rule, [period], sets, countries=scope, at=at, campaign=campaign)
        series = figures.answer(rule, since, [()], countries=scope, at=at, campaign=campaign)
    tables: dict[str, Mapping[Cell, Numbers]] = {one: whole.tables[period][(one,)] for one in by}
    tables["month"] = {(month.code,): table[()][()] for month, table in series.tables.items()}
    return Overview(
        indicator=indicator,
        titles=tuple(indicator.titles.all()),
        rule=str(rule),
        period=period,
        total=whole.tables[period][()][()],
        tables=tables,
        goal=None if place is None or campaign else goal_of(indicator.code, period, place),
        counted_at=min(whole.counted_at, series.counted_at),
    )


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is asked inside sees the ledger as of one moment, so that the tables of a page agree."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def since_first(months: list[Period], code: str) -> list[Period]:
    """Without the months before anything was recorded: a programme's first years may be empty."""
    first = figures.first_month(code)
    return [month for month in months if first and month.ends > first] or months[-1:]


def scope_of(countries: Sequence[str]) -> tuple[str, ...] | None:
    """None, everything, for who holds the whole region: they alone see exposures of unknown country."""
    return None if set(countries) >= REGION else tuple(sorted(countries))


def place_of(countries: Sequence[str]) -> str | None:
    """Whose targets hold for these countries: "" the programme's, a code that country's; None: nobody's."""
    scope = scope_of(countries)
    if scope is None:
        return ""
    return scope[0] if len(scope) == 1 else None


@dataclass(frozen=True, slots=True)
class Headline:
    """The donor's figure in one line: this month and since the programme's start."""

    indicator: str
    title: str
    month: Period
    in_month: Numbers
    so_far: Numbers  # reached.cumulative: everybody since the programme's start
    counted_at: datetime


def headline(countries: Sequence[str], *, at: datetime) -> Headline:
    """The headline indicator for the countries of whoever reads it."""
    rule = rule_of(HEADLINE, day_of(at))
    month, life = standard(Kind.MONTH, day_of(at)), programme(rule.start, at)
    scope = scope_of(countries)
    answer = figures.answer(rule, [month, life], [()], countries=scope, at=at)
    indicator = find(HEADLINE)
    return Headline(
        indicator=indicator.code,
        title=indicator.name,
        month=month,
        in_month=answer.tables[month][()][()],
        so_far=answer.tables[life][()][()],
        counted_at=answer.counted_at,
    )
