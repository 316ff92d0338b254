"""The indicator performance tracking table: what a donor's sheet asks of each indicator in each period.

A target that equals the actual and was set when the period had begun is refused: the line says so and shows
none. Where a period is over and the actual lies more than ten per cent off its target, a reason is due.
All of it is what is counted now; what a period was closed with stands beside it (`closed`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import closing, definitions, entries, figures, indicators, projects, schemes, targets
from analytics import periods as spans
from analytics.closing import Settled
from analytics.counting import NOBODY, Numbers, Reached
from analytics.entries import Sums
from analytics.models import Entry, Indicator, IndicatorTitle, Rule
from analytics.periods import Kind, Period, day_of, standard
from analytics.targets import Book, Goal, Start


class Flag(StrEnum):
    """What a reader must know of a line before they rely on it."""

    RUNNING = "running"
    NO_TARGET = "no-target"
    RETROSPECTIVE = "retrospective"
    COPIED = "copied"
    REASON_DUE = "reason-due"
    NO_EVIDENCE = "no-evidence"
    CHATS = "chats"


WORDS: Mapping[Flag, Promise] = {
    Flag.RUNNING: gettext_lazy("the period is not over"),
    Flag.NO_TARGET: gettext_lazy("no target was set"),
    Flag.RETROSPECTIVE: definitions.RETROSPECTIVE,
    Flag.COPIED: gettext_lazy("target refused: set retrospectively and equal to the actual"),
    Flag.REASON_DUE: gettext_lazy("more than 10 % off the target: a reason is due"),
    Flag.NO_EVIDENCE: gettext_lazy("entries without an evidence file"),
    Flag.CHATS: gettext_lazy("chat identities without a number come on top, in no total"),
}
EVENTS = gettext_lazy("events entered by hand")
LEDGER = gettext_lazy("ledger of receipts, screens and answers, chained by day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One indicator in one period. `direct`, `indirect`: attendances entered by hand, in no other figure."""

    indicator: str
    code: str  # in the scheme
    scheme: str
    statement: str  # word for word
    level: str
    unit: str
    rule: str  # "" of what is entered by hand
    period: Period
    period_name: str
    baseline: Start | None
    target: Goal | None
    actual: Reached
    numbers: Numbers  # the stricter and wider tiers; all 0 of what is entered by hand
    share: int | None  # the period's unique in per cent of the target
    reason: str
    direct: int
    indirect: int
    source: str
    flags: tuple[Flag, ...]
    responsible: str
    computed_at: datetime
    closed: Settled | None  # only for who reads the whole programme

    @property
    def moved(self) -> bool:
        """Whether another number is counted now than the period was closed with."""
        return self.closed is not None and self.closed.unique != self.actual.unique

    @property
    def notes(self) -> tuple[str, ...]:
        """The flags in the reader's words."""
        return tuple(str(WORDS[flag]) for flag in self.flags)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all lines of a table share."""

    scope: tuple[str, ...] | None
    scheme: str
    at: datetime
    book: Book
    told: Sequence[Entry]
    project: projects.Project
    settled: Mapping[tuple[str, Period], Settled]


@dataclass(frozen=True, slots=True)
class _Actual:
    """What was counted of an indicator in a period, and as of when it holds."""

    numbers: Numbers
    rule: str
    computed_at: datetime

    @property
    def reached(self) -> Reached:
        return self.numbers.reached


def lines(
    periods: Sequence[Period], *, countries: Sequence[str], at: datetime, scheme: str = ""
) -> list[Line]:
    """Every indicator in each of the periods, for the countries of whoever asks.

    `scheme`: whose titles are shown where it has one; "": the first that has one. Targets are those of the
    whole programme, or of the one country that is asked for.
    """
    scope = indicators.scope_of(countries)
    if not periods:
        return []
    asked = _Asked(
        scope,
        scheme,
        at,
        targets.read(indicators.place_of(countries)),
        entries.told_until(max(one.ends for one in periods), scope),
        projects.current(),
        closing.settled(periods) if scope is None else {},
    )
    with indicators.one_moment():
        return [line for one in schemes.listed() for line in _of(one, periods, asked)]


def usual(at: datetime, year: int | None = None) -> list[Period]:
    """The quarters, semesters and the year, its project year where that is another, and the project's life.

    `year`: of the calendar; None: that of `at`.
    """
    project = projects.current()
    day = day_of(at) if year in (None, day_of(at).year) else date(year or 0, 12, 31)
    whole = standard(Kind.YEAR, day)
    quarters, semesters = whole.split(Kind.QUARTER), whole.split(Kind.SEMESTER)
    found = [*quarters, *semesters, whole, project.year(day), project.life(at)]
    return list(dict.fromkeys(found))


def due(found: Sequence[Line]) -> list[Line]:
    """The lines that must not leave without a reason."""
    return [line for line in found if Flag.REASON_DUE in line.flags]


# --- one indicator ---------------------------------------------------------------------------------


def _of(indicator: Indicator, periods: Sequence[Period], asked: _Asked) -> list[Line]:
    actuals = (_counted if indicator.counted else _by_hand)(indicator, periods, asked)
    title = _title(indicator, asked.scheme)
    return [_line(indicator, title, period, actuals[period], asked) for period in periods]


def _counted(
    indicator: Indicator, periods: Sequence[Period], asked: _Asked
) -> dict[Period, _Actual]:
    """From the ledger: one answer for all periods of a rule."""
    by_rule: dict[Rule, list[Period]] = {}
    for period in periods:
        by_rule.setdefault(_rule(indicator, period), []).append(period)
    found: dict[Period, _Actual] = {}
    for rule, same in by_rule.items():
        answer = figures.answer(rule, same, [()], countries=asked.scope, at=asked.at)
        for period in same:
            numbers = answer.tables[period][()].get((), NOBODY)
            found[period] = _Actual(numbers, str(rule), answer.counted_at)
    return found


def _rule(indicator: Indicator, period: Period) -> Rule:
    """As `indicators.rule_of`, out of the rules that were read along."""
    newest = sorted(indicator.rules.all(), key=lambda rule: rule.since, reverse=True)
    return next((rule for rule in newest if rule.since <= period.starts), newest[-1])


def _by_hand(
    indicator: Indicator, periods: Sequence[Period], asked: _Asked
) -> dict[Period, _Actual]:
    """Events: each is one, so a period's are its first-time ones, and they may be summed."""
    found = {}
    for period in periods:
        inside = entries.add_up(asked.told, indicator.code, period).events
        since = Period(min(asked.project.starts, period.starts), period.ends)
        so_far = entries.add_up(asked.told, indicator.code, since).events
        numbers = Numbers(reached=Reached(inside, inside, so_far))
        found[period] = _Actual(numbers, "", asked.at)
    return found


