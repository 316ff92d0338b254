"""What the folds keep of somebody who asks for a person: one thread as long as it is open, ended by STOP."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from bot.models import Wish, WishText
from bot.redaction import redacted
from bot.said import Said
from campaigns.models.replies import Answer
from people import identity

MOST = 40  # texts of one thread: more is a machine
ENDS = ("stop", "forget")
EMPTY = {"number": "", "address": "", "token": "", "code": ""}


def follow(told: Said) -> None:
    """What the message asks: a person, or an end of it. Inside the fold's transaction, once an entry or twice."""
    if not told.token:
        return
    if told.wish in ENDS:
        end((told.token, *told.former), at=told.at)
    elif told.wish == "person" and told.asked:
        _add(told)


def open_ones(tokens: Sequence[str]) -> QuerySet[Wish]:
    """The threads of this person that are not closed; one, or none."""
    theirs = Wish.objects.filter(token__in=[one for one in tokens if one])
    return theirs.exclude(state=Wish.State.CLOSED)


def _add(told: Said) -> None:
    if WishText.objects.filter(entry=told.entry).exists():
        return
    wish = open_ones((told.token, *told.former)).select_for_update().first() or _begin(told)
    if wish.texts.count() >= MOST:
        return
    text = identity.seal(redacted(told.asked))
    WishText.objects.create(wish=wish, entry=told.entry, text=text, at=told.at)
    Wish.objects.filter(pk=wish.pk).update(last_at=told.at)


def _begin(told: Said) -> Wish:
    return Wish.objects.create(
        entry=told.entry,
        door=told.door,
        gateway=told.gateway,
        code=told.code,
        country=told.country[:2],
        language=told.language[:12],
        number=told.number,
        address=told.address,
        token=told.token,
        asked_at=told.at,
        last_at=told.at,
    )


def end(tokens: Sequence[str], *, at: datetime) -> None:
    """They said STOP: nobody writes to them, what waits is not sent, and what they wrote is gone."""
    theirs = list(open_ones(tokens).select_for_update().values_list("pk", flat=True))
    closed = {"state": Wish.State.CLOSED, "reason": Wish.Reason.STOPPED, "closed_at": at}
    Wish.objects.filter(pk__in=theirs).update(**closed)
    waiting = Answer.objects.filter(kind=Answer.Kind.PERSON, token__in=tokens)
    waiting.filter(state=Answer.State.WAITING, made_at__lte=at).update(
        state=Answer.State.REFUSED, reason="suppressed", number="", text=""
    )
    empty(Wish.objects.filter(pk__in=theirs))


def empty(which: QuerySet[Wish]) -> int:
    """Nothing in these leads to anybody any more; the rows stay as counts."""
    found = list(which.values_list("pk", flat=True))
    WishText.objects.filter(wish__in=found).delete()
    return Wish.objects.filter(pk__in=found).update(**EMPTY)
