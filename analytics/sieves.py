"""What a page of figures is asked: an indicator, a period, countries, a campaign; and the tables that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics import figures, indicators, waterfalls
from analytics.counting import Cells, Numbers
from analytics.figures import Answer
from analytics.models import Indicator, Rule
from analytics.periods import Kind, Period
from analytics.questions import By, Question
from analytics.waterfalls import Flow

MANY = 24  # parts of a period that a chart can hold
LADDER = (Kind.MONTH, Kind.QUARTER, Kind.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """`own`: the countries of whoever asks; `countries`: those of them that are asked for."""

    indicator: Indicator
    rule: Rule
    period: Period
    own: tuple[str, ...]
    countries: tuple[str, ...]
    campaign: str
    at: datetime

    @property
    def scope(self) -> tuple[str, ...] | None:
        """None: everything, with what is of no country."""
        return indicators.scope_of(self.countries)

    @property
    def place(self) -> str | None:
        """Whose targets may be set beside the numbers; None: nobody's."""
        return None if self.campaign else indicators.place_of(self.countries)

    @property
    def question(self) -> Question:
        """As it is asked of the ledger."""
        campaigns = [self.campaign] if self.campaign else None
        return figures.question(self.rule, countries=self.scope, campaigns=campaigns)

    def answer(self, sets: Sequence[By], periods: Sequence[Period] = ()) -> Answer:
        """Tables of the period, or of these; kept ones where counting would make the reader wait."""
        return figures.answer(
            self.rule,
            list(periods) or [self.period],
            sets,
            countries=self.scope,
            at=self.at,
            campaign=self.campaign,
        )

    @property
    def dear(self) -> bool:
        """Whether counting anew would make the reader wait."""
        return figures.dear(self.rule, self.period)

    def flow(self, *, count: bool) -> Flow:
        """From targeted to reached: each step counted, or what kept figures say of them."""
        if count:
            return waterfalls.counted(self.question, self.period)
        return waterfalls.net(self.answer([()]).tables[self.period][()][()])

    def steps(self) -> list[Period]:
        """The period in months, or in longer parts where those are too many; none of the future."""
        for kind in LADDER:
            parts = [one for one in self.period.split(kind) if one.begin <= self.at]
            found = indicators.since_first(parts, self.indicator.code)
            if len(found) <= MANY:
                break
        return found


def ordered(cells: Cells) -> list[tuple[tuple[str, ...], Numbers]]:
    """The largest first, what is unknown last."""
    return sorted(
        cells.items(), key=lambda one: ("unknown" in one[0], -one[1].reached.unique, one[0])
    )
