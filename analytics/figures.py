"""Numbers of standard periods, kept in rows so that a page need not count (`analytics.refreshing` keeps them)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, QuerySet, Sum

from analytics import counting
from analytics.counting import Cells, Numbers, Reached, Table
from analytics.models import Count, Exposure, Figure, Rule
from analytics.periods import Period
from analytics.questions import EVERYTHING, PERSONS, ROUTES, By, Cell, Question

SINGLES: tuple[By, ...] = tuple((one,) for one in (*ROUTES, *PERSONS))
SETS: tuple[By, ...] = ((), *SINGLES, *(("country", *by) for by in SINGLES if by != ("country",)))
QUICK = 0.5  # seconds: what takes no longer is counted afresh for a page
LIGHT = 200_000  # numbers in tiers and months: so many are counted within about a second


def first_month(indicator: str) -> date | None:
    """The month of the indicator's earliest exposure, as far as figures were counted."""
    months = Count.objects.filter(indicator=indicator, ends__lte=F("starts") + timedelta(days=31))
    return months.order_by("starts").values_list("starts", flat=True).first()


def newest() -> int:
    return Exposure.objects.aggregate(last=Max("sequence"))["last"] or 0


PLAIN = ("targeted", "sent", "delivered", "interacted", "engaged", "completed", "referred")


def columns(numbers: Numbers) -> dict[str, int]:
    return {
        **{name: getattr(numbers, name) for name in PLAIN},
        "unique": numbers.reached.unique,
        "first_time": numbers.reached.first_time,
        "cumulative": numbers.reached.cumulative,
        "unlinked_unique": numbers.unlinked.unique,
        "unlinked_first_time": numbers.unlinked.first_time,
        "unlinked_cumulative": numbers.unlinked.cumulative,
    }


def key_of(row: Figure) -> tuple[By, Cell]:
    """The breakdown and the cell of a kept row."""
    return (tuple(row.by.split(",")) if row.by else ()), tuple(row.cell)


