"""How a blast stands: figures for its page, the home page and the shell."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from campaigns.blasts import balance_of_content, budget, routes, tallies
from campaigns.blasts.forecasting import Load, through
from campaigns.blasts.tallies import Group
from campaigns.models.blasts import Blast, Price
from campaigns.models.deliveries import Chunk, Fate

ENDED = (Chunk.State.DONE, Chunk.State.CLOSED)
RECENT = 10  # seconds over which the rate of now is taken
SILENT = "accepted, no receipt possible"  # networks that send none: never part of the headline
OVERDUE = "no receipt in time"  # sent, and the gateway's hours for a receipt are over
# Who surely has no message, or may have none: shown by reason and network.
FAILED = (
    Fate.RETRY,
    Fate.UNSURE,
    Fate.ABSENT,
    Fate.EXPIRED,
    Fate.FAILED,
    Fate.REJECTED,
    Fate.REFUSED,
    Fate.EXCLUDED,
)


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
    rate: int  # messages a second over the last ten
    minutes_left: int
    ends_at: datetime | None  # None: nothing is left, or nobody can say


@dataclass(frozen=True, slots=True)
class _Sums:
    """The chunks of one gateway in one country."""

    gateway: str
    country: str
    people: int
    handled: int
    recent: int
    accepted: int
    cost: Decimal


def progress(blast: Blast, *, at: datetime) -> Progress:
    """Where the blast is now."""
    return progresses([blast], at=at)[blast.pk]


def progresses(blasts: Sequence[Blast], *, at: datetime) -> dict[int, Progress]:
    """Where each of these is now, by its number; all of them with one statement."""
    sums = _sums(blasts, at)
    return {blast.pk: _progress(blast, sums.get(blast.pk, []), at) for blast in blasts}


def _progress(blast: Blast, sums: Sequence[_Sums], at: datetime) -> Progress:
    handled = sum(one.handled for one in sums)
    over = blast.state in (Blast.State.DONE, Blast.State.STOPPED)
    ends_at = None if over else _ends(blast, sums, at)
    return Progress(
        state=blast.state,
        reason=blast.pause_reason,
        people=blast.people,
        handled=handled,
        accepted=sum(one.accepted for one in sums),
        percent=100 * handled // blast.people if blast.people else 100,
        cost=sum((one.cost for one in sums), Decimal(0)),
        reserved=blast.reserved,
        budget=blast.budget,
        currency=blast.currency,
        rate=sum(one.recent for one in sums) // RECENT,
        minutes_left=-int(-(ends_at - at).total_seconds() // 60) if ends_at else 0,
        ends_at=ends_at,
    )


def _sums(blasts: Sequence[Blast], at: datetime) -> dict[int, list[_Sums]]:
    recent = Q(state=Chunk.State.DONE, committed_at__gt=at - timedelta(seconds=RECENT))
    chunks = Chunk.objects.filter(blast__in=[blast.pk for blast in blasts])
    rows = chunks.values_list("blast", "gateway", "country").annotate(
        all=Sum("people"),
        handled=Sum("people", filter=Q(state__in=ENDED), default=0),
        recent=Sum("people", filter=recent, default=0),
        taken=Sum("accepted"),
        charged=Sum("cost"),
    )
    found: dict[int, list[_Sums]] = {}
    for blast, *sums in rows:
        found.setdefault(blast, []).append(_Sums(*sums))
    return found


def _ends(blast: Blast, sums: Sequence[_Sums], at: datetime) -> datetime | None:
    """When the slowest gateway is through: at the rate of now, before there is one at the gateway's own."""
    recent = Counter[str]()
    for one in sums:
        recent[one.gateway] += one.recent
    left = [Load(one.gateway, one.country, one.people - one.handled) for one in sums]
    if not any(load.people for load in left):
        return None
    rates = {name: _rate(blast, name, recent[name]) for name in recent}
    starts = max(at, blast.due_at or at) if blast.started_at is None else at
    return through(left, rates, (blast.window_from, blast.window_to), starts)


def _rate(blast: Blast, name: str, recent: int) -> float:
    """Messages a second of a gateway: as it went just now, else as fast as it and the plan allow."""
    gateway = routes.gateways().get(name)
    if recent or gateway is None:
        return recent / RECENT
    return min(gateway.rate, blast.rate or gateway.rate)


def _state(group: Group, silent: set[tuple[str, str, str]]) -> str:
    if group.state == Fate.ACCEPTED and (group.gateway, group.country, group.network) in silent:
        return SILENT
    return OVERDUE if group.late else Fate(group.state).name.lower()


def networks(blast: Blast, groups: Iterable[Group]) -> Mapping[str, Mapping[str, int]]:
    """Network's code ("" where none was told) -> state -> deliveries; adds up to the people of the plan."""
    silent, found = _silent(blast), dict[str, Counter[str]]()
    for group in groups:
        found.setdefault(group.network, Counter())[_state(group, silent)] += group.people
    return {network: dict(fates) for network, fates in found.items()}


def states(by_network: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """State -> deliveries, of all networks together."""
    return dict(sum(map(Counter, by_network.values()), Counter()))


def _silent(blast: Blast) -> set[tuple[str, str, str]]:
    """(gateway, country, network) that can send no receipt, as the price list says."""
    prices = Price.objects.filter(gateway__in=blast.routes, receipts=False)
    return set(prices.values_list("gateway", "country", "network"))


def reasons(groups: Iterable[Group]) -> Mapping[str, Mapping[str, int]]:
    """State -> reason -> deliveries, for those that did not go or did not arrive."""
    found: dict[str, Counter[str]] = {}
    for group in groups:
        if group.reason:
            name = Fate(group.state).name.lower()
            found.setdefault(name, Counter())[group.reason] += group.people
    return {state: dict(by) for state, by in found.items()}


def failures(groups: Iterable[Group]) -> Mapping[tuple[str, str], int]:
    """(reason, network) -> deliveries that failed, or may have."""
    found: Counter[tuple[str, str]] = Counter()
    for group in groups:
        if group.reason and group.state in FAILED:
            found[group.reason, group.network] += group.people
    return dict(found)


@dataclass(frozen=True, slots=True)
class Report:
    """What `manage.py blast report` says.

    held: what unsure deliveries may have cost; untold: what messages may have that left and no charge is told of.
    """

    state: str
    deliveries: Mapping[str, int]
    networks: Mapping[str, Mapping[str, int]]  # by code, as the wire says it
    reasons: Mapping[str, Mapping[str, int]]
    cost: Decimal
    held: Decimal
    untold: Decimal
    currency: str
    unsure: int
    override: str = ""  # why it was approved although it only frightens


def report(blast: Blast, groups: Sequence[Group]) -> Report:
    """Everything about a blast; groups: its deliveries as they were counted (blasts.tallies)."""
    by_network = networks(blast, groups)
    return Report(
        state=blast.state,
        deliveries=states(by_network),
        networks=by_network,
        reasons=reasons(groups),
        cost=budget.spent(blast),
        held=_held(blast, groups),
        untold=budget.at_most(blast, tallies.untold(blast)),
        currency=blast.currency,
        unsure=sum(group.people for group in groups if group.state == Fate.UNSURE),
        override=balance_of_content.override_of(blast),
    )


def _held(blast: Blast, groups: Iterable[Group]) -> Decimal:
    each = budget.each(blast)
    unsure = (group for group in groups if group.state == Fate.UNSURE)
    return sum((each[one.country, one.language] * one.people for one in unsure), Decimal(0))
