"""What people ask about, counted: never who, never a text, and of danger never fewer than five."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db.models import Count

from analytics import counting
from analytics.periods import Period
from analytics.questions import Question as Asked
from bot.models import Question, QuestionGroup
from campaigns.models.content import ContentItem

OWN_WAYS: Final = ("ussd", "chat")  # what somebody dialled or wrote for, not what we sent
ITEM: Final = ("item",)
SPLIT: Final = ("channel", "item")
SENSITIVE: Final = "unknown"  # the ledger does not know which item it was


@dataclass(frozen=True, slots=True)
class Theme:
    """Unique numbers that came for one content item by themselves; `item` SENSITIVE: for any sensitive one."""

    item: str
    numbers: int
    ussd: int
    chat: int


def question(asked: Asked) -> Asked:
    """The same question, of those who came by themselves alone."""
    return replace(asked, only={**asked.only, "channel": OWN_WAYS})


def themes(asked: Asked, period: Period) -> list[Theme]:
    """The most asked first. Chat identities without a number are not in it."""
    met = counting.met(question(asked), period, [ITEM, SPLIT])
    by_channel = {cell: one.reached for cell, one in met[SPLIT].items()}
    found = [
        Theme(
            item,
            one.reached,
            by_channel.get(("ussd", item), 0),
            by_channel.get(("chat", item), 0),
        )
        for (item,), one in met[ITEM].items()
        if one.reached
    ]
    return sorted(found, key=lambda one: (one.item == SENSITIVE, -one.numbers, one.item))


def unanswered(begin: datetime, end: datetime, countries: Collection[str]) -> dict[str, int]:
    """Questions without an answer by the answer that was nearest: its code, SENSITIVE of sensitive ones, "" of none.

    Of those that are still kept: they go after weeks (bot.retention). Three queries.
    """
    asked = Question.objects.filter(asked_at__gte=begin, asked_at__lt=end, country__in=countries)
    counts = dict(
        asked.exclude(state=Question.State.DANGER).values_list("group").annotate(Count("pk"))
    )
    groups = QuestionGroup.objects.in_bulk([one for one in counts if one])
    near = {pk: _nearest(one) for pk, one in groups.items()}
    items = ContentItem.objects.filter(code__in=set(near.values()), sensitive=True)
    sensitive = set(items.values_list("code", flat=True))
    found: Counter[str] = Counter()
    for pk, size in counts.items():
        item = near.get(pk, "") if pk else ""
        found[SENSITIVE if item in sensitive else item] += size
    return dict(found)


def _nearest(group: QuestionGroup) -> str:
    """What editors made of it, else what the matcher took for nearest."""
    return group.item or (str(group.guesses[0][0]) if group.guesses else "")
