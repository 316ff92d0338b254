"""How long rows of sessions are kept. The counters they added to stay: those are of nobody.

A provider knows the number of each session, so a row is not kept longer than it is of use: to look into a bill
or a complaint about a network. `indicators.md` 4.3 gives 90 days to what may say something of a person.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from ussd.models import Call

SESSIONS = timedelta(days=90)  # after the last that was heard of them
SLICE = 5000  # rows a transaction: a purge never holds up the fold


def purge(*, at: datetime) -> int:
    """Remove sessions that are over their time; how many went."""
    before = at - SESSIONS
    heard = Q(last_at__gte=before) | Q(ended_at__gte=before)
    old = Call.objects.exclude(heard).order_by("pk")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:SLICE]):
        gone += Call.objects.filter(pk__in=ids).delete()[0]
    return gone
