"""Invented ledgers, and a second, plain-Python opinion of what they count."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from analytics.counting import Cells, Numbers, Reached
from analytics.ledger import Exposure, Tier
from analytics.periods import Period, day_of, month_of

START = date(2015, 1, 1)
REACHED = (Tier.DELIVERED, Tier.INTERACTED)
NOON = datetime(2025, 3, 10, 9, tzinfo=UTC)
PERSONS = ("language", "network", "sex", "age_band", "status", "district")


def number(n: int) -> UUID:
    """The n-th invented subject."""
    return UUID(int=n + 1)


def exposure(
    n: int = 0, tier: Tier = Tier.DELIVERED, *, key: int = 0, **changes: object
) -> Exposure:
    """One exposure of the n-th subject; everything else may be changed."""
    base = Exposure(
        subject=number(n),
        tier=tier,
        indicators=("3.3",),
        campaign="safe-way",
        country="KE",
        channel="sms",
        item="risks",
        language="sw",
        network="63902",
        gateway="sim",
        at=NOON,
        key=UUID(int=key or random.getrandbits(128)),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def many(size: int, *, people: int, seed: int = 1) -> list[Exposure]:
    """A year of exposures of several campaigns, countries and channels."""
    dice = random.Random(seed)
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        exposure(
            dice.randrange(people),
            dice.choice(list(Tier)),
            key=dice.getrandbits(128),
            indicators=dice.choice([("3.3",), ("3.3", "2.7"), ("2.7",)]),
            campaign=dice.choice(["safe-way", "rights", "always-on"]),
            country=dice.choice(["KE", "UG", "ET"]),
            channel=dice.choice(["sms", "ussd", "chat"]),
            item=dice.choice(["risks", "rights", "help"]),
            language=dice.choice(["sw", "en", "am"]),
            sex=dice.choice(["female", "male", "unknown"]),
            age_band=dice.choice(["18-24", "unknown"]),
            linked=dice.random() > 0.05,
            at=begin + timedelta(seconds=dice.randrange(365 * 86400)),
        )
        for _ in range(size)
    ]


# --- the second opinion ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Opinion:
    """Counts a list of exposures, recorded in its order, by sets in plain Python.

    `only`: the categories of a route that are counted; what is said of a person is said of them anywhere.
    """

    exposures: Sequence[Exposure]
    indicator: str = "3.3"
    tiers: tuple[Tier, ...] = REACHED
    start: date = START
    only: Mapping[str, Collection[str]] = field(default_factory=dict)

    def cells(self, period: Period, by: Sequence[str]) -> Cells:
        inside = self._between(max(self.start, period.starts), period.ends)
        until = [one for one in self._between(self.start, period.ends) if one.tier in self.tiers]
        here, ever = self._keys(inside, by), self._keys(until, by)
        inside, until = self._scoped(inside), self._scoped(until)
        keys = {here(one) for one in inside} | {ever(one) for one in until}
        found = {
            key: self._numbers(
                [one for one in inside if here(one) == key],
                [one for one in until if ever(one) == key],
                period,
            )
            for key in sorted(keys | ({()} if not by else set()))
        }
        return {key: one for key, one in found.items() if one != Numbers() or not by}

    def _between(self, starts: date, ends: date) -> list[Exposure]:
        return [
            one
            for one in self.exposures
            if starts <= day_of(one.at) < ends and self.indicator in one.indicators
        ]

    def _scoped(self, exposures: list[Exposure]) -> list[Exposure]:
        def counts(one: Exposure) -> bool:
            return all((getattr(one, by) or "unknown") in words for by, words in self.only.items())

        return [one for one in exposures if counts(one)]

    def _keys(
        self, exposures: list[Exposure], by: Sequence[str]
    ) -> Callable[[Exposure], tuple[str, ...]]:
        """An exposure's cell: persons' words from their first qualifying exposure, else their first."""
        first: dict[UUID, Exposure] = {}
        ranked = sorted(
            enumerate(exposures),
            key=lambda pair: (
                pair[1].tier not in self.tiers,
                month_of(day_of(pair[1].at)),
                pair[0],
            ),
        )
        for _, one in ranked:
            first.setdefault(one.subject, one)

        def word(one: Exposure, dimension: str) -> str:
            holder = first[one.subject] if dimension in PERSONS else one
            blanked = holder.sensitive and dimension in (*PERSONS, "item", "gateway")
            return "unknown" if blanked else getattr(holder, dimension) or "unknown"

        return lambda one: tuple(word(one, dimension) for dimension in by)

    def _numbers(self, inside: list[Exposure], until: list[Exposure], period: Period) -> Numbers:
        def people(exposures: Iterable[Exposure], *tiers: Tier) -> set[UUID]:
            return {one.subject for one in exposures if one.linked and one.tier in tiers}

        def apart(exposures: list[Exposure]) -> set[UUID]:
            met = {one.subject for one in exposures if not one.linked and one.tier in self.tiers}
            return met - people(exposures, *self.tiers)

        before = [one for one in until if day_of(one.at) < period.starts]
        everybody = people(until, *self.tiers)
        old = people(before, *self.tiers)
        loose = apart(until)
        older = {one.subject for one in before if not one.linked}
        return Numbers(
            **{tier.value: len(people(inside, tier)) for tier in Tier},
            reached=Reached(len(people(inside, *self.tiers)), len(everybody - old), len(everybody)),
            unlinked=Reached(len(apart(inside)), len(loose - older), len(loose)),
        )
