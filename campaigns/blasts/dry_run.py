"""What a plan would do before anybody approves it: who and who not, what it costs, when it is through.

Nobody is lost on the way: whom the audience means, less each reason for being left out, are the people.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import Max

from campaigns.blasts import budget, forecasting, freezing, routes
from campaigns.blasts.forecasting import Forecast, Hours, Load, Speed
from campaigns.models.blasts import Blast, Price
from people.models import Person

Group = tuple[str, str, str, str]  # gateway, country, language, network
Key = TypeVar("Key", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class Step:
    """One reason of the waterfall: who falls out for it, and who is left after it."""

    reason: str
    people: int
    left: int


@dataclass(frozen=True, slots=True)
class Costs:
    """reserved: the most it may cost; expected: by each network's price, without words the provider adds.

    more: what the budget lacks, 0 where it is enough. free: of the campaign's budget, None where it has none.
    """

    reserved: Decimal
    expected: Decimal
    budget: Decimal
    currency: str
    free: Decimal | None

    @property
    def more(self) -> Decimal:
        return max(self.reserved - self.budget, Decimal(0))


@dataclass(frozen=True, slots=True)
class DryRun:
    """The figures of a plan whose people are frozen."""

    chosen: int
    steps: Sequence[Step]
    people: int
    languages: Mapping[tuple[str, str], int]  # (country, language) -> people
    networks: Mapping[tuple[str, str], int]  # (country, network) -> people
    gateways: Mapping[str, int]
    parts: int
    most: int  # parts with what the provider may add
    costs: Costs
    start: datetime
    times: Forecast


def collected(blast: Blast) -> int:
    """How far the freeze is, in per cent of the persons there are."""
    if blast.frozen_at is not None:
        return 100
    last = Person.objects.aggregate(last=Max("pk"))["last"] or 0
    return min(99, 100 * blast.frozen_to // last) if last else 0


def dry_run(blast: Blast, *, at: datetime) -> DryRun:
    """From the frozen plan alone: it costs the same whatever the size. `at`: when it could start at the earliest."""
    spread = freezing.spread_of(blast)
    texts = {(text.country, text.language): text for text in blast.texts.all()}
    start = blast.started_at or max(blast.due_at or at, at)
    return DryRun(
        chosen=blast.chosen,
        steps=waterfall(blast.chosen, blast.excluded, blast.people),
        people=blast.people,
        languages=_added(((key[1], key[2]), people) for key, people in spread.items()),
        networks=_added(((key[1], key[3]), people) for key, people in spread.items()),
        gateways=_added((key[0], people) for key, people in spread.items()),
        parts=blast.parts,
        most=sum(n * texts[key[1], key[2]].most for key, n in spread.items()),
        costs=costs(blast, spread),
        start=start,
        times=_times(blast, spread, start),
    )


def waterfall(chosen: int, excluded: Mapping[str, int], people: int) -> list[Step]:
    """The largest reason first; after the last one exactly the people are left. Raises freezing.Unbalanced."""
    steps, left = [], chosen
    for reason, out in sorted(excluded.items(), key=lambda row: (-row[1], row[0])):
        left -= out
        steps.append(Step(reason, out, left))
    if left != people:
        raise freezing.Unbalanced(f"{left - people} people are neither in nor left out.")
    return steps


def costs(blast: Blast, spread: Mapping[Group, int]) -> Costs:
    campaign = blast.campaign
    free = None if campaign.budget is None else campaign.budget - budget.committed(campaign)
    return Costs(
        reserved=blast.reserved,
        expected=_expected(blast, spread),
        budget=blast.budget,
        currency=blast.currency,
        free=free,
    )


def _expected(blast: Blast, spread: Mapping[Group, int]) -> Decimal:
    """Parts as written, at the price of each person's own network at the gateway they go through."""
    order = routes.of(blast)
    list_ = _list(budget.prices(order, blast.countries, blast.planned_at))
    parts = {(text.country, text.language): text.parts for text in blast.texts.all()}
    return sum(
        (
            people * parts[country, language] * _price(list_[gateway, country], network)
            for (gateway, country, language, network), people in spread.items()
        ),
        Decimal(0),
    )


def _list(prices: Iterable[Price]) -> dict[tuple[str, str], dict[str, Decimal]]:
    """(gateway, country) -> network -> price of a part."""
    found: dict[tuple[str, str], dict[str, Decimal]] = {}
    for price in prices:
        found.setdefault((price.gateway, price.country), {})[price.network] = price.per_part
    return found


def _price(networks: Mapping[str, Decimal], network: str) -> Decimal:
    """Of this network, else of all others, else the dearest one."""
    own = (networks[name] for name in (network, "") if name in networks)
    return next(own, max(networks.values()))


def _added(rows: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """The largest first."""
    sums: Counter[Key] = Counter()
    for key, people in rows:
        sums[key] += people
    return dict(sorted(sums.items(), key=lambda row: (-row[1], row[0])))


def _times(blast: Blast, spread: Mapping[Group, int], start: datetime) -> Forecast:
    loads = (Load(key[0], key[1], people) for key, people in spread.items())
    rates = {gateway.name: gateway.rate for gateway in routes.of(blast)}
    hours = Hours(blast.window_from, blast.window_to, start, blast.expires_at)
    return forecasting.forecast(loads, Speed(rates, blast.rate), hours)
