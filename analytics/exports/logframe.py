"""The indicator performance tracking table as a sheet: a row for each name an indicator has, in each period.

Its lines are `analytics.iptt`; where a period is closed they show the frozen numbers, as all other sheets do.
"""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import iptt
from analytics.counting import Numbers
from analytics.exports import settled
from analytics.exports.gathering import Gathered
from analytics.exports.sheets import Column, Form, Row, Sheet, texts, wholes
from analytics.models import Indicator, IndicatorTitle


def sheet(told: Gathered) -> Sheet:
    return Sheet(
        name="IPTT",
        columns=(
            *texts(_("Code"), width=8),
            *texts(_("Scheme"), width=22),
            *texts(_("Period"), width=18),
            *texts(_("Statement"), width=50),
            *texts(_("Level"), width=9),
            *texts(_("Unit"), width=26),
            *texts(_("Rule"), width=8),
            *wholes(_("Baseline")),
            Column(_("Baseline date"), Form.DAY, 12),
            *wholes(_("Target")),
            Column(_("Target set on"), Form.DAY, 12),
            *wholes(_("Unique"), _("First time"), _("Cumulative")),
            *wholes(_("of which delivered"), _("of which interacted")),
            Column(_("% of target"), Form.SHARE, 10),
            *texts(_("Reason for deviation"), width=26),
            *wholes(_("Direct attendances, by hand"), _("Indirect, by hand")),
            *texts(_("Source of verification"), width=40),
            *texts(_("Data quality"), width=40),
            *texts(_("Responsible"), width=16),
            *texts(_("Counted"), width=17),
        ),
        rows=_rows(told),
        note=_("Unique and cumulative are not additive; first time may be summed over periods."),
        keep=3,
    )


def _rows(told: Gathered) -> Iterator[Row]:
    named = Indicator.objects.prefetch_related("titles")
    titles = {one.code: list(one.titles.all()) for one in named}
    for line in told.logframe:
        numbers = _numbers(line, told)
        own: list[IndicatorTitle | None] = [*titles.get(line.indicator, ())]
        for title in own or [None]:
            yield _row(line, title, numbers, told)


def _numbers(line: iptt.Line, told: Gathered) -> Numbers | None:
    """Of a closed period what was frozen, of the book's own period what its sheets show; None by hand."""
    if line.period == told.cover.period:
        same = [one for one in told.counted if one.indicator.code == line.indicator]
        return same[0].total if same else None
    digest = told.cover.digest(line.indicator, line.period)
    if digest and told.everywhere:
        return settled.table(digest)[()][()]
    return line.numbers if line.rule else None


def _row(
    line: iptt.Line, title: IndicatorTitle | None, numbers: Numbers | None, told: Gathered
) -> Row:
    reached = numbers.reached if numbers else line.actual
    start, goal = line.baseline, line.target
    share = round(reached.unique / goal.value, 4) if goal and goal.value else None
    code, scheme, statement = line.code, line.scheme, line.statement
    if title:
        code, scheme, statement = title.code or line.indicator, title.scheme, title.title
    return (
        *(code, scheme, line.period_name, statement, line.level, line.unit, line.rule),
        *((start.value, start.measured_on) if start else (None, None)),
        *((goal.value, goal.set_on) if goal else (None, None)),
        *(reached.unique, reached.first_time, reached.cumulative),
        *((numbers.delivered, numbers.interacted) if numbers else (None, None)),
        *(share, line.reason or _owed(line)),
        *(line.direct, line.indirect),
        *(_source(line, told), "; ".join(line.notes), line.responsible),
        timezone.localtime(line.computed_at).strftime("%Y-%m-%d %H:%M"),
    )


def _owed(line: iptt.Line) -> str:
    """The donor asks for a reason beyond 10 %: whoever reports gives it on the page of targets."""
    return _("to be given") if iptt.Flag.REASON_DUE in line.flags else ""


def _source(line: iptt.Line, told: Gathered) -> str:
    digest = told.cover.digest(line.indicator, line.period)
    closed = _("closed, {digest}").format(digest=digest) if digest else ""
    return "; ".join(one for one in (line.source, closed) if one)
