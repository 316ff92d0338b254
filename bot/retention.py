"""What chats leave behind, and for how long: periods of `indicators.md` 4.3, one function a kind of row.

Whoever asks to be forgotten is gone from answers and cases within minutes, whichever door they asked at. Of
a case stay the rule that heard it, the country and the time: whoever looks after it must not call a phone
back whose holder wants nothing to be known of it.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from bot.models import Answer, Case, Question
from people import erasure

LOOP = timedelta(
    hours=1
)  # a number that writes without end is known by its answers of the last hour
ANSWERED = timedelta(days=7)  # a provider posts a message again for twelve hours
TEXTS = timedelta(days=90)
CLOSED = timedelta(days=30)  # after a case was closed


def purge(*, at: datetime) -> None:
    """Drop whatever is over its time, and what is of people who asked to be forgotten."""
    for wish in erasure.asked():
        forget(wish.token, before=wish.at)
    Answer.objects.filter(made_at__lt=at - LOOP).exclude(token="").update(token="")
    Answer.objects.filter(made_at__lt=at - ANSWERED).delete()
    Question.objects.filter(asked_at__lt=at - TEXTS).delete()
    _empty(Q(state=Case.State.CLOSED, closed_at__lt=at - CLOSED))


def forget(token: str, *, before: datetime) -> None:
    """Nothing in answers and cases of before leads to this person any more; the rows stay as counts."""
    theirs = Answer.objects.filter(token=token, made_at__lt=before)
    theirs.exclude(state=Answer.State.WAITING).update(token="", number="", text="")
    _empty(Q(token=token, heard_at__lt=before))


def _empty(which: Q) -> None:
    Case.objects.filter(which).exclude(text="").update(text="", number="", token="")
