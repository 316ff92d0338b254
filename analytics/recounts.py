"""How many of those the ledger has counted may be counted a second time, because they asked to be forgotten.

Their rows stay and lead to nobody; should they come back they are new. Kept as counts a day and country: of
whom, nobody can say.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from analytics.models import Reach, Recount

# reach begins with the subject, so this is one look at the key for each of them. Once a subject, in the country
# of the first exposure, so that countries add up. Nobody is reached by what was only sent.
NOTE = """
INSERT INTO analytics_recount AS r (day, country, subjects)
SELECT (now() AT TIME ZONE 'Africa/Nairobi')::date, country, count(*)
FROM (SELECT DISTINCT ON (subject) subject, country FROM analytics_reach
      WHERE subject = ANY(%s) AND tier NOT IN ('targeted', 'sent') ORDER BY subject, sequence) AS first
GROUP BY country ORDER BY country
ON CONFLICT (day, country) DO UPDATE SET subjects = r.subjects + excluded.subjects
"""


def note(subjects: Collection[UUID]) -> None:
    """These subjects were cut from their tokens, inside the caller's transaction."""
    if not subjects:
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(NOTE, [list(subjects)])


def possible(*, since: date | None = None, countries: Iterable[str] | None = None) -> int:
    """How many may be counted twice: cut on `since` or later (ever, without it), in these countries (in all)."""
    cuts = Recount.objects.all()
    if since:
        cuts = cuts.filter(day__gte=since)
    if countries is not None:
        cuts = cuts.filter(country__in=list(countries))
    return cuts.aggregate(all=Sum("subjects"))["all"] or 0


def months(subject: UUID) -> int:
    """In how many months the ledger counts this subject."""
    return Reach.objects.filter(subject=subject).values("month").distinct().count()
