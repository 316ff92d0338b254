"""What single SMS leave behind, and for how long: periods of `indicators.md` 4.3.

Whoever asks to be forgotten is gone within minutes, whichever door they asked at. An answer to an SMS that
still waits goes out first: it may be the one that says so. A parcel that still waits is not sent.
"""

from datetime import datetime, timedelta

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from campaigns.models.deliveries import Reply
from campaigns.models.replies import Answer
from campaigns.replies.outbox import EMPTY, OLDEST
from people import erasure

LOOP = timedelta(
    hours=1
)  # a number that writes without end is known by its answers of the last hour
CAP = timedelta(days=1)  # one that asks for text after text, by its parcels of the last day
ANSWERED = timedelta(days=7)  # a provider posts a message again for twelve hours
NAMED = timedelta(days=30)  # references of what was sent; the last receipt comes after days
Kind, State = Answer.Kind, Answer.State


def purge(*, at: datetime) -> None:
    """Drop whatever is over its time, and what is of people who asked to be forgotten."""
    for wish in erasure.asked():
        forget(wish.token, before=wish.at)
    answers = Answer.objects.filter(kind=Kind.ANSWER, made_at__lt=at - LOOP)
    answers.exclude(token="").update(token="")
    _unname(Q(made_at__lt=at - CAP))
    left = Answer.objects.filter(state=State.BEGUN, made_at__lt=at - OLDEST)
    left.exclude(text="").update(**EMPTY)
    Answer.objects.filter(made_at__lt=at - ANSWERED).delete()
    Reply.objects.filter(at__lt=at - NAMED).delete()


def forget(token: str, *, before: datetime) -> None:
    """Nothing in answers and parcels of before leads to this person any more; the rows stay as counts."""
    theirs = Q(token=token, made_at__lt=before)
    parcels = Answer.objects.filter(theirs, kind=Kind.PARCEL)
    parcels.filter(state=State.WAITING).update(state=State.REFUSED, reason="erased")
    _unname(theirs)
    answers = Answer.objects.filter(theirs, kind=Kind.ANSWER)
    answers.exclude(state=State.WAITING).update(token="", **EMPTY)


def _unname(which: Q) -> None:
    """Parcels without number and session, and a sensitive one without its item: nobody's path is in them."""
    parcels = Answer.objects.filter(which, kind=Kind.PARCEL).exclude(token="")
    parcels.filter(sensitive=True).update(item="")
    nameless = Concat(Value("parcel:"), Cast("pk", CharField()))
    parcels.update(token="", reference=nameless, **EMPTY)
