"""How a blast stands: figures for its page, the home page and the shell."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from campaigns.blasts import balance_of_content, budget, planning
from campaigns.models.blasts import Blast, Price
from campaigns.models.deliveries import Chunk, Delivery, Fate

ENDED = (Chunk.State.DONE, Chunk.State.CLOSED)
OPEN = (Chunk.State.WAITING, Chunk.State.LEASED, Chunk.State.BEGUN)
SILENT = "accepted, no receipt possible"  # networks that send none: never part of the headline


@dataclass(frozen=True, slots=True)
class Progress:
    """From the chunks alone, so it costs the same whatever the size. cost: as charged so far."""

    state: str
    reason: str  # why it is paused, "" otherwise
    people: int
    handled: int  # in requests or left out for good
    accepted: int
    percent: int
    cost: Decimal
    reserved: Decimal
    budget: Decimal
    currency: str
    minutes_left: int


def progress(blast: Blast) -> Progress:
    """Where the blast is now."""
    ended = Q(state__in=ENDED)
    sums = blast.chunks.aggregate(
        handled=Sum("people", filter=ended), accepted=Sum("accepted"), cost=Sum("cost")
    )
    handled = sums["handled"] or 0
    left = 0 if blast.state in (Blast.State.DONE, Blast.State.STOPPED) else blast.people - handled
    waiting = planning.through(blast, *OPEN) if left else {}
    return Progress(
        state=blast.state,
        reason=blast.pause_reason,
        people=blast.people,
        handled=handled,
        accepted=sums["accepted"] or 0,
        percent=100 * handled // blast.people if blast.people else 100,
        cost=sums["cost"] or Decimal(0),
        reserved=blast.reserved,
        budget=blast.budget,
        currency=blast.currency,
        minutes_left=planning.minutes(waiting, blast.rate),
    )


def networks(blast: Blast) -> Mapping[str, Mapping[str, int]]:
    """Network's code ("" where none was told) -> state -> deliveries; adds up to the people of the plan.

    Counts every row: seconds for a million.
    """
    rows = (
        Delivery.objects.filter(chunk__blast=blast)
        .values_list("state", "chunk__gateway", "country", "network")
        .annotate(n=Count("pk"))
    )
    silent, found = _silent(blast), dict[str, dict[str, int]]()
    for state, gateway, country, network, people in rows:
        mute = state == Fate.ACCEPTED and (gateway, country, network) in silent
        name = SILENT if mute else Fate(state).name.lower()
        fates = found.setdefault(network, {})
        fates[name] = fates.get(name, 0) + people
    return found


def states(by_network: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """State -> deliveries, of all networks together."""
    return dict(sum(map(Counter, by_network.values()), Counter()))


def _silent(blast: Blast) -> set[tuple[str, str, str]]:
    """(gateway, country, network) that can send no receipt, as the price list says."""
    prices = Price.objects.filter(gateway__in=blast.routes, receipts=False)
    return set(prices.values_list("gateway", "country", "network"))


def reasons(blast: Blast) -> Mapping[str, Mapping[str, int]]:
    """State -> reason -> deliveries, for those that did not go or did not arrive."""
    rows = (
        Delivery.objects.filter(chunk__blast=blast)
        .exclude(reason="")
        .values_list("state", "reason")
        .annotate(n=Count("pk"))
    )
    found: dict[str, dict[str, int]] = {}
    for state, reason, people in rows:
        found.setdefault(Fate(state).name.lower(), {})[reason] = people
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """What `manage.py blast report` says. held: what unsure deliveries may have cost."""

    state: str
    deliveries: Mapping[str, int]
    networks: Mapping[str, Mapping[str, int]]  # by code, as the wire says it
    reasons: Mapping[str, Mapping[str, int]]
    cost: Decimal
    held: Decimal
    currency: str
    unsure: int
    override: str = ""  # why it was approved although it only frightens


def report(blast: Blast) -> Report:
    """Everything about a blast, counted now."""
    by_network = networks(blast)
    deliveries = states(by_network)
    return Report(
        state=blast.state,
        deliveries=deliveries,
        networks=by_network,
        reasons=reasons(blast),
        cost=budget.spent(blast),
        held=budget.held_for_unsure(blast),
        currency=blast.currency,
        unsure=deliveries.get("unsure", 0),
        override=balance_of_content.override_of(blast),
    )
