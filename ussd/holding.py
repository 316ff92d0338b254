"""Hops that wait for what their caller may still say of themselves, so that it stands on their exposures (D8).

An exposure is written once and never changes. A session that may put its question is therefore counted when
it was answered, skipped or left: with the first hop after that, the session's end, or after some minutes.
Sessions that ask nothing never come here.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from ussd import heard
from ussd.heard import Hop, Name, Told
from ussd.models import HeldHop

LONGEST = timedelta(minutes=5)  # no operator lets a session last longer than three


def due(hops: Collection[Hop]) -> list[Hop]:
    """The hops that can be counted now, those held back before first; the others of these are held."""
    told: dict[Name, Told | None] = {hop.name: hop.told for hop in hops if hop.waits is False}
    now = [hop for hop in hops if not hop.waits or hop.name in told]
    held = [hop for hop in hops if hop.waits and hop.counts and hop.name not in told]
    HeldHop.objects.bulk_create(
        HeldHop(gateway=hop.gateway, session=hop.session, at=hop.at, body=heard.body(hop))
        for hop in held
    )
    freed = ended(told) if told else []
    return [replace(hop, told=hop.told or told.get(hop.name)) for hop in (*freed, *now)]


def ended(names: Iterable[Name]) -> list[Hop]:
    """The hops held back of sessions that have ended."""
    wanted = set(names)
    rows = HeldHop.objects.filter(session__in=[session for _, session in wanted])
    return _take(rows, wanted)


def overdue(*, at: datetime) -> list[Hop]:
    """The hops of sessions that must be over by now; no end was told of them."""
    return _take(HeldHop.objects.filter(at__lt=at - LONGEST))


def _take(rows: QuerySet[HeldHop], wanted: Collection[Name] | None = None) -> list[Hop]:
    """Take these rows away, inside the caller's transaction; one that another fold holds is its own."""
    found = [
        row
        for row in rows.select_for_update(skip_locked=True).order_by("at", "id")
        if wanted is None or (row.gateway, row.session) in wanted
    ]
    HeldHop.objects.filter(pk__in=[row.pk for row in found]).delete()
    return heard.current(heard.of(row.body, row.at) for row in found)
