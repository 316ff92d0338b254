"""Sessions screen by screen, as the funnel counts them."""

from datetime import date, timedelta
from typing import Any

from tests.editions import DANGER, MADE
from tests.journal.lines import write
from tests.ussd.hops import END, find, hop
from ussd import folding
from ussd.models import Step, Total

LATER = MADE + timedelta(minutes=11)


def at(seconds: float, place: str, depth: int, **changes: Any) -> dict[str, Any]:
    """A hop so many seconds after the session began; an answer's item is its place."""
    items = [place.partition(".")[0]] if place.startswith("faq") else []
    return hop(at=MADE.timestamp() + seconds, x=place, i=items, d=depth, **changes)


MAIN, TOPIC, ANSWER = at(0, "main", 0), at(5, "dangers", 1), at(12, DANGER, 2)
BYE = at(30, "bye", 3, ends=True)


def fold(*hops: dict[str, Any]) -> None:
    write("hop", *hops)
    folding.fold_hops(find)


def end(**changes: Any) -> None:
    write("end", {**END, **changes})
    folding.fold_ends(find)


def steps() -> dict[str, list[int]]:
    """Place -> entered, left, abandoned, seconds."""
    rows = Step.objects.order_by("place").values_list(
        "place", "entered", "left", "abandoned", "seconds"
    )
    return {place: numbers for place, *numbers in rows if any(numbers)}


def totals() -> list[tuple[Any, ...]]:
    rows = Total.objects.exclude(sessions=0).order_by("day", "outcome")
    return list(rows.values_list("outcome", "sessions", "screens", "seconds", "cost", "currency"))


def total(day=date(2026, 1, 1), country="KE", sessions=10, near=0, unended=0, **changes):
    """One row of sessions that ended."""
    whose = {"language": "en", "network": "63902", "code": "*1#", "outcome": "completed"}
    none = {"currency": "", "screens": 0, "seconds": 0, "priced": 0, "cost": 0}
    Total.objects.create(
        day=day,
        country=country,
        sessions=sessions,
        near=near,
        unended=unended,
        **{**whose, **none, **changes},
    )
