"""What was purged when, as a page shows it: each kind with its period and its last run, and the days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.periods import day_of
from people.keeping import KINDS, Kind
from people.models import PurgeRun

LATE = timedelta(days=1)  # every rule runs once an hour or more often
DAYS = 30  # of the list


@dataclass(frozen=True, slots=True)
class Line:
    """One kind. `at`: when its rule ran last, None for never."""

    name: str | Promise
    age: str
    since: str | Promise
    at: datetime | None
    rows: int  # that went within DAYS
    late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day on which something went; or none of the rules ran (`silent`)."""

    day: date
    gone: tuple[tuple[str | Promise, int], ...]
    silent: bool


def lines(*, at: datetime) -> list[Line]:
    """Every kind, whether its rule ever ran or not."""
    since, installed = day_of(at) - timedelta(days=DAYS), _installed()
    last = dict(PurgeRun.objects.values_list("rule").annotate(Max("at")))
    recent = PurgeRun.objects.filter(day__gt=since)
    rows = dict(recent.values_list("rule").annotate(Sum("rows")))
    return [
        Line(
            kind.name,
            age(kind),
            kind.since,
            last.get(kind.code),
            rows.get(kind.code, 0),
            late=at - last.get(kind.code, installed) > LATE,
        )
        for kind in KINDS.values()
    ]


def _installed() -> datetime:
    """When the first table was made: a rule that never ran is late a day after that."""
    told = MigrationRecorder(connection).migration_qs.filter(app="people")
    first: datetime = told.aggregate(first=Min("applied"))["first"]
    return first


def age(kind: Kind) -> str:
    """The period in words: days, else hours, else minutes; "" for at once."""
    if days := kind.age.days:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    minutes = round(kind.age.total_seconds() / 60)
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else ""


def days(*, at: datetime) -> list[Day]:
    """The last days, newest first: what went, and days between on which nothing ran."""
    today = day_of(at)
    runs = PurgeRun.objects.filter(day__gt=today - timedelta(days=DAYS)).order_by("-day", "rule")
    by_day: dict[date, list[PurgeRun]] = {}
    for run in runs:
        by_day.setdefault(run.day, []).append(run)
    if not by_day:
        return []
    span = (today - min(by_day)).days + 1
    told = (_day(today - timedelta(days=back), by_day) for back in range(span))
    return [one for one in told if one.gone or one.silent]


def _day(day: date, by_day: dict[date, list[PurgeRun]]) -> Day:
    ran = by_day.get(day, [])
    return Day(day, _gone(ran), silent=not ran)


def _gone(ran: Iterable[PurgeRun]) -> tuple[tuple[str | Promise, int], ...]:
    """Of each rule that took something; one of a rule that exists no more keeps its code for a name."""
    names = {code: kind.name for code, kind in KINDS.items()}
    return tuple((names.get(run.rule, run.rule), run.rows) for run in ran if run.rows)


def standing(told: Sequence[Line]) -> str:
    """One sentence: whether everything runs."""
    late = sum(line.late for line in told)
    if not (late or any(line.at for line in told)):
        return _("No rule has run yet. The first run comes within an hour.")
    if not late:
        return _("Every rule ran within the last day.")
    return ngettext(
        "%(n)s rule did not run within the last day: look whether beat and the bulk worker run. "
        "What is over its time goes with the next run.",
        "%(n)s rules did not run within the last day: look whether beat and the bulk worker run. "
        "What is over its time goes with the next run.",
        late,
    ) % {"n": late}
