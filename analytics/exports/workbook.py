"""The workbook for M&E staff: one sheet a question, from the logframe's row to the digests behind it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from analytics import labels
from analytics.counting import Numbers
from analytics.definitions import (
    CUMULATIVE,
    DEFINITION,
    FIRST_TIME,
    MEANINGS,
    UNIQUE,
    UNIT,
    UNLINKED,
)
from analytics.exports import discretion, logframe
from analytics.exports.gathering import BREAKDOWNS, DETAILED, ROUTED, Counted, Gathered, Suspicion
from analytics.exports.settled import WITHHELD
from analytics.exports.sheets import Cell, Column, Form, Row, Sheet, texts, wholes
from analytics.few import few
from analytics.questions import By
from analytics.questions import Cell as Category

SHOWN: tuple[By, ...] = (*BREAKDOWNS, DETAILED[0])


def sheets(told: Gathered) -> tuple[Sheet, ...]:
    """All sheets, in the order of the book."""
    return (
        logframe.sheet(told),
        _disaggregation(told),
        _waterfall(told),
        _delivery(told),
        _knowledge(told),
        _referrals(told),
        _exclusions(told),
        _corrections(told),
        _restatements(told),
        _method(told),
        _manifest(told),
    )


# --- breakdowns ---------------------------------------------------------------------------------------

TIERS = ("targeted", "sent", "delivered", "interacted", "engaged", "completed")


def _disaggregation(told: Gathered) -> Sheet:
    head = texts(_("Indicator"), _("Rule"), width=10) + texts(_("By"), _("Category"), width=26)
    measures = (_("Unique"), _("First time"), _("Cumulative"), _("Targeted"), _("Sent"))
    more = (_("Delivered"), _("Interacted"), _("Engaged"), _("Completed"), _("Chat without number"))
    return Sheet(
        name=_("Disaggregation"),
        columns=(*head, *wholes(*measures, *more)),
        rows=(row for one in told.counted for row in _cells(one)),
        note=_(
            "Country, channel, campaign and message overlap: a number counts in each it was met in. "
            "All other categories, unknown included, sum to the total."
        ),
        keep=4,
    )


def _cells(one: Counted) -> Iterator[Row]:
    head = (one.indicator.code, str(one.rule))
    yield (*head, _("Total"), "", *_measures(one.total))
    for month, numbers in one.months.items():
        yield (*head, str(labels.DIMENSIONS["month"]), month.code, *_measures(numbers))
    for by in SHOWN:
        for cell, numbers in one.table.get(by, {}).items():
            yield (*head, dimension(by), category(by, cell), *_measures(numbers))


def _measures(numbers: Numbers) -> Row:
    reached = numbers.reached
    tiers = (getattr(numbers, name) for name in TIERS)
    return (reached.unique, reached.first_time, reached.cumulative, *tiers, numbers.unlinked.unique)


def dimension(by: By) -> str:
    """What a breakdown is called."""
    names = {"item": _("Message"), "gateway": _("Route")}
    return " × ".join(str(names.get(one) or labels.DIMENSIONS[one]) for one in by)


def category(by: By, cell: Category) -> str:
    return " · ".join(labels.label(one, word) for one, word in zip(by, cell, strict=True))


# --- how far messages got ---------------------------------------------------------------------------------


def _waterfall(told: Gathered) -> Sheet:
    columns = (*texts(_("Indicator"), width=10), *texts(_("Step"), width=52))
    return Sheet(
        name=_("Waterfall"),
        columns=(*columns, *wholes(_("Change"), _("Stands at"))),
        rows=(row for one in told.counted for row in _steps(one)),
        note=_("Each level is the one before plus the changes between: the difference is zero."),
        keep=2,
    )


def _steps(one: Counted) -> Iterator[Row]:
    """Levels have no change, changes no level; in unique numbers, so a change can be negative or positive."""
    total, code = one.total, one.indicator.code
    levels = (
        (_("Targeted"), "", total.targeted),
        (_("Sent"), _("not sent, less numbers sent to without an audience"), total.sent),
        (_("Delivered"), _("no handset receipt"), total.delivered),
        (_("Reached"), _("reached by USSD or chat without a delivery"), total.reached.unique),
    )
    before = 0
    for name, change, level in levels:
        if change:
            yield (code, change, level - before, None)
        yield (code, name, None, level)
        before = level


def _delivery(told: Gathered) -> Sheet:
    columns = (
        *texts(_("Indicator"), width=10),
        *texts(_("Network"), _("Code"), _("Route"), width=18),
        *wholes(_("Targeted"), _("Sent"), _("Delivered"), _("Reached")),
        Column(_("Delivered of sent"), Form.SHARE, 12),
    )
    return Sheet(
        name=_("Delivery"),
        columns=columns,
        rows=(row for one in told.counted for row in _routes(one)),
        note=_(
            "Unique numbers by network and route. Networks that send no receipts show none delivered."
        ),
        keep=4,
    )


def _routes(one: Counted) -> Iterator[Row]:
    for (network, gateway), numbers in sorted(one.table.get(ROUTED, {}).items()):
        share = round(numbers.delivered / numbers.sent, 4) if numbers.sent else None
        counts = (numbers.targeted, numbers.sent, numbers.delivered, numbers.reached.unique)
        name = labels.label("network", network)
        route = labels.label("gateway", gateway)
        yield (one.indicator.code, name, network, route, *counts, share)


# --- what people learnt, whom they asked ---------------------------------------------------------------------


def _knowledge(told: Gathered) -> Sheet:
    shares = tuple(Column(one, Form.SHARE, 12) for one in (_("Improved, of pairs"), _("Worsened, of pairs"), _("No second answer, of asked")))  # fmt: skip
    names = (_("Asked"), _("Paired"), _("No second answer"), _("Right before"), _("Right after"), _("Improved"), _("Worsened"))  # fmt: skip
    rows = (
        (
            *(one.item, one.asked, one.paired, one.no_second, one.right_before, one.right_after),
            *(one.improved, one.worsened),
            *(_share(one.improved, one.paired), _share(one.worsened, one.paired)),
            _share(one.no_second, one.asked),
        )
        for one in told.gains
    )
    return Sheet(
        name=_("Knowledge"),
        columns=(*texts(_("Question"), width=24), *wholes(*names), *shares),
        rows=rows,
        note=_("The same question before and after, in one meeting. Only pairs say anything."),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _referrals(told: Gathered) -> Sheet:
    columns = (
        *texts(_("Indicator"), width=10),
        *texts(_("By"), _("Category"), width=26),
        *wholes(_("Referred")),
    )
    return Sheet(
        name=_("Referrals"),
        columns=columns,
        rows=(row for one in told.counted for row in _referred(one)),
        note=_(
            "Numbers that chose a referral and got the contact, or agreed to a call-back. c: 1 to 4, or "
            "withheld because it would give one of these away."
        ),
        keep=3,
    )


def _referred(one: Counted) -> Iterator[Row]:
    code, total = one.indicator.code, one.total.referred
    yield (code, _("Total"), "", WITHHELD if few(total) else total)
    for by in (("country",), ("channel",), ("campaign",)):
        cells = one.table.get(by, {})
        counts = {cell: numbers.referred for cell, numbers in cells.items() if numbers.referred}
        for cell, value in discreet(counts).items():
            yield (code, dimension(by), category(by, cell), value)


def discreet(counts: Mapping[Category, int]) -> dict[Category, Cell]:
    """The counts of one table, small ones and what would give them away withheld."""
    hidden = discretion.hidden(counts)
    return {cell: WITHHELD if cell in hidden else count for cell, count in counts.items()}


# --- who is not in it, and what may be wrong ------------------------------------------------------------------


def _exclusions(told: Gathered) -> Sheet:
    return Sheet(
        name=_("Exclusions"),
        columns=(
            *texts(_("Campaign"), width=24),
            *texts(_("Reason"), width=44),
            *texts(_("Code"), width=18),
            *wholes(_("People")),
        ),
        rows=((one.campaign, one.why, one.code, one.people) for one in told.exclusions),
        note=_(
            "Left out of audiences before sending, one line a reason, summed over the blasts of the period."
        ),
        keep=2,
    )


def _corrections(told: Gathered) -> Sheet:
    return Sheet(
        name=_("Corrections"),
        columns=(
            *texts(_("Correction"), width=34),
            *texts(_("Indicator"), width=10),
            *wholes(_("From"), _("To")),
            *texts(_("How"), width=84),
        ),
        rows=_corrected(told),
        note=_(
            "Shown, never applied: the reported number is the raw count of unique phone numbers."
        ),
    )


def _corrected(told: Gathered) -> Iterator[Row]:
    again = _("asked to be forgotten since the period began; who comes back is counted as new")
    yield (_("Possible recounts after erasure"), "", 0, told.recounts, again)
    yield from _suspect(told.suspicion)
    for one in told.counted:
        code, unique, apart = (
            one.indicator.code,
            one.total.reached.unique,
            one.total.unlinked.unique,
        )
        both = _(
            "lower: the larger of numbers and chat identities without a number; upper: both added"
        )
        yield (_("Numbers and chat identities"), code, max(unique, apart), unique + apart, both)
        sims = _("several numbers of one person: factor 1.0, not applied; no survey is on file")
        yield (_("People behind numbers"), code, unique, unique, sims)
        shared = _(
            "several people at one phone: reported as indirect, never multiplied into the count"
        )
        yield (_("Shared phones"), code, None, None, shared)


def _suspect(found: Suspicion) -> Iterator[Row]:
    """What may be forged, of all sessions: shares of sessions say nothing exact of numbers."""
    signs = (
        (found.near, _("begun by numbers in a row, of all USSD sessions of the period")),
        (found.unended, _("no end was told, of all USSD sessions of the period")),
    )
    for part, sign in signs:
        told = WITHHELD if few(part) else part
        how = _("{sign}; no proof: ask the provider for its own count").format(sign=sign)
        yield (_("Suspect sessions"), "", told, found.sessions, how)


def _restatements(told: Gathered) -> Sheet:
    return Sheet(
        name=_("Restatements"),
        columns=(
            *texts(_("Indicator"), _("Period"), width=12),
            *texts(_("Country"), width=12),
            Column(_("On"), Form.DAY, 12),
            *texts(_("Measure"), width=18),
            *wholes(_("Change")),
            *texts(_("Why"), width=60),
        ),
        rows=(
            (one.indicator, one.period, one.where, one.at.date(), one.measure, one.delta, one.why)
            for one in told.restatements
        ),
        note=_("Facts that came after a period was closed. Its closed numbers stay as they are."),
        keep=3,
    )


# --- how it was done ----------------------------------------------------------------------------------------


def _method(told: Gathered) -> Sheet:
    return Sheet(
        name=_("Method"),
        columns=(*texts(_("What"), width=26), *texts(_("Meaning"), width=100)),
        rows=_meanings(told.counted),
    )


def _meanings(counted: Sequence[Counted]) -> Iterator[Row]:
    yield (_("Unit"), str(UNIT))
    yield (_("Definition"), str(DEFINITION))
    names = (_("Unique"), _("First time"), _("Cumulative"), _("Chat without number"))
    yield from zip(names, map(str, (UNIQUE, FIRST_TIME, CUMULATIVE, UNLINKED)), strict=True)
    for one in MEANINGS:
        left_out = _(" Not counted: {what}.").format(what=one.left_out) if one.left_out else ""
        yield (str(one.name), f"{one.counted}.{left_out}")
    for each in counted:
        rule = each.rule
        told = _("tiers {tiers}, from {since}, programme since {start}. {note}")
        words = told.format(
            tiers=", ".join(rule.tiers), since=rule.since, start=rule.start, note=rule.note
        )
        yield (_("Rule {rule}").format(rule=rule), words)


def _manifest(told: Gathered) -> Sheet:
    return Sheet(
        name=_("Evidence manifest"),
        columns=(
            *texts(_("What"), width=26),
            *texts(_("Period or day"), width=24),
            *wholes(_("Rows")),
            *texts(_("SHA-256"), width=68),
        ),
        rows=_evidence(told),
        note=_("Keep this sheet: it anchors the digests outside the database."),
    )


def _evidence(told: Gathered) -> Iterator[Row]:
    for (indicator, starts, ends), digest in sorted(told.cover.digests.items()):
        last = ends - timedelta(days=1)
        yield (
            _("Closed period, {code}").format(code=indicator),
            f"{starts} – {last}",
            None,
            digest,
        )
    for link in told.links:
        yield (_("Recording day"), link.day, link.rows, link.digest)
