"""Texts asked for on USSD, counted for staff: how many, what became of them, which ones, at what cost.

Nothing is counted below what protects: sensitive items stand in one line, and fewer than five of an item are
told as "fewer than five". Where that would be the only number not told, the next smallest is kept back too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext

from analytics.few import few
from campaigns.blasts.reasons import word
from campaigns.models.replies import Answer
from campaigns.replies.reasons import NOT_SENT
from campaigns.writing.titles import titled
from gateways.base import Standing

DAYS = 7  # today and those before it; rows of eight days ago are gone
State = Answer.State
Pair = tuple[int, int]  # today, and in all the days


@dataclass(frozen=True, slots=True)
class Told:
    """A number as it may be shown. `few`: between one and four; `withheld`: so that no other is worked out."""

    number: int
    few: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; the item's code, "" where it is none."""

    words: str
    today: Told
    week: Told
    item: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What the provider charged, in one currency."""

    currency: str
    today: Decimal
    week: Decimal


@dataclass(frozen=True, slots=True)
class Overview:
    """Since: the first of the days. Each table may be empty."""

    since: datetime
    asked: Line
    fates: tuple[Line, ...]
    arrivals: tuple[Line, ...]  # of those sent, as receipts tell
    reasons: tuple[Line, ...]
    items: tuple[Line, ...]
    costs: tuple[Cost, ...]


def overview(countries: Iterable[str], *, language: str, at: datetime) -> Overview:
    """The figures of people in these countries, told in that language; days by our own clock."""
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=DAYS - 1)
    rows = Answer.objects.filter(
        kind=Answer.Kind.PARCEL, country__in=list(countries), made_at__gte=since
    )
    fates = _counted(rows, "state", today)
    refused = _counted(rows.filter(state=State.REFUSED), "reason", today)
    return Overview(
        since=since,
        asked=_line(gettext("Asked for"), _sum(fates.values())),
        fates=tuple(_line(name, fates.get(state, (0, 0))) for state, name in _fates()),
        arrivals=_arrivals(rows.filter(state=State.SENT), today),
        reasons=tuple(_line(word(NOT_SENT, code), pair) for code, pair in refused.items()),
        items=_items(rows, today, language),
        costs=_costs(rows, today),
    )


def _fates() -> Iterable[tuple[str, str]]:
    return (
        (State.SENT, gettext("Sent")),
        (State.WAITING, gettext("Still to be sent")),
        (State.BEGUN, gettext("Unknown: it may have been sent")),
        (State.REFUSED, gettext("Not sent")),
    )


def _arrivals(sent: QuerySet[Answer], today: datetime) -> tuple[Line, ...]:
    """Of what was sent: arrived, surely not, and what no receipt has said; nothing where nothing was sent."""
    pairs = _counted(sent, "rank", today)
    delivered = pairs.pop(Standing.DELIVERED, (0, 0))
    failed = _sum(pair for rank, pair in pairs.items() if Standing(rank).final)
    silent = _sum(pair for rank, pair in pairs.items() if not Standing(rank).final)
    lines = (
        _line(gettext("Of these, arrived"), delivered),
        _line(gettext("Of these, did not arrive"), failed),
        _line(gettext("Of these, no final receipt"), silent),
    )
    return lines if sum(line.week.number for line in lines) else ()


def _counted(rows: QuerySet[Answer], column: str, today: datetime) -> dict[Any, Pair]:
    """Value of the column -> numbers, the largest of the week first."""
    found = rows.values(column).annotate(
        today=Count("pk", filter=Q(made_at__gte=today)), week=Count("pk")
    )
    return {one[column]: (one["today"], one["week"]) for one in found.order_by("-week", column)}


def _costs(rows: QuerySet[Answer], today: datetime) -> tuple[Cost, ...]:
    found = (
        rows.filter(cost__isnull=False)
        .exclude(currency="", cost=0)
        .values("currency")
        .annotate(today=Sum("cost", filter=Q(made_at__gte=today)), week=Sum("cost"))
    )
    return tuple(
        Cost(one["currency"], one["today"] or Decimal(0), one["week"])
        for one in found.order_by("currency")
    )


def _items(rows: QuerySet[Answer], today: datetime, language: str) -> tuple[Line, ...]:
    """A line an item, the sensitive ones together at the end."""
    plain = _counted(rows.filter(sensitive=False), "item", today)
    sensitive = _sum(_counted(rows.filter(sensitive=True), "sensitive", today).values())
    known = titled(plain, language)
    lines: list[tuple[str, str, Pair]] = [(known[code], code, pair) for code, pair in plain.items()]
    if sensitive[1]:
        lines.append((gettext("Sensitive items, together"), "", sensitive))
    shown = zip(*(_shielded([pair[n] for _, _, pair in lines]) for n in (0, 1)), strict=True)
    return tuple(
        Line(words, now, week, item)
        for (words, item, _), (now, week) in zip(lines, shown, strict=True)
    )


def _shielded(numbers: Sequence[int]) -> list[Told]:
    """The numbers of a column whose sum is known, so that no small one can be read or worked out."""
    told = [Told(number, few=few(number)) for number in numbers]
    if sum(one.few for one in told) == 1:
        others = [at for at, one in enumerate(told) if one.number and not one.few]
        if others:
            least = min(others, key=lambda at: told[at].number)
            told[least] = Told(told[least].number, withheld=True)
    return told


def _sum(pairs: Iterable[Pair]) -> Pair:
    listed = list(pairs)
    return sum(one for one, _ in listed), sum(one for _, one in listed)


def _line(words: str, pair: Pair) -> Line:
    return Line(words, Told(pair[0]), Told(pair[1]))
