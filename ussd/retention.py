"""How long rows of sessions are kept. The counters they added to stay: those are of nobody.

A provider knows the number of each session, so a row is not kept longer than it is of use: to look into a bill
or a complaint about a network. What may say something of a person is kept for 90 days at most (docs/privacy.md).
"""

from datetime import datetime

from django.db.models import Q

from people import retention
from people.retention import Rule
from ussd.models import Call

SLICE = 5000  # rows a transaction: a purge never holds up the fold


def _calls(before: datetime) -> int:
    heard = Q(last_at__gte=before) | Q(ended_at__gte=before)
    old = Call.objects.exclude(heard).order_by("pk")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:SLICE]):
        gone += Call.objects.filter(pk__in=ids).delete()[0]
    return gone


RULES = (Rule("calls", _calls),)


def purge(*, at: datetime) -> int:
    """Remove sessions that are over their time; how many went."""
    return retention.purge(at=at, rules=RULES)["calls"]
