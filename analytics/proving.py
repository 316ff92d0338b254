"""Do the closed periods still say what the ledger says: rows, numbers, and what came too late?"""

from collections.abc import Iterator
from dataclasses import replace

from analytics import closing, counting, evidence, frozen
from analytics.counting import Table
from analytics.models import ClosedPeriod, Restatement


def closed() -> Iterator[str]:
    """Every difference in plain words. Counts from the exposures alone; costs as much as closing did."""
    for one in ClosedPeriod.objects.order_by("pk"):
        name = f"Closed period {one.indicator} {closing.period_of(one).code}"
        question, period = closing.question_of(one), closing.period_of(one)
        if evidence.ledger_digest(question, period) != one.ledger_digest:
            yield f"{name}: its rows are not what they were when it was closed."
        if frozen.write(_recount(one, one.upto)) != one.tables:
            yield f"{name}: a recount under its own rule gives other numbers."
        last = Restatement.objects.filter(closed=one).order_by("upto").last()
        if last and closing.restated(one) != _recount(one, last.upto):
            yield f"{name}: its restatements do not lead to what is counted now."


def _recount(one: ClosedPeriod, upto: int) -> Table:
    question = replace(closing.question_of(one, upto=upto), recount=True)
    period = closing.period_of(one)
    return counting.count(question, [period], frozen.SETS)[period]
