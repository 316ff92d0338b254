"""Which share of the sessions may be forged: begun by numbers that run, or with an end that nobody told of (D9).

Whoever knows a hook's secret can make sessions up, and each would count as a number reached. A forger takes
numbers in a row, and sends the screens but forgets the end that a network reports of every session. Either is a
reason to ask the provider for its own count, and no proof: neighbours buy their SIM cards at one kiosk, and there
are providers that never report an end. What is not suspect is not proved genuine by that either.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from analytics.exports.gathering import Suspicion
from analytics.few import FEW, few
from analytics.periods import Period
from ussd.models import Total

MONTHS_MOST: Final = 24  # shown


@dataclass(frozen=True, slots=True)
class Suspects:
    """Of one country's sessions that began in a month (Africa/Nairobi) and are over.

    `near`: begun by a number at most three away from another that called within the hour before, at the same
    process. `unended`: no end was reported. A session can be both; so the two are never added.
    """

    month: date
    country: str
    sessions: int
    near: int
    unended: int

    def share(self, part: int) -> int | None:
        """Percent of the sessions; None where it would tell of fewer than five."""
        if self.sessions < FEW or few(part):
            return None
        return round(100 * part / self.sessions)


def suspects(countries: Collection[str]) -> list[Suspects]:
    """The newest months first, countries by code; one query."""
    rows = Total.objects.filter(country__in=countries, sessions__gt=0)
    months = rows.annotate(month=TruncMonth("day")).values_list("month", "country")
    sums = months.annotate(Sum("sessions"), Sum("near"), Sum("unended"))
    found = [Suspects(*row) for row in sums.order_by("-month", "country")]
    shown = sorted({one.month for one in found}, reverse=True)[:MONTHS_MOST]
    return [one for one in found if one.month in shown]


def suspicion(period: Period, countries: Collection[str]) -> Suspicion:
    """The same over all of these countries, of sessions that began in the period: for an export."""
    begun = Total.objects.filter(day__gte=period.starts, day__lt=period.ends)
    parts = ("sessions", "near", "unended")
    sums = {part: Sum(part, default=0) for part in parts}
    found = begun.filter(country__in=countries).aggregate(**sums)
    return Suspicion(**{part: int(found[part]) for part in parts})
