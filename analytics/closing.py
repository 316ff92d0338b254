"""Closing a period: one proposes, another closes, and what the ledger says then stays so for ever.

What is frozen is a copy (`ClosedPeriod`), with the rule it was counted by and the sequence up to which. Facts
that come later change nothing of it: they become restatements (`analytics.restating`).
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from analytics import counting, figures, frozen, indicators, packs, periods, projects, refreshing
from analytics.counting import Table
from analytics.frozen import canonical
from analytics.indicators import Line
from analytics.models import ClosedPeriod, Closing, Deployment, Restatement, Rule
from analytics.periods import Kind, Period, day_of, standard
from analytics.questions import Question
from analytics.turns import turn

State = Closing.State
HALF_AFTER = timedelta(days=1)  # a pack whose making was cut off
LOCK = 0x6E6A6962  # with a closing's number: whoever works on it


class NotDone(Exception):  # noqa: N818 (says what happened)
    """Nothing was changed; the words say why."""


def deployment() -> UUID:
    """The name by which packs tell this deployment from others."""
    return (Deployment.objects.first() or Deployment.objects.create()).code


# --- two hands --------------------------------------------------------------------------------------


def closable(*, at: datetime, first: date | None = None) -> list[Period]:
    """The standard periods that are over, hold something and are not closed yet, newest first."""
    first = first or figures.first_month(indicators.HEADLINE)
    if first is None:
        return []
    taken = set(_standing().values_list("starts", "ends"))
    today, project = day_of(at), projects.current()
    spans: list[Callable[[date], Period]] = [partial(standard, kind) for kind in Kind]
    spans.append(project.year)
    found = {one for span in spans for one in _ended(span, first, today)}
    free = [one for one in found if (one.starts, one.ends) not in taken]
    return sorted(free, key=lambda one: (one.ends, one.starts), reverse=True)


def _ended(span: Callable[[date], Period], first: date, today: date) -> Iterator[Period]:
    here = span(first)
    while here.ends <= today:
        yield here
        here = span(here.ends)


def is_standard(period: Period) -> bool:
    """A month, quarter, semester, year, or year of the project."""
    return period.kind is not None or period == projects.current().year(period.starts)


def title(period: Period) -> str:
    """The period's name for a reader."""
    return projects.current().title(period) or periods.title(period)


def _standing() -> QuerySet[Closing]:
    return Closing.objects.exclude(state=State.WITHDRAWN)


def must_see_all(period: Period, own: Sequence[str]) -> None:
    """A period is closed for the whole deployment: by somebody who sees all of it. Raises NotDone."""
    if indicators.scope_of(own) is None:
        return
    for one in indicators.counted():
        lines = indicators.count(one.code, period, by=("country",))
        if not {line.breakdown["country"] for line in lines} <= set(own):
            raise NotDone(
                _(
                    "This period counts in countries that are not yours: somebody of all of them has to do this."
                )
            )


def propose(period: Period, *, by: str, note: str = "", at: datetime) -> Closing:
    """Say that a period is ready. Raises NotDone where it is no standard one, not over, or proposed already."""
    if not is_standard(period):
        raise NotDone(
            _(
                "Only a standard period can be closed: a month, quarter, semester, year or project year."
            )
        )
    if period.ends > day_of(at):
        raise NotDone(_("This period is not over yet."))
    with transaction.atomic():
        _one_at_a_time()
        if _standing().filter(starts=period.starts, ends=period.ends).exists():
            raise NotDone(_("This period was proposed already."))
        return Closing.objects.create(
            starts=period.starts, ends=period.ends, note=note, proposed_by=by, proposed_at=at
        )


def withdraw(pk: int, *, by: str, at: datetime) -> Closing:
    """Take a proposal back, or turn it down; the period can be proposed again."""
    return _decided(pk, State.WITHDRAWN, by, at)