def _title(indicator: Indicator, scheme: str) -> IndicatorTitle | None:
    titles = list(indicator.titles.all())
    asked = [one for one in titles if one.scheme == scheme]
    return next(iter(asked or titles), None)


def _line(
    indicator: Indicator,
    title: IndicatorTitle | None,
    period: Period,
    actual: _Actual,
    asked: _Asked,
) -> Line:
    goal = asked.book.goals.get((indicator.code, period))
    by_hand = entries.add_up(asked.told, indicator.code, period)
    reason = asked.book.reasons.get((indicator.code, period), "")
    flags = _flags(period, goal, actual, by_hand, (reason, asked.at))
    target = None if Flag.COPIED in flags else goal
    return Line(
        indicator=indicator.code,
        code=(title.code if title else "") or indicator.code,
        scheme=title.scheme if title else "",
        statement=title.title if title else indicator.name,
        level=indicator.get_level_display(),
        unit=str(definitions.UNIT if indicator.counted else EVENTS),
        rule=actual.rule,
        period=period,
        period_name=asked.project.title(period) or spans.title(period),
        baseline=asked.book.start(indicator.code, period.starts),
        target=target,
        actual=actual.reached,
        numbers=actual.numbers if indicator.counted else NOBODY,
        share=target.share(actual.reached.unique) if target else None,
        reason=reason,
        direct=by_hand.direct,
        indirect=by_hand.indirect,
        source=_source(indicator, by_hand),
        flags=flags,
        responsible=indicator.responsible,
        computed_at=actual.computed_at,
        closed=asked.settled.get((indicator.code, period)),
    )


def _flags(
    period: Period,
    goal: Goal | None,
    actual: _Actual,
    by_hand: Sums,
    said: tuple[str, datetime],
) -> tuple[Flag, ...]:
    reason, at = said
    over, unique = period.end <= at, actual.reached.unique
    copied = bool(goal and goal.copied(unique))
    holds = {
        Flag.RUNNING: not over,
        Flag.NO_TARGET: goal is None,
        Flag.RETROSPECTIVE: bool(goal and goal.retrospective and not copied),
        Flag.COPIED: copied,
        Flag.REASON_DUE: bool(goal and over and not copied and goal.missed(unique) and not reason),
        Flag.NO_EVIDENCE: by_hand.without_evidence > 0,
        Flag.CHATS: actual.numbers.unlinked.unique > 0,
    }
    return tuple(flag for flag, so in holds.items() if so)


def _source(indicator: Indicator, by_hand: Sums) -> str:
    """The source of verification."""
    told = _("%(shown)s of %(entries)s manual entries with an evidence file") % {
        "shown": by_hand.entries - by_hand.without_evidence,
        "entries": by_hand.entries,
    }
    if not indicator.counted:
        return told
    return f"{LEDGER}; {told}" if by_hand.entries else str(LEDGER)
