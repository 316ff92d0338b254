"""What became of the messages of all blasts begun in a period: from the audience to the handset, by network and route.

Out of the tallies that beat keeps (`blasts.tallies`), one query for all of them; a blast that was never counted is
named as such, so that no page counts a million rows.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from django.db.models import QuerySet

from campaigns.blasts.tallies import Group
from campaigns.models.blasts import Blast, Price
from campaigns.models.deliveries import Fate
from campaigns.models.sums import Tally


class Lot(StrEnum):
    """What a message came to, for a reader. Together they are all messages."""

    DELIVERED = "delivered"
    FAILED = "failed"  # a receipt says so
    NO_RECEIPT = "no-receipt"  # accepted, and no final receipt: still, or in time
    SILENT = "silent"  # accepted by a network that sends no receipts
    UNSURE = "unsure"
    REFUSED = "refused"  # by the provider, or left out when it was to be sent
    WAITING = "waiting"  # not begun


PLAIN: Mapping[int, Lot] = {
    Fate.PLANNED: Lot.WAITING,
    Fate.RETRY: Lot.WAITING,
    Fate.UNSURE: Lot.UNSURE,
    Fate.ABSENT: Lot.FAILED,
    Fate.EXPIRED: Lot.FAILED,
    Fate.FAILED: Lot.FAILED,
    Fate.REJECTED: Lot.FAILED,
    Fate.DELIVERED: Lot.DELIVERED,
    Fate.REFUSED: Lot.REFUSED,
    Fate.EXCLUDED: Lot.REFUSED,
}
Key = TypeVar("Key")
Way = tuple[str, str, str]  # gateway, country, network


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Blasts that begin in [begin, end). `countries`: of whoever asks; `campaign` "": all."""

    begin: datetime
    end: datetime
    indicator: str
    countries: Collection[str]
    campaign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """`wider`: blasts left aside, since some of their countries are not asked for; `uncounted`: not tallied yet."""

    blasts: int
    wider: int
    uncounted: int
    chosen: int
    excluded: Mapping[str, int]  # reason -> people, when the audience was frozen
    people: int
    groups: Sequence[Group]
    silent: Collection[Way]
    counted_at: datetime | None

    def lots(self) -> dict[Lot, int]:
        """Of all messages together."""
        return self._by(lambda _one: "").get("", {})

    def by_way(self) -> dict[tuple[str, str], dict[Lot, int]]:
        """(gateway, network) -> what became of its messages."""
        return self._by(lambda one: (one.gateway, one.network))

    def why(self) -> dict[tuple[Lot, str], int]:
        """(failed or refused, reason) -> messages."""
        found: Counter[tuple[Lot, str]] = Counter()
        for one in self.groups:
            lot = lot_of(one, self.silent)
            if lot in (Lot.FAILED, Lot.REFUSED, Lot.UNSURE):
                found[lot, one.reason or Fate(one.state).name.lower()] += one.people
        return dict(found)

    @property
    def difference(self) -> int:
        """What the steps from the audience to the handset do not explain: 0."""
        planned = self.chosen - sum(self.excluded.values()) - self.people
        return abs(planned) + abs(self.people - sum(one.people for one in self.groups))

    def _by(self, key: Callable[[Group], Key]) -> dict[Key, dict[Lot, int]]:
        found: dict[Key, Counter[Lot]] = {}
        for one in self.groups:
            found.setdefault(key(one), Counter())[lot_of(one, self.silent)] += one.people
        return {name: dict(lots) for name, lots in found.items()}


def lot_of(group: Group, silent: Collection[Way]) -> Lot:
    way = (group.gateway, group.country, group.network)
    if group.state == Fate.ACCEPTED and way in silent:
        return Lot.SILENT
    return PLAIN.get(group.state, Lot.NO_RECEIPT)


def carried(asked: Asked) -> Carriage:
    """Three queries, however many blasts there are."""
    found = list(_blasts(asked).values_list("pk", "countries", "chosen", "excluded", "people"))
    own = [row for row in found if set(row[1]) <= set(asked.countries)]
    kept = Tally.objects.filter(kind=Tally.Kind.FATES, blast__in=[row[0] for row in own])
    tallies = {one.blast_id: one for one in kept}
    counted = [row for row in own if row[0] in tallies]
    excluded: Counter[str] = Counter()
    for row in counted:
        excluded.update(row[3])
    return Carriage(
        blasts=len(counted),
        wider=len(found) - len(own),
        uncounted=len(own) - len(counted),
        chosen=sum(row[2] for row in counted),
        excluded=dict(excluded),
        people=sum(row[4] for row in counted),
        groups=_groups(tallies.values()),
        silent=frozenset(
            Price.objects.filter(receipts=False).values_list("gateway", "country", "network")
        ),
        counted_at=min((one.at for one in tallies.values()), default=None),
    )


def _blasts(asked: Asked) -> QuerySet[Blast]:
    """Begun in the span and carrying the indicator, in any of the countries."""
    begun = Blast.objects.filter(started_at__gte=asked.begin, started_at__lt=asked.end)
    begun = begun.filter(
        indicators__contains=[asked.indicator], countries__overlap=list(asked.countries)
    )
    return begun.filter(campaign__code=asked.campaign) if asked.campaign else begun


def _groups(tallies: Iterable[Tally]) -> list[Group]:
    return [Group(*row) for tally in tallies for row in tally.rows]
