"""The trend page: each month (quarter, year) of the period against what was aimed at."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import charts, methods, targets
from analytics.charts import Chart, Column
from analytics.counting import Numbers
from analytics.periods import Period
from analytics.sheets import Row, Sheet, Table
from analytics.sieves import Sieve
from analytics.targets import Goal
from analytics.views.sheet import mirrored, page

Step = tuple[Period, Numbers, Goal | None]


@page
def trend(request: HttpRequest, sieve: Sieve) -> Sheet:
    return Sheet(
        name="trend",
        title=_("Trend"),
        lead=_(
            "How many numbers were reached in each part of the period, and how many of them never before."
        ),
        tables=(_table(sieve),),
    )


def _table(sieve: Sieve) -> Table:
    periods = sieve.steps()
    answer = sieve.answer([()], periods)
    goals = targets.read(sieve.place).goals
    steps: list[Step] = [
        (one, answer.tables[one][()][()], goals.get((sieve.indicator.code, one))) for one in periods
    ]
    met = any(numbers != Numbers() for _period, numbers, _goal in steps)
    return Table(
        key="trend",
        title=_("Reached, part by part"),
        note=_("Unique numbers of several parts must not be summed; first-time numbers may."),
        head=(
            _("Part"),
            _("Unique"),
            _("First time"),
            _("Cumulative"),
            _("Delivered SMS only"),
            _("Interacted only"),
            _("Target"),
            _("% of target"),
        ),
        rows=tuple(map(_row, steps)) if met else (),
        empty=_(
            "Nobody was reached in this period. Choose another, or send a blast: it is counted here within a minute."
        ),
        chart=_chart(steps),
        method=methods.counted(sieve, [()], periods=periods, counted_at=answer.counted_at),
    )


def _row(step: Step) -> Row:
    period, numbers, goal = step
    reached = numbers.reached
    values = (
        reached.unique,
        reached.first_time,
        reached.cumulative,
        numbers.delivered,
        numbers.interacted,
        goal.value if goal else None,
        goal.share(reached.unique) if goal else None,
    )
    return Row(period.code, values, period.code)


def _chart(steps: Sequence[Step]) -> Chart | None:
    aimed = any(goal for _period, _numbers, goal in steps)
    legend = (
        _("unique in the part"),
        "",
        _("target") if aimed else "",
        _("of them for the first time"),
    )
    return charts.columns(
        [
            Column(
                period.code,
                numbers.reached.unique,
                min(numbers.reached.first_time, numbers.reached.unique),
                goal.value if goal else None,
            )
            for period, numbers, goal in steps
        ],
        title=_("Numbers reached over time"),
        mirrored=mirrored(),
        legend=legend,
    )
