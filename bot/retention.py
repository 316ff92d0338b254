"""What chats leave behind, and for how long (`people.keeping`), one function a kind of row.

Whoever asks to be forgotten is gone from cases within minutes, whichever door they asked at. Of a case stay
the rule that heard it, the country and the time: whoever looks after it must not call a phone back whose
holder wants nothing to be known of it. Answers by SMS: `campaigns.replies.retention`.
"""

from datetime import datetime

from django.db.models import Q

from bot import grouping, wishes
from bot.models import Case, Question, Wish
from people import erasure, retention
from people.retention import Rule


def _questions(before: datetime) -> int:
    """With them goes what was made of them: a group holds nothing once its questions are gone."""
    gone = Question.objects.filter(asked_at__lt=before).delete()[0]
    grouping.clear()
    return gone


def _cases(before: datetime) -> int:
    """Closed or not: whoever still helps this person keeps their own record, under their own rules."""
    return _empty(Q(heard_at__lt=before))


def _closed_cases(before: datetime) -> int:
    return _empty(Q(state=Case.State.CLOSED, closed_at__lt=before))


def _threads(before: datetime) -> int:
    return wishes.empty(Wish.objects.exclude(token="").filter(last_at__lt=before))


def _closed_threads(before: datetime) -> int:
    closed = Wish.objects.filter(state=Wish.State.CLOSED, closed_at__lt=before)
    return wishes.empty(closed.exclude(token=""))


RULES = (
    Rule("questions", _questions),
    Rule("cases", _cases),
    Rule("closed-cases", _closed_cases),
    Rule("threads", _threads),
    Rule("closed-threads", _closed_threads),
)


def purge(*, at: datetime) -> None:
    """Drop whatever is over its time, and what is of people who asked to be forgotten."""
    _empty(Q(erasure.wished("heard_at")))
    wishes.empty(Wish.objects.filter(erasure.wished("asked_at")))
    retention.purge(at=at, rules=RULES)


def _empty(which: Q) -> int:
    return (
        Case.objects.filter(which)
        .exclude(text="")
        .update(text="", number="", token="", safe_word="", safe_when="", says="")
    )