def numbers_of(row: Figure) -> Numbers:
    """A kept row as the value that counting gives."""
    return Numbers(
        **{name: getattr(row, name) for name in PLAIN},
        reached=Reached(row.unique, row.first_time, row.cumulative),
        unlinked=Reached(row.unlinked_unique, row.unlinked_first_time, row.unlinked_cumulative),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """Tables of several periods, and as of when they hold."""

    tables: dict[Period, Table]
    counted_at: datetime


def question(
    rule: Rule,
    *,
    countries: Sequence[str] | None = None,
    campaigns: Sequence[str] | None = None,
    upto: int = EVERYTHING,
    subjects: Sequence[UUID] | None = None,
    recount: bool = False,
) -> Question:
    """The question that a rule asks of the ledger; `countries`, `campaigns` None: of everything."""
    asked = {"country": countries, "campaign": campaigns}
    only = {one: tuple(words) for one, words in asked.items() if words is not None}
    return Question(
        rule.indicator_id,
        tuple(rule.tiers),
        rule.start,
        upto=upto,
        only=only,
        subjects=None if subjects is None else tuple(subjects),
        recount=recount,
    )


def answer(
    rule: Rule,
    periods: Sequence[Period],
    sets: Sequence[By],
    *,
    countries: Sequence[str] | None,
    at: datetime,
    campaign: str = "",
) -> Answer:
    """Kept figures where they are exact or counting is dear, else counted now; `campaign` "": all of them."""
    if campaign:
        return _answer_of(campaign, rule, periods, sets, countries, at)
    found = {Period(one.starts, one.ends): one for one in counts(rule)}
    kept = [found[period] for period in periods if period in found]
    if len(kept) == len(periods) and _keeps(sets, countries):
        last = newest()
        if all(one.upto >= last or one.seconds > QUICK for one in kept):
            tables = {one: _read(rule, one, sets, countries) for one in periods}
            exact = all(one.upto >= last for one in kept)
            return Answer(tables, at if exact else min(one.counted_at for one in kept))
    return Answer(counting.count(question(rule, countries=countries), periods, sets), at)


def _answer_of(
    campaign: str,
    rule: Rule,
    periods: Sequence[Period],
    sets: Sequence[By],
    countries: Sequence[str] | None,
    at: datetime,
) -> Answer:
    """One campaign's part: kept as a category of the same breakdown where that is kept, else counted."""
    wide: dict[By, By] = {by: (*by, "campaign") for by in sets}
    if not set(wide.values()) <= set(SETS):
        asked = question(rule, countries=countries, campaigns=[campaign])
        return Answer(counting.count(asked, periods, sets), at)
    whole = answer(rule, periods, list(wide.values()), countries=countries, at=at)
    narrow = {
        period: {by: _part(table[wide[by]], campaign, by) for by in sets}
        for period, table in whole.tables.items()
    }
    return Answer(narrow, whole.counted_at)


def _part(cells: Cells, campaign: str, by: By) -> Cells:
    """The cells of a breakdown that ends with the campaign, without it."""
    found = {cell[:-1]: one for cell, one in cells.items() if cell[-1] == campaign}
    return found or ({(): Numbers()} if by == () else {})


def dear(rule: Rule, period: Period) -> bool:
    """Whether counting the period anew would make a reader wait, by what is kept of the months it touches."""
    months = Figure.objects.filter(indicator=rule.indicator_id, rule=rule.version, by="")
    months = months.filter(starts__lt=period.ends, ends__gt=period.starts)
    months = months.filter(ends__lte=F("starts") + timedelta(days=31))
    sums = months.aggregate(**{name: Sum(name) for name in PLAIN})
    return sum(one or 0 for one in sums.values()) > LIGHT


def campaigns(rule: Rule, countries: Sequence[str]) -> list[str]:
    """Codes of the campaigns that have figures since the rule's start in these countries."""
    kept = Figure.objects.filter(indicator=rule.indicator_id, rule=rule.version)
    kept = kept.filter(by="country,campaign", starts=rule.start, cell__0__in=list(countries))
    return sorted({cell[1] for cell in kept.values_list("cell", flat=True)})


def _keeps(sets: Sequence[By], countries: Sequence[str] | None) -> bool:
    if countries is None:
        return set(sets) <= set(SETS)
    wanted = {by if "country" in by else ("country", *by) for by in sets}
    return len(countries) == 1 and wanted <= set(SETS)


def _read(rule: Rule, period: Period, sets: Sequence[By], countries: Sequence[str] | None) -> Table:
    """One statement, however many breakdowns."""
    wanted = {by: by if countries is None or "country" in by else ("country", *by) for by in sets}
    kept: Table = {by: {} for by in wanted.values()}
    named = {",".join(by): by for by in kept}
    for row in rows(rule, period).filter(by__in=named).order_by("by", "cell"):
        kept[named[row.by]][tuple(row.cell)] = numbers_of(row)
    if countries is None:
        return {by: kept[by] for by in sets}
    return {by: _of_country(kept[wanted[by]], by, countries[0]) for by in sets}


def _of_country(kept: Cells, by: By, country: str) -> Cells:
    """One country's part of a breakdown: kept as the breakdown by country and by that."""
    cells = {cell: one for cell, one in kept.items() if cell[0] == country}
    if "country" not in by:
        cells = {cell[1:]: one for cell, one in cells.items()}
    return cells or ({(): Numbers()} if by == () else {})


def where(rule: Rule, period: Period) -> dict[str, Any]:
    """How the rows of a rule and a period are found."""
    return {
        "indicator": rule.indicator_id,
        "rule": rule.version,
        "starts": period.starts,
        "ends": period.ends,
    }


def counts(rule: Rule) -> QuerySet[Count]:
    """The runs that filled the figures of a rule."""
    return Count.objects.filter(indicator=rule.indicator_id, rule=rule.version)


def rows(rule: Rule, period: Period) -> QuerySet[Figure]:
    """Everything that is kept of a period."""
    return Figure.objects.filter(**where(rule, period))