def agree(pk: int, *, by: str, at: datetime) -> Closing:
    """The second hand: from here on it is counted and frozen. Raises NotDone for the one who proposed."""
    if Closing.objects.filter(pk=pk, proposed_by=by).exists():
        raise NotDone(_("Whoever proposed a period cannot close it: another person has to look."))
    return _decided(pk, State.AGREED, by, at)


def _decided(pk: int, state: str, by: str, at: datetime) -> Closing:
    open_ones = Closing.objects.filter(pk=pk, state=State.PROPOSED)
    if not open_ones.update(state=state, decided_by=by, decided_at=at):
        raise NotDone(_("This proposal was decided already."))
    return Closing.objects.get(pk=pk)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOCK])


# --- freezing ---------------------------------------------------------------------------------------


def work_off(sources: packs.Sources, *, at: datetime) -> int:
    """Freeze what two have agreed on; how many periods were closed.

    A fault is noted in its row, keeps no other period waiting, and is raised at the end; it is tried again.
    """
    closed, faults = 0, list[Exception]()
    packs.sweep(before=at - HALF_AFTER)
    for closing in Closing.objects.filter(state=State.AGREED).order_by("decided_at", "pk"):
        try:
            with _held(closing) as mine:
                if mine:
                    freeze(closing, sources, at=at)
                    closed += 1
        except Exception as fault:  # noqa: BLE001 - raised below
            faults.append(fault)
    if faults:
        raise faults[0]
    return closed


@contextmanager
def _held(closing: Closing) -> Iterator[bool]:
    """Whether nobody else works on it; it is ours until then, or until this process ends."""
    with turn(LOCK, closing.pk) as mine:
        try:
            closing.refresh_from_db()
            yield mine and closing.state == State.AGREED
        except Exception as error:
            Closing.objects.filter(pk=closing.pk).update(fault=f"{type(error).__name__}: {error}")
            raise


def freeze(closing: Closing, sources: packs.Sources, *, at: datetime) -> list[ClosedPeriod]:
    """Count every indicator that the ledger counts, make its pack, and write both down for ever."""
    period, upto = Period(closing.starts, closing.ends), refreshing.horizon()
    rules = [indicators.rule_of(one.code, period.starts) for one in indicators.counted()]
    Closing.objects.filter(pk=closing.pk).update(rows=upto * len(rules), done=0, fault="")
    frozen_ones = [
        _frozen(closing, rule, upto, sources, number * upto, at)
        for number, rule in enumerate(rules)
    ]
    with transaction.atomic():
        ClosedPeriod.objects.bulk_create(frozen_ones)
        Closing.objects.filter(pk=closing.pk).update(state=State.CLOSED, done=upto * len(rules))
    closing.refresh_from_db()
    return frozen_ones


def _frozen(
    closing: Closing, rule: Rule, upto: int, sources: packs.Sources, before: int, at: datetime
) -> ClosedPeriod:
    period, question = Period(closing.starts, closing.ends), figures.question(rule, upto=upto)
    table = count(question, period)
    order = packs.Order(
        deployment=deployment(),
        question=question,
        rule=str(rule),
        period=period,
        table=table,
        countries=frozen.countries(table),
        about=_about(closing, rule, at),
    )
    progress = Closing.objects.filter(pk=closing.pk)
    made = packs.make(order, sources, lambda done: _told(progress, before + done))
    return ClosedPeriod(
        closing=closing,
        indicator=rule.indicator_id,
        rule=rule.version,
        starts=period.starts,
        ends=period.ends,
        upto=upto,
        parameters=canonical(packs.parameters(question)),
        tables=frozen.write(table),
        countries=list(order.countries),
        rows=made.rows,
        digest=made.digest,
        rows_digest=made.rows_digest,
        ledger_digest=made.ledger_digest,
        size=made.size,
        proposed_by=closing.proposed_by,
        closed_by=closing.decided_by,
        closed_at=at,
    )


