"""Targets, baselines and the reasons of deviations: each with the day it was said, none ever changed.

In the results the donor published, 98.1 % of targets equal the actual to the unit: they were copied. A target
set when its period had begun is therefore called "set retrospectively", and one that equals the actual besides
is no target.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from analytics.models import Baseline, Deviation, Indicator, Target
from analytics.periods import Period, day_of
from analytics.refusals import NotKept

MOST = 2**31 - 1
TOLERANCE = 10  # per cent of the target that an actual may lie off without a reason


@dataclass(frozen=True, slots=True)
class Goal:
    """What was to be reached in the period; `retrospective` when it was set after the period had begun."""

    value: int
    set_on: date
    retrospective: bool

    def copied(self, actual: int) -> bool:
        """Whether it looks taken from the actual: equal to it, and not set before the period."""
        return self.retrospective and self.value == actual

    def share(self, actual: int) -> int | None:
        """The actual in per cent of it, rounded; None of a target of nothing."""
        return (200 * actual + self.value) // (2 * self.value) if self.value else None

    def missed(self, actual: int) -> bool:
        """Whether the actual lies so far off that a reason is due."""
        return abs(actual - self.value) * 100 > TOLERANCE * self.value


@dataclass(frozen=True, slots=True)
class Start:
    """A baseline: how it stood on a day, and what says so."""

    value: int
    measured_on: date
    source: str


@dataclass(frozen=True, slots=True)
class Act:
    """Who says it, and when; `country` "" speaks of the whole programme."""

    by: str
    at: datetime
    country: str = ""


# --- reading ---------------------------------------------------------------------------------------


def goal_of(indicator: str, period: Period, country: str = "") -> Goal | None:
    """The target of exactly this period, as it was set last."""
    row = (
        Target.objects.filter(
            indicator=indicator, country=country, starts=period.starts, ends=period.ends
        )
        .order_by("-pk")
        .first()
    )
    return Goal(row.value, row.set_on, row.retrospective) if row else None


@dataclass(frozen=True, slots=True)
class Book:
    """All targets, baselines and reasons of one country or of the whole programme, as they stand."""

    goals: Mapping[tuple[str, Period], Goal]
    starts: Mapping[str, tuple[Start, ...]]  # by indicator, newest day first
    reasons: Mapping[tuple[str, Period], str]

    def start(self, indicator: str, day: date) -> Start | None:
        """The newest baseline that was measured on this day or before."""
        told = self.starts.get(indicator, ())
        return next((one for one in told if one.measured_on <= day), None)


EMPTY = Book({}, {}, {})


def read(country: str | None = "") -> Book:
    """Three statements, however many there are; `country` "": of the programme, None: nobody's."""
    if country is None:
        return EMPTY
    starts: dict[str, list[Start]] = {}
    for row in Baseline.objects.filter(country=country).order_by("-measured_on", "-pk"):
        starts.setdefault(row.indicator_id, []).append(
            Start(row.value, row.measured_on, row.source)
        )
    aimed = Target.objects.filter(country=country).order_by("pk")
    said = Deviation.objects.filter(country=country).order_by("pk")
    return Book(
        goals={_place(row): Goal(row.value, row.set_on, row.retrospective) for row in aimed},
        starts={code: tuple(told) for code, told in starts.items()},
        reasons={_place(row): row.note for row in said},
    )


def _place(row: Target | Deviation) -> tuple[str, Period]:
    return row.indicator_id, Period(row.starts, row.ends)


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as it stands, and all that stood before it, newest first."""

    country: str
    period: Period
    row: Target
    before: tuple[Target, ...]


def aims(indicator: str, countries: Collection[str] = ("",)) -> list[Aim]:
    """Every period with a target in these countries ("": the whole programme), in order of time."""
    rows = Target.objects.filter(indicator=indicator, country__in=countries)
    found: dict[tuple[str, Period], list[Target]] = {}
    for row in rows.order_by("country", "starts", "-ends", "-pk"):
        found.setdefault((row.country, Period(row.starts, row.ends)), []).append(row)
    return [Aim(*place, same[0], tuple(same[1:])) for place, same in found.items()]


def baselines(indicator: str, countries: Collection[str] = ("",)) -> list[Baseline]:
    """Every baseline that was ever told of these countries, newest first."""
    rows = Baseline.objects.filter(indicator=indicator, country__in=countries)
    return list(rows.order_by("country", "-measured_on", "-pk"))


# --- saying ----------------------------------------------------------------------------------------


def set_target(
    indicator: Indicator,
    period: Period,
    value: int,
    act: Act,
    *,
    note: str = "",
    actual: int | None = None,
) -> Target:
    """Say what is to be reached; an earlier target of the period stays in the history.

    `actual`: what was reached so far, None: nobody looked; a target just like it is refused. Raises NotKept.
    """
    old, today = goal_of(indicator.code, period, act.country), day_of(act.at)
    if not 0 < value <= MOST:
        raise NotKept(_("A target is a whole number above nothing."))
    if old and old.value == value:
        raise NotKept(_("This is the target already."))
    if actual is not None and Goal(value, today, today >= period.starts).copied(actual):
        raise NotKept(
            _(
                "This is just what was reached. A target copied from the actual is none: take the one that "
                "was agreed before the period began, or set none."
            )
        )
    if today >= period.starts and not note.strip():
        raise NotKept(_("The period has begun: say where the target stands, and since when."))
    return indicator.targets.create(
        starts=period.starts, ends=period.ends, value=value, set_on=today, **_said(act, note)
    )


def set_baseline(indicator: Indicator, start: Start, act: Act, *, note: str = "") -> Baseline:
    """Say how it stood on a day. Raises NotKept for a day to come, or without a source."""
    if start.measured_on > day_of(act.at):
        raise NotKept(_("A baseline is measured: its day cannot lie ahead."))
    if not 0 <= start.value <= MOST:
        raise NotKept(_("A baseline is a whole number."))
    if not start.source.strip():
        raise NotKept(_("Say which survey, count or report says so."))
    return indicator.baselines.create(
        measured_on=start.measured_on,
        value=start.value,
        source=start.source.strip(),
        **_said(act, note),
    )


def explain(indicator: Indicator, period: Period, reason: str, act: Act) -> Deviation:
    """Say why the actual lies far from the target; an earlier reason stays in the table. Raises NotKept."""
    words = reason.strip()
    if len(words) < 10:
        raise NotKept(_("Say the reason in a sentence."))
    return indicator.deviations.create(starts=period.starts, ends=period.ends, **_said(act, words))


def _said(act: Act, note: str) -> dict[str, str | datetime]:
    return {"country": act.country, "note": note.strip(), "set_by": act.by, "set_at": act.at}
