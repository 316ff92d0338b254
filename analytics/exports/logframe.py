"""The indicator performance tracking table: one row for each name an indicator has in a donor's scheme."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.definitions import RETROSPECTIVE, UNIT
from analytics.exports.gathering import Counted, Gathered, over
from analytics.exports.sheets import Column, Form, Row, Sheet, texts, wholes
from analytics.models import Indicator

DEVIATION = 0.1  # of the target: beyond it a reason is owed
UNKNOWN_MOST = 0.2  # share of unknown sex from which a flag is set


def sheet(told: Gathered) -> Sheet:
    return Sheet(
        name="IPTT",
        columns=(
            *texts(_("Code"), width=8),
            *texts(_("Scheme"), width=22),
            *texts(_("Statement"), width=50),
            *texts(_("Level"), width=9),
            *texts(_("Unit"), width=18),
            *texts(_("Rule"), width=8),
            *wholes(_("Baseline")),
            Column(_("Baseline date"), Form.DAY, 12),
            *wholes(_("Target")),
            Column(_("Target set on"), Form.DAY, 12),
            *wholes(_("Unique"), _("First time"), _("Cumulative")),
            *wholes(_("of which delivered"), _("of which interacted")),
            Column(_("% of target"), Form.SHARE, 10),
            *texts(_("Reason for deviation"), width=26),
            *texts(_("Direct or indirect"), width=10),
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
    for one in told.counted:
        for title in one.indicator.titles.all():
            yield _row((title.code or one.indicator.code, title.scheme, title.title), one, told)
    for indicator in told.by_hand:
        yield from _entered(indicator)


def _row(names: Row, one: Counted, told: Gathered) -> Row:
    total, goal = one.total, one.goal
    reached, share = total.reached, _share(one)
    return (
        *names,
        *(_("output"), str(UNIT), str(one.rule)),
        *(0, one.rule.start),  # nobody was reached before the programme began
        *((goal.value, goal.set_on) if goal else (None, None)),
        *(reached.unique, reached.first_time, reached.cumulative),
        *(total.delivered, total.interacted),
        *(share, _reason(share)),
        *(_("direct"), _source(one, told), "; ".join(flags(one, told)), ""),
        timezone.localtime(told.cover.counted_at).strftime("%Y-%m-%d %H:%M"),
    )


def _share(one: Counted) -> float | None:
    """Of the target, in unique numbers; None without one."""
    if one.goal is None or not one.goal.value:
        return None
    return round(one.total.reached.unique / one.goal.value, 4)


def _reason(share: float | None) -> str:
    """The donor asks for one beyond 10 %: whoever reports writes it here."""
    owed = share is not None and abs(share - 1) > DEVIATION
    return _("to be given: more than 10 % off the target") if owed else ""


def _source(one: Counted, told: Gathered) -> str:
    digest = told.cover.digest(one.indicator.code)
    return (
        _("ledger, closed, {digest}").format(digest=digest) if digest else _("ledger, not closed")
    )


def flags(one: Counted, told: Gathered) -> Iterator[str]:
    """What a careful reader must know of the row."""
    if one.goal and one.goal.retrospective:
        yield _("target {when}").format(when=RETROSPECTIVE)
    if not over(told.cover.period, told.cover.counted_at):
        yield _("the period is not over")
    unique = one.total.reached.unique
    unknown = one.table.get(("sex",), {}).get(("unknown",))
    if unknown and unique and unknown.reached.unique / unique > UNKNOWN_MOST:
        percent = round(100 * unknown.reached.unique / unique)
        yield _("sex unknown of {percent} %").format(percent=percent)
    if one.total.unlinked.unique:
        yield _("{count} chat identities without a number apart").format(
            count=one.total.unlinked.unique
        )


def _entered(indicator: Indicator) -> Iterator[Row]:
    """Entered by hand, with evidence: not a count of phone numbers."""
    for title in indicator.titles.all():
        empty: Row = (None,) * 10
        names = (title.code or indicator.code, title.scheme, title.title, _("output"), _("events"))
        source = _("entered by hand, with its evidence; not from the ledger")
        yield (*names, "", *empty, "", "", source, "", "", "")
