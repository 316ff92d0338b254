"""Hold-out: people whom a lot leaves out of a blast on purpose, and what the others did that they did not.

Both groups are drawn from the same people, those who could have got it, so they differ by the blast alone.
All who were meant to get it are compared, not only whom it reached: phones that are off differ from phones
that are on, and that difference would pass for an effect.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from uuid import UUID

from django.db import connection

from analytics import arrivals
from analytics.intervals import wilson
from campaigns.models.blasts import Blast

REASON = "hold-out"
WITHIN = timedelta(days=14)  # after the start, coming counts
LEAST = 50  # people a group; below it nothing is said
ENDED = (Blast.State.DONE, Blast.State.STOPPED)

# Hundredths of a per cent by the token: the same lot draws the same people, in whatever order they are met.
DRAWN = (
    "mod(hashtextextended(p.token, %(holdout_seed)s) & 9223372036854775807, 10000)"
    " < %(holdout)s * 100"
)
RECORD = f"""
    INSERT INTO campaigns_heldout (blast_id, token, country)
    SELECT %(blast)s, token, country FROM candidate WHERE reason = '{REASON}' ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own word
MEANT = """
SELECT count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM people_subject s WHERE s.token = g.token AND s.subject = ANY(%(met)s)))
FROM {group} g WHERE g.{of} AND NOT starts_with(g.token, 'erased:')
"""
GROUPS = {
    "meant": MEANT.format(
        group="campaigns_delivery",
        of="chunk_id IN (SELECT id FROM campaigns_chunk WHERE blast_id = %(blast)s)",
    ),
    "held": MEANT.format(group="campaigns_heldout", of="blast_id = %(blast)s"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """People of one group, and how many of them came by USSD or chat within WITHIN."""

    people: int
    came: int

    @property
    def share(self) -> float:
        return self.came / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Effect:
    """meant minus held out, as a share of people, with its 95 % interval; all three None for too few."""

    meant: Group
    held: Group
    since: datetime
    until: datetime
    complete: bool  # the days are over
    difference: float | None
    low: float | None
    high: float | None

    @property
    def enough(self) -> bool:
        return self.difference is not None

    @property
    def telling(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    @property
    def percent(self) -> dict[str, float]:
        """The shares and the difference in hundredths, for people to read."""
        named = {"meant": self.meant.share, "held": self.held.share, "difference": self.difference}
        named |= {"low": self.low, "high": self.high}
        return {name: 100 * value for name, value in named.items() if value is not None}


def effect(blast: Blast, *, at: datetime) -> Effect | None:
    """What a blast changed; None without a hold-out and before it ended. Counts every row: seconds for a million."""
    if not blast.holdout or blast.started_at is None or blast.state not in ENDED:
        return None
    since, until = blast.started_at, blast.started_at + WITHIN
    met = arrivals.met(since=since, until=min(until, at))
    meant, held = _group("meant", blast, met), _group("held", blast, met)
    enough = min(meant.people, held.people) >= LEAST
    span = interval(meant, held) if enough else (None, None)
    difference = meant.share - held.share if enough else None
    return Effect(meant, held, since, until, at >= until, difference, *span)


def _group(name: str, blast: Blast, met: set[UUID]) -> Group:
    with connection.cursor() as cursor:
        cursor.execute(GROUPS[name], {"blast": blast.pk, "met": list(met)})
        people, made = cursor.fetchone()
    return Group(people, made)


def interval(one: Group, other: Group) -> tuple[float, float]:
    """95 % of the difference of two shares, by Newcombe's method of Wilson scores (his method 10, 1998).

    Holds for small shares too, where the usual one gives less than nothing.
    """
    spans = (wilson(group.came, group.people) for group in (one, other))
    (low, high), (least, most) = (span or (0.0, 1.0) for span in spans)  # of nobody, all may be
    difference = one.share - other.share
    return (
        difference - sqrt((one.share - low) ** 2 + (most - other.share) ** 2),
        difference + sqrt((high - one.share) ** 2 + (other.share - least) ** 2),
    )
