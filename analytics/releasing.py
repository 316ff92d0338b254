"""Releases that staff asked for: a worker decides one after the other, and the page tells how far it is.

Nothing is written before all periods are decided, so a worker that died leaves a wish that the next tick begins anew.
"""

import logging
from datetime import datetime

from django.db import Error
from django.db.models import QuerySet

from analytics import outside
from analytics.models import Releasing
from analytics.periods import Period
from analytics.turns import turn

log = logging.getLogger(__name__)
LOCK = 0x6E6A6F71  # advisory: whoever works wishes off


def ask(indicator: str, period: Period, *, by: str, at: datetime) -> None:
    """Have the tables of a closed period released; a wish that failed begins anew. Raises NotReleased."""
    outside.check(indicator, period)
    if outside.released(indicator, period):
        return
    anew = {"by": by, "asked_at": at, "failed": False, "started_at": None}
    failed = _wishes(indicator, period).filter(failed=True)
    if not failed.update(**anew, done=0, expected=0):
        days = {"starts": period.starts, "ends": period.ends}
        Releasing.objects.get_or_create(indicator=indicator, **days, defaults=anew)


def work_off(*, at: datetime) -> int:
    """Decide every wish, unless somebody else is at it; how many were released."""
    with turn(LOCK) as mine:
        waiting = list(Releasing.objects.filter(failed=False)) if mine else []
        return sum(_released(wish, at) for wish in waiting)


def _released(wish: Releasing, at: datetime) -> bool:
    period = Period(wish.starts, wish.ends)
    own = _wishes(wish.indicator, period)
    own.update(started_at=at, done=0, expected=0)

    def tell(done: int, expected: int) -> None:
        own.update(done=done, expected=expected)

    try:
        outside.release(wish.indicator, period, by=wish.by, at=at, tell=tell)
    except (outside.NotReleased, Error, ValueError):
        log.exception("The tables of %s %s could not be released.", wish.indicator, period.code)
        own.update(failed=True)
        return False
    own.delete()
    return True


def _wishes(indicator: str, period: Period) -> QuerySet[Releasing]:
    return Releasing.objects.filter(indicator=indicator, starts=period.starts, ends=period.ends)
