"""What chats leave behind, and for how long: periods of `indicators.md` 4.3, one function a kind of row.

Whoever asks to be forgotten is gone from cases within minutes, whichever door they asked at. Of a case stay
the rule that heard it, the country and the time: whoever looks after it must not call a phone back whose
holder wants nothing to be known of it. Answers by SMS: `campaigns.replies.retention`.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from bot.models import Case, Question
from people import erasure

TEXTS = timedelta(days=90)
CLOSED = timedelta(days=30)  # after a case was closed


def purge(*, at: datetime) -> None:
    """Drop whatever is over its time, and what is of people who asked to be forgotten."""
    for wish in erasure.asked():
        forget(wish.token, before=wish.at)
    Question.objects.filter(asked_at__lt=at - TEXTS).delete()
    _empty(Q(state=Case.State.CLOSED, closed_at__lt=at - CLOSED))


def forget(token: str, *, before: datetime) -> None:
    """Nothing in cases of before leads to this person any more; the rows stay as counts."""
    _empty(Q(token=token, heard_at__lt=before))


def _empty(which: Q) -> None:
    Case.objects.filter(which).exclude(text="").update(text="", number="", token="")
