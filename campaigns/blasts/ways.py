"""Through which gateways each person of a blast may be sent to: by country and network, in the blast's order.

The price list says it: a gateway serves where it has a price. People whom the same gateways serve make chunks
of their own, so that a whole chunk can move on to the next gateway and nobody in it needs to be looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.models.blasts import Price
from gateways.base import Gateway

OTHERS = "*"  # stands for every network that no price names
Way = tuple[str, ...]  # names of gateways, the preferred first; empty: none serves


@dataclass(frozen=True, slots=True)
class Map:
    """(country, network) -> way; network "" is "not known", OTHERS whatever has no price of its own."""

    ways: Mapping[tuple[str, str], Way]

    @property
    def plain(self) -> bool:
        """Whether one way serves everybody wherever there is a price."""
        return len(set(self.ways.values())) == 1 and () not in self.ways.values()

    @property
    def distinct(self) -> Sequence[Way]:
        """The ways that lead somewhere, each once, in the order in which they were found."""
        return [way for way in dict.fromkeys(self.ways.values()) if way]


def chart(order: Sequence[Gateway], prices: Iterable[Price]) -> Map:
    """Who is served by which of the gateways. prices: those of the gateways, of any country.

    A person whose network nobody told is served wherever the country has any price.
    """
    served: dict[str, dict[str, set[str]]] = {}
    for price in prices:
        served.setdefault(price.country, {}).setdefault(price.network, set()).add(price.gateway)
    ways: dict[tuple[str, str], Way] = {}
    for country, networks in served.items():
        others = networks.get("", set())
        whoever = set().union(*networks.values())
        ways[country, OTHERS] = _in_order(order, others)
        ways[country, ""] = _in_order(order, whoever)
        for network in networks.keys() - {""}:
            ways[country, network] = _in_order(order, networks[network] | others)
    return Map(ways)


def _in_order(order: Sequence[Gateway], names: set[str]) -> Way:
    return tuple(gateway.name for gateway in order if gateway.name in names)
