"""What single SMS leave behind, and for how long (`people.keeping`).

Whoever asks to be forgotten is gone within minutes, whichever door they asked at. An answer to an SMS that
still waits goes out first: it may be the one that says so. A parcel or a colleague's answer that still waits is not
sent, a text not passed on.
"""

from datetime import datetime

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from campaigns.models.deliveries import Reply
from campaigns.models.replies import Answer, Forward
from campaigns.replies import forwards
from campaigns.replies.outbox import EMPTY
from people import erasure, retention
from people.keeping import KINDS
from people.retention import Rule

LOOP = KINDS["answers"].fixed  # a number that writes without end is known by its answers of so long
CAP = KINDS["parcels"].fixed  # one that asks for text after text, by its parcels of so long
Kind, State = Answer.Kind, Answer.State


def _answers(before: datetime) -> int:
    answers = Answer.objects.filter(kind__in=(Kind.ANSWER, Kind.PERSON), made_at__lt=before)
    return answers.exclude(token="").update(token="")


def _parcels(before: datetime) -> int:
    return _unname(Q(made_at__lt=before))


def _left(before: datetime) -> int:
    """Whether these were sent is unknown, and will stay so."""
    left = Answer.objects.filter(state=State.BEGUN, made_at__lt=before)
    given = Forward.objects.filter(state=Forward.State.BEGUN, made_at__lt=before)
    return left.exclude(text="").update(**EMPTY) + _drop(given)


def _answered(before: datetime) -> int:
    """A provider posts a message again for twelve hours: till then a row says that it was answered."""
    rows = (Answer.objects.filter(made_at__lt=before), Forward.objects.filter(made_at__lt=before))
    return sum(one.delete()[0] for one in rows)


def _references(before: datetime) -> int:
    """Of what was sent; the last receipt comes after days."""
    return Reply.objects.filter(at__lt=before).delete()[0]


RULES = (
    Rule("answers", _answers),
    Rule("parcels", _parcels),
    Rule("left", _left),
    Rule("answered", _answered),
    Rule("references", _references),
)


def purge(*, at: datetime) -> None:
    """Drop whatever is over its time, and what is of people who asked to be forgotten."""
    _forget(Q(erasure.wished("made_at")))
    retention.purge(at=at, rules=RULES)


def forget(token: str, *, before: datetime) -> None:
    """Nothing in answers and parcels of before leads to this person any more; the rows stay as counts."""
    _forget(Q(token=token, made_at__lt=before))


def _forget(theirs: Q) -> None:
    parcels = Answer.objects.filter(theirs, kind=Kind.PARCEL)
    parcels.filter(state=State.WAITING).update(state=State.REFUSED, reason="erased")
    _unname(theirs)
    late = Answer.objects.filter(theirs, kind=Kind.PERSON)
    late.filter(state=State.WAITING).update(state=State.REFUSED, reason="erased")
    late.update(token="", **EMPTY)
    answers = Answer.objects.filter(theirs, kind=Kind.ANSWER)
    answers.exclude(state=State.WAITING).update(token="", **EMPTY)
    _drop(Forward.objects.filter(theirs))


def _drop(forwarded: QuerySet[Forward]) -> int:
    """What still waits is not passed on; of what is under way RapidPro may have it."""
    forwarded.filter(state=Forward.State.WAITING).update(
        state=Forward.State.REFUSED, reason="erased"
    )
    return forwarded.exclude(text="").update(**forwards.EMPTY)


def _unname(which: Q) -> int:
    """Parcels without number and session, and a sensitive one without its item: nobody's path is in them."""
    parcels = Answer.objects.filter(which, kind=Kind.PARCEL).exclude(token="")
    parcels.filter(sensitive=True).update(item="")
    nameless = Concat(Value("parcel:"), Cast("pk", CharField()))
    return parcels.update(token="", reference=nameless, **EMPTY)
