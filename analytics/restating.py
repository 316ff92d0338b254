"""Facts that come after a period was closed change nothing of it: what they add is written down, dated, beside it."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from analytics import closing, counting, frozen, refreshing
from analytics.counting import Table
from analytics.frozen import canonical
from analytics.models import ClosedPeriod, Exposure, Restatement
from analytics.periods import day_of, midnight
from analytics.questions import Question


def restate_due(*, at: datetime) -> int:
    """Every closed period once a day; in how many something had come too late."""
    today, upto, found = day_of(at), 0, 0
    for closed in ClosedPeriod.objects.order_by("pk"):
        last = Restatement.objects.filter(closed=closed).order_by("upto").last()
        if last is None or day_of(last.at) < today:
            upto = upto or refreshing.horizon()
            found += restate(closed, upto, at=at) is not None
    return found


def restate(closed: ClosedPeriod, upto: int, *, at: datetime) -> Restatement | None:
    """What exposures recorded since the last look, up to this sequence, add; None where they add nothing.

    Only the subjects they met are counted, as of then and as of now, unless they are very many.
    """
    last = Restatement.objects.filter(closed=closed).order_by("upto").last()
    since = last.upto if last else closed.upto
    late = _late(closed, since, upto)
    subjects = list(late.values_list("subject", flat=True).distinct()[: refreshing.FEW + 1])
    if not subjects:
        return None
    few = tuple(subjects) if len(subjects) <= refreshing.FEW else None
    then, now = (
        _table(closed, closing.question_of(closed, upto=one, subjects=few)) for one in (since, upto)
    )
    if not (deltas := frozen.deltas(then, now)):
        return None
    with transaction.atomic():
        return Restatement.objects.create(
            closed=closed,
            at=at,
            since=since,
            upto=upto,
            facts=late.count(),
            deltas=deltas,
            why=canonical(_why(closed, late)),
        )


def _late(closed: ClosedPeriod, since: int, upto: int) -> QuerySet[Exposure]:
    """Recorded in (since, upto], of before the period's end: those before its start move "first time"."""
    question, period = closing.question_of(closed), closing.period_of(closed)
    return Exposure.objects.filter(
        sequence__gt=since,
        sequence__lte=upto,
        at__lt=period.end,
        at__gte=midnight(question.start),
        indicators__contains=[closed.indicator],
    )


def _table(closed: ClosedPeriod, question: Question) -> Table:
    period = closing.period_of(closed)
    return counting.count(question, [period], frozen.SETS)[period]


def _why(closed: ClosedPeriod, late: QuerySet[Exposure]) -> dict[str, object]:
    """How many late facts there are of each kind, and when the last was recorded."""
    begin = closing.period_of(closed).begin
    kinds: Counter[str] = Counter()
    inside, newest = 0, None
    facts = late.values_list("channel", "tier", "at", "recorded_at").order_by("sequence")
    for channel, tier, happened, recorded in facts.iterator():
        kinds[f"{channel} {tier}"] += 1
        inside += happened >= begin
        newest = recorded if newest is None else max(newest, recorded)
    return {
        "facts": dict(kinds),
        "inside": inside,
        "before": sum(kinds.values()) - inside,
        "newest": newest.isoformat() if newest else "",
    }
