"""The kill switch (S14): every blast of a campaign, or into a country, ends at once.

What is in a request ends with it; whatever waits is closed in the same moment and no worker leases it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext

from campaigns.blasts import approval, permits
from campaigns.models.blasts import Blast
from campaigns.models.deliveries import Chunk
from people import audit
from people.audit import Kind
from people.models import Staff


@dataclass(frozen=True, slots=True)
class Scope:
    """What one pull ends: `kind` country or campaign, its code, blasts alive, people no request went out for."""

    kind: str
    code: str
    blasts: int
    left: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """`blasts`: ended; `others`: those that reach into countries the staff member does not work for."""

    blasts: tuple[int, ...]
    others: tuple[int, ...]


def alive() -> QuerySet[Blast]:
    """Blasts that may still send, planned ones among them."""
    return Blast.objects.filter(state__in=approval.ALIVE)


def scopes(staff: Staff) -> Sequence[Scope]:
    """What this staff member can end with one pull, by kind and code (one query)."""
    if not _may(staff):
        return ()
    left = Sum("chunks__people", filter=Q(chunks__state=Chunk.State.WAITING), default=0)
    own = alive().filter(countries__contained_by=list(staff.own)).annotate(left=left)
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for campaign, countries, people in own.values_list("campaign__code", "countries", "left"):
        for scope in [("campaign", campaign), *(("country", code) for code in countries)]:
            blasts, sum_ = sums.get(scope, (0, 0))
            sums[scope] = (blasts + 1, sum_ + people)
    return [Scope(*scope, *found) for scope, found in sorted(sums.items())]


def stop_all(*, by: Staff, at: datetime, country: str = "", campaign: str = "") -> Stopped:
    """End them all, in one transaction; both given, those of the campaign that go into the country.

    Raises permits.Refused. A blast into several countries ends in all of them. One entry of the audit tells it.
    """
    if not country and not campaign:
        raise permits.Refused(gettext("Say which country, or which campaign."))
    if not _may(by):
        said = gettext("%(name)s may not stop blasts.")
        raise permits.Refused(said % {"name": by.username})
    with transaction.atomic():
        found = list(_meant(country, campaign).select_for_update().order_by("pk"))
        own = set(by.own)
        mine = [blast for blast in found if set(blast.countries) <= own]
        for blast in mine:
            approval.stop(blast, by=by, at=at)
        stopped = tuple(blast.pk for blast in mine)
        told = {"campaign": campaign, "blasts": " ".join(map(str, stopped)) or "none"}
        what = "all blasts stopped"
        audit.note(Kind.STOP, by=by, what=what, country=country, details=told, at=at)
    return Stopped(stopped, tuple(blast.pk for blast in found if blast not in mine))


def _meant(country: str, campaign: str) -> QuerySet[Blast]:
    found = alive().filter(countries__contains=[country]) if country else alive()
    return found.filter(campaign__code=campaign) if campaign else found


def _may(staff: Staff) -> bool:
    return staff.is_active and (staff.has_perm(permits.PLAN) or staff.has_perm(permits.APPROVE))
