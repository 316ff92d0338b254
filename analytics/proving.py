"""Do the closed periods still say what the ledger says: rows, numbers, and what came too late?

And do the digests that were printed, of packs and of released tables, still lead to what they were printed for?
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from analytics import closing, counting, evidence, frozen, outside, packs
from analytics.container import Container
from analytics.counting import Table
from analytics.models import ClosedPeriod, Release, Restatement
from analytics.periods import Period


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
        if not _packed(one):
            yield f"{name}: no evidence pack of this digest says so."


def _packed(one: ClosedPeriod) -> bool:
    """Whether its pack lies there, under its digest, and names the same people, rows and countries."""
    try:
        data = Container(packs.place(one.digest)).manifest()
        told = json.loads(data)
        about = told["about"]
        said = (about["proposed_by"], about["closed_by"], told["rows"], told["rows_digest"])
        same = said == (one.proposed_by, one.closed_by, one.rows, one.rows_digest)
        return (
            same
            and told["countries"] == one.countries
            and hashlib.sha256(data).hexdigest() == one.digest
        )
    except (ValueError, KeyError, TypeError):
        return False


def released() -> Iterator[str]:
    """Every table that left and is not what it was."""
    for one in Release.objects.order_by("pk"):
        period = Period(one.starts, one.ends)
        if one.digest != outside.digest(one.indicator, one.rule, period, one.table, one.content):
            yield f"Released table {one.indicator} {period.code} {one.table}: it is not what it was."


def _recount(one: ClosedPeriod, upto: int) -> Table:
    question = replace(closing.question_of(one, upto=upto), recount=True)
    period = closing.period_of(one)
    return counting.count(question, [period], frozen.SETS)[period]
