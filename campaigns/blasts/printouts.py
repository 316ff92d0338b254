"""The report of a blast as one table: what was planned, whom it reached, what it cost. No number, no person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import xlsxwriter
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.exports import tidy
from analytics.exports.xlsx import PLAIN_TEXT
from campaigns.blasts import reasons, reconciling, reports, tallies
from campaigns.blasts.reconciling import Line
from campaigns.blasts.reports import Report
from campaigns.blasts.tallies import Group
from campaigns.models.blasts import Blast

Row = tuple[str, str, str, str]  # part of the report, what, network, value


@dataclass(frozen=True, slots=True)
class Printout:
    """Everything that the report says. ended: when the last answer came; None: nothing was sent yet."""

    blast: Blast
    title: str
    audience: int  # people of it, the left out included
    report: Report
    groups: Sequence[Group]
    counted_at: datetime
    lines: Sequence[Line]
    ended: datetime | None

    @property
    def took(self) -> timedelta | None:
        """From the start to the last answer, pauses and nights included."""
        began = self.blast.started_at
        return self.ended - began if self.ended and began else None


def printout(blast: Blast, title: str, *, at: datetime) -> Printout:
    """The report as it stands, by the last count."""
    groups, counted_at = tallies.fates(blast, at=at)
    return Printout(
        blast=blast,
        title=title,
        audience=blast.people + sum(blast.excluded.values()),
        report=reports.report(blast, groups),
        groups=groups,
        counted_at=counted_at,
        lines=reconciling.lines(blast, at=at),
        ended=blast.chunks.aggregate(last=Max("committed_at"))["last"],
    )


def rows(told: Printout) -> Iterator[Row]:
    """The report line by line, in the reader's words; figures as plain numbers."""
    yield (_("Part"), _("What"), _("Network"), _("Value"))
    yield from _plan(told)
    yield from _people(told)
    yield from _money(told)


def _plan(told: Printout) -> Iterator[Row]:
    blast, part = told.blast, _("The plan")
    yield (part, _("Blast"), "", str(blast.pk))
    yield (part, _("Content item"), "", told.title)
    yield (part, _("Audience"), "", blast.audience.name)
    yield (part, _("Planned"), "", _by(blast.planned_at, str(blast.planned_by)))
    if blast.approved_at:
        yield (part, _("Approved"), "", _by(blast.approved_at, str(blast.approved_by)))
    if blast.started_at:
        yield (part, _("Started"), "", _moment(blast.started_at))
    if told.ended:
        yield (part, _("Last answer"), "", _moment(told.ended))
    yield (part, _("State"), "", str(blast.get_state_display()))
    if told.report.override:
        yield (part, _("It was approved although it only frightens:"), "", told.report.override)
    yield (part, _("Counted"), "", _moment(told.counted_at))


def _people(told: Printout) -> Iterator[Row]:
    part = _("People")
    yield (part, _("In the audience"), "", str(told.audience))
    for reason, people in reasons.counts(reasons.REASONS, told.blast.excluded):
        yield (part, _("Left out: %(reason)s") % {"reason": reason}, "", str(people))
    yield (part, _("In the blast"), "", str(told.blast.people))
    for network, fates in reasons.unnamed_last(told.report.networks):
        for state, people in reasons.counts(reasons.STATES, fates):
            yield (part, state, reasons.network_name(network), str(people))
    for reason, network, people in reasons.failures(reports.failures(told.groups)):
        yield (_("Why not"), reason, network, str(people))


def _money(told: Printout) -> Iterator[Row]:
    part, currency = _("Money"), told.blast.currency
    for words, amount in (
        (_("Budget"), told.blast.budget),
        (_("May cost at most"), told.blast.reserved),
        (_("Charged"), told.report.cost),
        (_("Held for who is of unknown fate"), told.report.held),
        (_("Sent, charge not told yet, at most"), told.report.untold),
    ):
        yield (part, f"{words}, {currency}", "", f"{amount:f}")
    for line in told.lines:
        network = f"{line.gateway} {line.country} {reasons.network_name(line.network)}"
        charged = _("Charged, %(currency)s") % {"currency": line.currency or currency}
        yield (part, charged, network, f"{line.charged:f}")
        if line.expected is not None:
            listed = _("By the price list, %(currency)s") % {"currency": currency}
            yield (part, listed, network, f"{line.expected:f}")


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")


def _by(at: datetime, name: str) -> str:
    return f"{_moment(at)}, {name}"


def csv(told: Printout) -> bytes:
    """The table as CSV that spreadsheets open safely."""
    return tidy.write(rows(told)).encode()


def xlsx(told: Printout) -> bytes:
    """The table as a workbook; a value that is a number is one."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True, **PLAIN_TEXT}) as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, 3, 28)
        for number, (part, what, network, value) in enumerate(rows(told)):
            for column, words in enumerate((part, what, network)):
                sheet.write_string(number, column, words)
            plain = value.replace(".", "", 1).isdecimal() and value.isascii()
            if plain:
                sheet.write_number(number, 3, float(value))
            else:
                sheet.write_string(number, 3, value)
    return packed.getvalue()