def count(question: Question, period: Period) -> Table:
    """All that is frozen of a period, with memory as a refresh of the figures has it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{refreshing.MEMORY}'")
        return counting.count(question, [period], frozen.SETS)[period]


def _told(progress: QuerySet[Closing], done: int) -> None:
    progress.update(done=done)


def _about(closing: Closing, rule: Rule, at: datetime) -> dict[str, object]:
    """What a reader of the pack wants to know besides the numbers."""
    titles = [{"scheme": one.scheme, "code": one.code, "title": one.title} for one in rule.indicator.titles.all()]  # fmt: skip
    return {
        "name": rule.indicator.name,
        "titles": titles,
        "rule_since": f"{rule.since}",
        "rule_note": rule.note,
        "proposed_by": closing.proposed_by,
        "proposed_at": closing.proposed_at.isoformat(),
        "closed_by": closing.decided_by,
        "agreed_at": closing.decided_at.isoformat() if closing.decided_at else "",
        "closed_at": at.isoformat(),
        "demonstration": settings.DEMONSTRATION,
    }


# --- reading ----------------------------------------------------------------------------------------


def closed(
    indicator: str | None = None,
    period: Period | None = None,
    *,
    own: Collection[str] | None = None,
) -> list[ClosedPeriod]:
    """Closed periods, newest first; of `own` countries only where they are given."""
    found = ClosedPeriod.objects.all()
    if indicator:
        found = found.filter(indicator=indicator)
    if period:
        found = found.filter(starts=period.starts, ends=period.ends)
    if own is not None:
        found = found.filter(Q(countries__overlap=list(own)) | Q(countries=[]))
    return list(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What an indicator's period was closed with, everywhere: the number to report, whatever is counted since."""

    on: date  # in Nairobi
    rule: str
    unique: int
    digest: str


def settled(spans: Collection[Period]) -> dict[tuple[str, Period], Settled]:
    """By indicator and period, of those among `spans` that are closed."""
    rows = ClosedPeriod.objects.filter(starts__in={one.starts for one in spans})
    found = {(one.indicator, period_of(one)): one for one in rows if period_of(one) in spans}
    return {
        key: Settled(
            on=day_of(one.closed_at),
            rule=f"{one.indicator}/{one.rule}",
            unique=frozen.total(one.tables).reached.unique,
            digest=one.digest,
        )
        for key, one in found.items()
    }


def period_of(one: ClosedPeriod | Closing) -> Period:
    return Period(one.starts, one.ends)


def table_of(one: ClosedPeriod) -> Table:
    """What was frozen."""
    return frozen.read(one.tables)


def restated(one: ClosedPeriod) -> Table:
    """What was frozen, with all that came too late: never in the place of the closed figure, only beside it."""
    table = table_of(one)
    for late in Restatement.objects.filter(closed=one).order_by("upto"):
        table = frozen.added(table, late.deltas)
    return table


def lines(one: ClosedPeriod, sets: Sequence[tuple[str, ...]] | None = None) -> list[Line]:
    """The frozen numbers as reported rows, of all breakdowns or of these."""
    return [
        Line(
            one.indicator,
            f"{one.indicator}/{one.rule}",
            period_of(one),
            dict(zip(by, cell, strict=True)),
            it,
        )
        for by, cells in table_of(one).items()
        if sets is None or by in sets
        for cell, it in cells.items()
    ]


def question_of(
    one: ClosedPeriod, *, upto: int | None = None, subjects: tuple[UUID, ...] | None = None
) -> Question:
    """The question it was counted by, whatever became of its rule's row."""
    told = json.loads(one.parameters)
    return Question(
        one.indicator,
        tuple(told["tiers"]),
        date.fromisoformat(told["start"]),
        upto=one.upto if upto is None else upto,
        subjects=subjects,
    )


def recounted(one: ClosedPeriod, rule: Rule, sets: Sequence[tuple[str, ...]] = ((),)) -> Table:
    """The same exposures, as known when it was closed, under any version of the indicator's rule."""
    period = period_of(one)
    return counting.count(figures.question(rule, upto=one.upto), [period], sets)[period]
