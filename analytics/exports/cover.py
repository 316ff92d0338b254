"""What every export says of itself: whose numbers, of when, counted how, and whether they can still change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import labels, periods
from analytics.definitions import COUNTRIES, UNIT
from analytics.periods import Period

Closed = tuple[str, date, date]  # indicator, and the first and the day after the last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """`digests`: of the closed periods in it. `demonstration`: the numbers are invented."""

    deployment: str
    period: Period
    countries: tuple[str, ...]
    counted_at: datetime
    demonstration: bool
    digests: Mapping[Closed, str] = field(default_factory=dict)

    def digest(self, indicator: str, period: Period | None = None) -> str:
        """Of the indicator in the period, by default the export's own; "" while it is open."""
        of = period or self.period
        return self.digests.get((indicator, of.starts, of.ends), "")

    @property
    def label(self) -> str:
        """A word for each row of a flat file."""
        return "demonstration" if self.demonstration else ""

    def title(self) -> str:
        return f"{self.deployment} · {periods.title(self.period)}"

    def notes(self) -> tuple[str, ...]:
        """Sentences for the head of a sheet."""
        everywhere = set(self.countries) >= set(COUNTRIES)
        names = ", ".join(labels.label("country", one) for one in self.countries)
        where = _("all countries") if everywhere else names
        counted = timezone.localtime(self.counted_at).strftime("%Y-%m-%d %H:%M")
        told = [
            _("Unit: {unit}. Totals are set unions, never sums.").format(unit=UNIT),
            _("Where: {where}. Counted {counted} (Africa/Nairobi).").format(
                where=where, counted=counted
            ),
            self.standing(),
        ]
        if self.demonstration:
            told.append(
                _("DEMONSTRATION: invented numbers. Not a report of anything that happened.")
            )
        return tuple(told)

    def standing(self) -> str:
        """Whether the period is closed, with the digest that anchors it outside the database."""
        own = {
            indicator: digest
            for (indicator, starts, ends), digest in self.digests.items()
            if Period(starts, ends) == self.period
        }
        if not own:
            return _("This period is not closed: its numbers can still change.")
        digests = ", ".join(f"{indicator} {digest}" for indicator, digest in sorted(own.items()))
        return _("Closed period, SHA-256 of its evidence: {digests}").format(digests=digests)
