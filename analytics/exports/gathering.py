"""Everything a workbook tells, asked of the ledger as of one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from analytics import closing, counting, figures, indicators, iptt, knowledge, recounts
from analytics.counting import Numbers, Table
from analytics.definitions import COUNTRIES
from analytics.exports import settled
from analytics.exports.cover import Cover
from analytics.exports.settled import Restated
from analytics.knowledge import Gain
from analytics.models import DayLink, Indicator, Rule
from analytics.periods import Kind, Period
from analytics.questions import By

BREAKDOWNS: tuple[By, ...] = (
    *((one,) for one in ("country", "channel", "campaign", "language", "sex", "age_band")),
    ("sex", "age_band"),
    *((one,) for one in ("status", "district", "network")),
)
DETAILED: tuple[By, ...] = (("item",), ("network", "gateway"))  # `reach` does not keep these
ROUTED = DETAILED[1]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why people of an audience got no message; `code` as the senders keep it, `why` for a reader."""

    campaign: str
    code: str
    why: str
    people: int


@dataclass(frozen=True, slots=True)
class Suspicion:
    """USSD sessions of a period, and those of them that may be forged; one can be both `near` and `unended`."""

    sessions: int = 0
    near: int = 0  # begun by a neighbour of a number that had called a little before
    unended: int = 0  # no end was told


@dataclass(frozen=True, slots=True)
class Link:
    """A closed recording day of the ledger: how many rows, and what they hash to."""

    day: str
    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One indicator in the period: the total, each breakdown, and month by month."""

    indicator: Indicator
    rule: Rule
    table: Table
    months: Mapping[Period, Numbers]

    @property
    def total(self) -> Numbers:
        return self.table[()][()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What only rooms above know."""

    exclusions: Callable[[Period, Sequence[str]], Sequence[Exclusion]] = lambda _one, _two: ()
    suspicion: Callable[[Period, Sequence[str]], Suspicion] = lambda _one, _two: Suspicion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whose numbers of when. `countries`: those of whoever asks."""

    period: Period
    countries: tuple[str, ...]
    deployment: str
    demonstration: bool
    sources: Sources

    @property
    def scope(self) -> tuple[str, ...] | None:
        return indicators.scope_of(self.countries)

    def cover(self, at: datetime) -> Cover:
        return Cover(
            deployment=self.deployment,
            period=self.period,
            countries=tuple(sorted(self.countries)),
            counted_at=at,
            demonstration=self.demonstration,
            digests=settled.digests(self.period),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a workbook shows."""

    cover: Cover
    counted: tuple[Counted, ...]
    logframe: tuple[iptt.Line, ...]
    gains: tuple[Gain, ...]
    exclusions: tuple[Exclusion, ...]
    suspicion: Suspicion
    restatements: tuple[Restated, ...]
    recounts: int
    links: tuple[Link, ...]
    everywhere: bool  # the whole deployment, not some countries of it


def gather(ask: Ask, *, at: datetime) -> Gathered:
    """Count and collect. Costs two passes over the exposures of the period for each indicator."""
    period, scope = ask.period, ask.scope
    with indicators.one_moment():
        return Gathered(
            cover=ask.cover(at),
            counted=tuple(_counted(one, ask, at) for one in indicators.counted()),
            logframe=tuple(iptt.lines(_spans(period), countries=ask.countries, at=at)),
            gains=tuple(
                knowledge.gains(
                    starts=period.begin, ends=period.end, countries=scope or tuple(COUNTRIES)
                )
            ),
            exclusions=tuple(ask.sources.exclusions(period, ask.countries)),
            suspicion=ask.sources.suspicion(period, ask.countries),
            restatements=tuple(settled.restatements(period, scope)),
            recounts=recounts.possible(since=period.starts, countries=scope),
            links=_links(period) if scope is None else (),
            everywhere=scope is None,
        )


def _spans(period: Period) -> list[Period]:
    """The period, and its quarters where it is longer than one."""
    whole = period.kind in (Kind.SEMESTER, Kind.YEAR)
    return [period, *(period.split(Kind.QUARTER) if whole else ())]


def _counted(indicator: Indicator, ask: Ask, at: datetime) -> Counted:
    """As of when it was closed, where it was; else as of now."""
    period, closed = ask.period, settled.of(indicator.code, ask.period)
    rule = indicators.rule_of(indicator.code, period.starts)
    question = figures.question(rule, countries=ask.scope)
    if closed:
        rule = Rule.objects.get(indicator=indicator, version=closed.rule)
        question = replace(closing.question_of(closed), only=question.only)
    table = counting.count(question, [period], [(), *BREAKDOWNS])[period]
    table |= counting.count(question, [period], DETAILED)[period]
    if closed and ask.scope is None:
        table |= settled.table(closed.digest)
    months = [one for one in period.split(Kind.MONTH) if one.begin <= at]
    series = counting.count(question, months, [()]) if months else {}
    numbers = {month: one[()][()] for month, one in series.items()}
    return Counted(indicator, rule, table, _since_first(numbers))


def _since_first(months: Mapping[Period, Numbers]) -> dict[Period, Numbers]:
    """Without the empty months before the first that has something."""
    met = [month for month, one in months.items() if one != Numbers()]
    return {month: one for month, one in months.items() if met and month >= met[0]}


def _links(period: Period) -> tuple[Link, ...]:
    """Recording days of the period: they cover everybody, so they are told to who may see everything."""
    days = DayLink.objects.filter(day__gte=period.starts, day__lt=period.ends).order_by("day")
    return tuple(Link(str(one.day), one.rows, one.digest) for one in days)
