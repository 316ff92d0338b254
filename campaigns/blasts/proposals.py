"""What somebody wants sent again and again, and whether it can come at all."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.blasts.planning import CannotPlan
from campaigns.models.blasts import ALWAYS_ON, MOST_HOLDOUT
from campaigns.models.series import Occasion, Series

MOST_TIMES, MOST_DAYS = 1000, 180


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants sent again and again. Fields as of Series; `weekdays` from 0, Monday."""

    item: str
    audience: str
    rhythm: str
    at: time
    starts: date
    budget_each: Decimal
    budget: Decimal
    ends: date | None = None
    most: int | None = None
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    occasion: str = ""
    days_before: int = 0
    campaign: str = ALWAYS_ON
    gateways: tuple[str, ...] = ()
    until_hour: time | None = None
    holdout: int = 0
    seed: int = 0


def check(wish: Proposal) -> None:
    """Raises CannotPlan for days that never come and money that does not add up."""
    kind, week = wish.rhythm, set(wish.weekdays)
    faults = (
        (kind not in Series.Rhythm, _("There is no such rhythm.")),
        (kind == "weekly" and not (week and week <= set(range(7))), _("Choose days of the week.")),
        (
            kind == "monthly" and not 1 <= (wish.month_day or 0) <= 31,
            _("Choose a day of the month, 1 to 31."),
        ),
        (kind == "before" and wish.occasion not in Occasion.Kind, _("Choose an occasion.")),
        (wish.ends and wish.ends < wish.starts, _("Its last day comes before its first.")),
        (
            not 0 <= wish.budget_each <= wish.budget,
            _("The money for each time must fit into the money for all."),
        ),
        (
            wish.most is not None and not 1 <= wish.most <= MOST_TIMES,
            _("Between 1 and 1000 times."),
        ),
        (not 0 <= wish.days_before <= MOST_DAYS, _("Between 0 and 180 days before the occasion.")),
        (
            any(hour and hour.tzinfo for hour in (wish.at, wish.until_hour)),
            _("Its hour goes by the clock of each country: give it without a zone."),
        ),
        (not 0 <= wish.holdout <= MOST_HOLDOUT, _("At most half of the people may be held out.")),
    )
    for wrong, said in faults:
        if wrong:
            raise CannotPlan(said)
