"""What may leave of a blast: its last totals, once, when nothing more can come of it.

Two counts of the same blast have their difference, and a small one would tell of few people; so nothing leaves
while receipts may still come. Then the totals go through the same suppression as released tables: a number
below ten, and what would give it away, is withheld (`analytics.suppression`). The cost is rounded to steps that
cover ten messages, or it would give away how many were charged.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from django.db.models import Prefetch, QuerySet, Sum

from analytics import suppression
from analytics.linking import TOTAL, UNIQUE, Cell, Relation
from analytics.periods import Kind, day_of, standard
from campaigns.blasts import budget, tallies
from campaigns.blasts.tallies import Group
from campaigns.models.blasts import Blast
from campaigns.models.deliveries import Fate
from campaigns.models.sums import Tally

BY_OUTCOME = "outcome"
# What a partner is told of a delivery: few words, whatever the wire said.
OUTCOMES: Mapping[str, tuple[Fate, ...]] = MappingProxyType(
    {
        "delivered": (Fate.DELIVERED,),
        "accepted": (Fate.ACCEPTED, Fate.QUEUED, Fate.SENT, Fate.SUBMITTED, Fate.BUFFERED),
        "failed": (Fate.ABSENT, Fate.EXPIRED, Fate.FAILED, Fate.REJECTED),
        "refused": (Fate.REFUSED,),
        "left_out": (Fate.EXCLUDED,),
        "unsure": (Fate.UNSURE,),
        "not_sent": (Fate.PLANNED, Fate.RETRY),
    }
)
OUTCOME = {fate: word for word, fates in OUTCOMES.items() for fate in fates}
LADDER = tuple(Decimal(step).scaleb(power) for power in range(-4, 12) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Cost:
    """What the provider charged, rounded to whole `step`s."""

    amount: Decimal
    step: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Totals:
    """None: fewer than ten, or withheld because it would give such a number away."""

    people: int | None = field(repr=False)
    outcomes: Mapping[str, int | None] = field(repr=False)
    cost: Cost | None = field(repr=False)
    counted_at: datetime


def begun(own: Collection[str]) -> QuerySet[Blast]:
    """Blasts that were started and lie wholly in these countries, oldest first."""
    mine = Blast.objects.filter(countries__contained_by=list(own), started_at__isnull=False)
    return mine.order_by("pk")


def read(these: Sequence[int]) -> list[Blast]:
    """Blasts with what `totals` needs. Three statements."""
    counts = Prefetch("tallies", Tally.objects.filter(kind=Tally.Kind.FATES))
    rows = Blast.objects.filter(pk__in=these).select_related("campaign").order_by("pk")
    return list(rows.annotate(spent=Sum("chunks__cost")).prefetch_related(counts, "texts"))


def due(blast: Blast) -> datetime:
    """When its numbers may leave: nothing is counted anew after it."""
    return blast.expires_at + tallies.LAST


def discreet(blast: Blast) -> bool:
    """Whether what it said is kept to ourselves."""
    return blast.sensitive or blast.campaign.protection


def totals(blast: Blast, *, at: datetime) -> Totals | None:
    """The last totals of a blast that `read` gave; None before its time, or where it was never counted."""
    kept = next(iter(blast.tallies.all()), None)
    if at < due(blast) or kept is None:
        return None
    people, outcomes = told([Group(*row) for row in kept.rows], at=blast.planned_at)
    cost = _cost(blast) if people is not None else None
    return Totals(people, outcomes, cost, kept.at)


def told(groups: Iterable[Group], *, at: datetime) -> tuple[int | None, Mapping[str, int | None]]:
    """How many people, and what became of their deliveries; what may not leave is None."""
    counts = dict.fromkeys(OUTCOMES, 0)
    for group in groups:
        counts[OUTCOME[Fate(group.state)]] += group.people
    month = standard(Kind.MONTH, day_of(at))
    total = Cell(TOTAL, month, (), UNIQUE)
    cells = {word: Cell(BY_OUTCOME, month, (word,), UNIQUE) for word in counts}
    values = {total: sum(counts.values()), **{cells[word]: n for word, n in counts.items()}}
    adds_up = Relation({total: 1, **dict.fromkeys(cells.values(), -1)}, equal=True)
    tables = suppression.Tables(values, frozenset(values), frozenset(), [adds_up])
    hidden = suppression.protect(tables)
    shown = {word: None if cell in hidden else counts[word] for word, cell in cells.items()}
    return None if total in hidden else values[total], shown


def _cost(blast: Blast) -> Cost | None:
    """Rounded; None where no text says what a message may cost."""
    dearest = budget.dearest(blast)
    if not dearest:
        return None
    step = next(one for one in LADDER if one >= suppression.SMALLEST * dearest)
    spent = getattr(blast, "spent", None) or Decimal(0)
    return Cost((spent / step).to_integral_value() * step, step, blast.currency)
