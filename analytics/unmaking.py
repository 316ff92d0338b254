"""Taking a demonstration out of the ledger: the one place where what only grows is made smaller.

Nothing here knows whether it may: who calls it has made sure that every number was invented, and puts it on
record. Rights that the product's role gave up (docs/adr/0010, 0016) are taken for the length of the transaction.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Q, QuerySet

from analytics import chain, ledger, packs, refreshing
from analytics.models import (
    Baseline,
    ClosedPeriod,
    Closing,
    Count,
    DayLink,
    Deviation,
    Entry,
    ExportJob,
    Exposure,
    Figure,
    QuizAnswer,
    Recount,
    Release,
    Restatement,
    Target,
)
from analytics.periods import Period, day_of

GUARDED = (
    "analytics_exposure, analytics_daylink, analytics_closedperiod, analytics_restatement, analytics_release, analytics_entry,"
    " analytics_target, analytics_baseline, analytics_deviation"
)
FILL = """
INSERT INTO analytics_reach (
    subject, indicator, month, tier, campaign, country, channel, linked,
    sequence, language, network, sex, age_band, status, district)
SELECT DISTINCT ON (subject, indicator, month, tier, campaign, country, channel, linked)
    subject, indicator, month, tier, campaign, country, channel, linked,
    sequence, language, network, sex, age_band, status, district
FROM (SELECT *, date_trunc('month', at AT TIME ZONE 'Africa/Nairobi')::date AS month
      FROM analytics_exposure) exposure, unnest(indicators) AS indicator
ORDER BY subject, indicator, month, tier, campaign, country, channel, linked, sequence"""


def unmake(period: Period, *, at: datetime) -> Mapping[str, int]:
    """Remove everything that happened, was said or was closed in the period; rows by word.

    What is left is chained and counted anew: a link that was noted before no longer holds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ledger.barrier(cursor)
        with _rights():
            gone = {name: rows.delete()[0] for name, rows in _said(period).items()}
            gone |= _closed(period)
            gone["exposures"] = _happened(period)
    chain.close_days(at=at)
    refreshing.refresh(at=at)
    return gone


def counted_before(at: datetime) -> date | None:
    """The first day on which anything was counted here before then; None for nothing."""
    first = Exposure.objects.filter(at__lt=at).aggregate(first=Min("at"))["first"]
    return day_of(first) if first else None


@contextmanager
def _rights() -> Iterator[None]:
    """The right to delete, taken and given up within the transaction. Raises ProgrammingError for another's tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE, DELETE ON {GUARDED} TO CURRENT_USER")
        yield
        # what was deleted is looked for in the rows that pointed at it, under a lock: that needs UPDATE
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(f"REVOKE UPDATE, DELETE ON {GUARDED} FROM CURRENT_USER")


def _said(period: Period) -> "Mapping[str, QuerySet[Any]]":
    """What was entered by hand in these days, whatever period it is about."""
    said = Q(set_at__gte=period.begin, set_at__lt=period.end)
    return {
        "entries": Entry.objects.filter(entered_at__gte=period.begin, entered_at__lt=period.end),
        "targets": Target.objects.filter(said),
        "baselines": Baseline.objects.filter(said),
        "deviations": Deviation.objects.filter(said),
    }


def _closed(period: Period) -> Mapping[str, int]:
    """Periods that touch these days, whoever closed them and when, with their packs and releases."""
    touched = Q(starts__lt=period.ends, ends__gt=period.starts)
    frozen = ClosedPeriod.objects.filter(touched)
    digests = list(frozen.values_list("digest", flat=True))
    Restatement.objects.filter(closed__in=frozen.values("pk")).delete()
    Release.objects.filter(touched).delete()
    ExportJob.objects.filter(touched).delete()
    gone = frozen.delete()[0]
    Closing.objects.filter(touched).delete()
    for digest in digests:
        packs.place(digest).unlink(missing_ok=True)
    return {"closed periods": gone}


def _happened(period: Period) -> int:
    """Exposures and answers of these days; what follows from the others is made anew."""
    inside = Q(at__gte=period.begin, at__lt=period.end)
    exposures = Exposure.objects.filter(inside)
    first = exposures.aggregate(first=Min("recorded_on"))["first"]
    gone = exposures.delete()[0]
    QuizAnswer.objects.filter(inside).delete()
    Recount.objects.filter(day__gte=period.starts, day__lt=period.ends).delete()
    if first is not None:
        DayLink.objects.filter(day__gte=first).delete()
    Figure.objects.all().delete()
    Count.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM analytics_reach")
        cursor.execute(FILL)
    return gone
