"""What the home page tells each role it can do next: what is published, the directory of help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from campaigns.models import Edition, Referral
from campaigns.press import serving
from campaigns.proofs.expiring import SOON


def current_edition() -> Edition | None:
    """The one published last, without what is large."""
    return serving.rows().first()


@dataclass(frozen=True, slots=True)
class Directory:
    """Places that help in some countries. `proven`: a call showed that the number works, and it still holds."""

    entries: int
    invented: int
    proven: int
    expiring: int  # proven, but only for less than SOON


def directory(countries: Sequence[str], *, on: date) -> Directory:
    real, proven = Q(fictitious=False), Q(verified_by_call_on__isnull=False)
    holds = Q(expires__gt=on)
    counted = Referral.objects.filter(country__in=countries).aggregate(
        entries=Count("pk", filter=real),
        invented=Count("pk", filter=~real),
        proven=Count("pk", filter=real & proven & holds),
        expiring=Count("pk", filter=real & proven & holds & Q(expires__lte=on + SOON)),
    )
    return Directory(**counted)
