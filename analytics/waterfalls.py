"""From whom we meant to whom we reached, step by step, so that every step can be added up.

Each step is a set of unique numbers of the period, so nothing is negative and the levels follow exactly. Who was
sent to or got a receipt for what belongs to an earlier period joins in on the way: that is a step too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from analytics.counting import MASK, MASKS, Numbers
from analytics.models import Tier
from analytics.periods import Period
from analytics.questions import Parts, Question, hits

MASKED = """
WITH hits AS NOT MATERIALIZED ({hits}),
base AS (
    SELECT subject, bit_or({mask}) AS mask FROM hits WHERE linked AND {only} GROUP BY subject
)
SELECT mask, count(*) FROM base GROUP BY mask ORDER BY mask"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Unique numbers; four levels, and what leads from each to the next."""

    targeted: int
    not_sent: int  # no message of theirs was accepted in the period
    targeted_before: int  # accepted in it, targeted before it
    sent: int
    no_receipt: int  # no handset said that it came
    sent_before: int  # the receipt came in it, the message left before it
    delivered: int
    own_way: int  # reached by what they dialled or wrote, without a delivered message
    not_counted: int  # delivered, but the rule asks for more
    reached: int

    @property
    def difference(self) -> int:
        """What the steps do not explain: 0."""
        gained = self.targeted_before + self.sent_before + self.own_way
        lost = self.not_sent + self.no_receipt + self.not_counted
        return self.targeted + gained - lost - self.reached


def statement(question: Question, period: Period) -> tuple[str, dict[str, Any]]:
    """How many numbers there are with each combination of tiers, in a period that begins before it ends."""
    parts = Parts.of([()])
    span = Period(max(period.starts, question.start), period.ends)
    listed, params = hits(question, span, parts, ())
    only = parts.fragments(question.only)["only"]
    return MASKED.format(hits=listed, mask=MASK, only=only), params | parts.params(question)


def counted(question: Question, period: Period) -> Flow:
    """Every step counted for itself, from the ledger."""
    if question.start >= period.ends:
        return of({}, question.tiers)
    with connection.cursor() as cursor:
        cursor.execute(*statement(question, period))
        return of(dict(cursor.fetchall()), question.tiers)


def of(masks: Mapping[int, int], tiers: tuple[str, ...]) -> Flow:
    """Steps out of how many numbers have each combination of tiers."""
    targeted, sent, delivered = (
        MASKS[one.value] for one in (Tier.TARGETED, Tier.SENT, Tier.DELIVERED)
    )
    reached = sum(MASKS[one] for one in tiers)

    def people(having: int, lacking: int = 0) -> int:
        return sum(size for mask, size in masks.items() if mask & having and not mask & lacking)

    return Flow(
        targeted=people(targeted),
        not_sent=people(targeted, sent),
        targeted_before=people(sent, targeted),
        sent=people(sent),
        no_receipt=people(sent, delivered),
        sent_before=people(delivered, sent),
        delivered=people(delivered),
        own_way=people(reached, delivered),
        not_counted=people(delivered, reached),
        reached=people(reached),
    )


def net(numbers: Numbers) -> Flow:
    """The same out of kept figures: of each pair of opposite steps only what the levels differ by."""
    reached = numbers.reached.unique
    return Flow(
        targeted=numbers.targeted,
        not_sent=max(numbers.targeted - numbers.sent, 0),
        targeted_before=max(numbers.sent - numbers.targeted, 0),
        sent=numbers.sent,
        no_receipt=max(numbers.sent - numbers.delivered, 0),
        sent_before=max(numbers.delivered - numbers.sent, 0),
        delivered=numbers.delivered,
        own_way=max(reached - numbers.delivered, 0),
        not_counted=max(numbers.delivered - reached, 0),
        reached=reached,
    )
