"""After a restore: nothing that may have been sent since the backup is sent again by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.blasts import approval, recurring
from campaigns.models.blasts import Blast
from campaigns.models.replies import Answer, Forward
from campaigns.models.series import Series

REASON = "restored"


@dataclass(frozen=True, slots=True)
class Stilled:
    """How many of each stand still now: blasts and series paused, answers and texts for flows left unsure."""

    blasts: int
    series: int
    answers: int


@transaction.atomic
def stand_still(*, at: datetime) -> Stilled:
    """Pause every blast and series that would go on. A single SMS that waits counts as of unknown fate:
    who still needs an answer asks again.
    """
    going = Blast.objects.filter(state__in=[Blast.State.APPROVED, Blast.State.RUNNING])
    blasts = sum(approval.hold(blast, at=at, reason=REASON) for blast in going)
    series = [
        recurring.hold(one, at=at) for one in Series.objects.filter(state=Series.State.APPROVED)
    ]
    answers = Answer.objects.filter(state=Answer.State.WAITING).update(state=Answer.State.BEGUN)
    answers += Forward.objects.filter(state=Forward.State.WAITING).update(state=Forward.State.BEGUN)
    return Stilled(blasts, len(series), answers)
