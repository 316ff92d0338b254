"""Writes one file of a kind: what is asked of the ledger, and which form it gets."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from django.utils.translation import get_language_bidi

from analytics import targets
from analytics.exports import (
    activityinfo,
    dhis2,
    gathering,
    hxl,
    iati,
    kept,
    outward,
    tidy,
    workbook,
    xlsx,
)
from analytics.exports.gathering import Ask
from analytics.exports.identity import Identity
from analytics.exports.outward import NotReleased, Observation
from analytics.periods import Period
from analytics.targets import Goal

EVERY = 1_000  # rows between two words on how far it is


class Tell(Protocol):
    """Hears how far it is, and may raise to stop it."""

    def __call__(self, rows: int, expected: int = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is written where, as of when."""

    ask: Ask
    identity: Identity
    path: Path
    at: datetime
    tell: Tell


def write(kind: str, order: Order) -> None:
    """Write the file. Raises NotReleased, OSError, and what `tell` raises."""
    WRITERS[kind](order)


def _workbook(order: Order) -> None:
    told = gathering.gather(order.ask, at=order.at)
    order.tell(0)
    sheets = workbook.sheets(told)
    xlsx.write(order.path, told.cover, sheets, tell=order.tell, mirrored=get_language_bidi())


def _long(order: Order) -> None:
    scope, cover = order.ask.scope, order.ask.cover(order.at)
    expected = kept.expected(order.ask.period, scope)
    order.tell(0, expected)
    _csv(order, kept.observations(cover, scope))


def _csv(order: Order, rows: Iterable[Sequence[object]]) -> None:
    with order.path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(tidy.lines(_counting(rows, order.tell)))


def _counting(rows: Iterable[Sequence[object]], tell: Tell) -> Iterator[Sequence[object]]:
    number = 0
    for number, row in enumerate(rows):
        if number and number % EVERY == 0:
            tell(number)
        yield row
    tell(number)


# --- what leaves ------------------------------------------------------------------------------------------


def _released(order: Order) -> tuple[Observation, ...]:
    return outward.observations(order.ask.period, own=order.ask.countries)


def _text(order: Order, text: str, rows: int) -> None:
    order.path.write_text(text, encoding="utf-8")
    order.tell(rows)


def _dhis2(order: Order) -> None:
    if order.identity.dhis2 is None:
        raise NotReleased("unconfigured")
    found = _released(order)
    text = dhis2.write(order.identity.dhis2, found, order.ask.cover(order.at))
    _text(order, text, len(found))


def _iati(order: Order) -> None:
    if order.identity.iati is None:
        raise NotReleased("unconfigured")
    found = _released(order)
    goals = dict(_goals(found, order.ask.period))
    text = iati.write(order.identity.iati, found, order.ask.cover(order.at), goals)
    _text(order, text, len(found))


def _goals(found: Sequence[Observation], period: Period) -> Iterator[tuple[str, Goal]]:
    """By indicator; one that was copied from the actual is none."""
    for one in found:
        if (one.dimension, one.measure) == ("", "unique"):
            goal = targets.goal_of(one.indicator, period)
            if goal and not goal.copied(one.value):
                yield one.indicator, goal


def _hxl(order: Order) -> None:
    _csv(order, hxl.rows(_released(order), order.ask.cover(order.at)))


def _activityinfo(order: Order) -> None:
    _csv(order, activityinfo.rows(_released(order), order.ask.cover(order.at)))


WRITERS: Mapping[str, Callable[[Order], None]] = MappingProxyType(
    {
        "workbook": _workbook,
        "long": _long,
        "dhis2": _dhis2,
        "iati": _iati,
        "hxl": _hxl,
        "activityinfo": _activityinfo,
    }
)
