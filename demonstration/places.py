"""Where the invented people of a demonstration live, and how the networks that serve them behave. All invented.

Prefixes lie in the plans of the operators (`gateways.network.operators`), so that every number is well formed; the
digits behind them are drawn by lot. Some of them may belong to somebody: nothing is ever sent to them but by the
simulated network, and `demonstration.guarding` refuses where there is another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Line:
    """One network's numbers: `digits` drawn behind the prefix. `delivered`: of what it takes, in the end.

    `told`: of its messages, for how many a final receipt comes; 0: the network sends none.
    """

    prefix: str
    digits: int
    share: float
    delivered: float
    told: float


@dataclass(frozen=True, slots=True)
class Place:
    """A country's part of the people; `asks`: how readily its people dial, against the others'."""

    code: str
    share: float
    asks: float
    lines: tuple[Line, ...]


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        place.code: place
        for place in (
            Place(
                "KE",
                0.20,
                1.2,
                (Line("+25471", 7, 0.7, 0.96, 0.99), Line("+25473", 7, 0.3, 0.93, 0.97)),
            ),
            Place(
                "ET",
                0.26,
                1.0,
                (Line("+2519", 8, 0.85, 0.88, 0.93), Line("+2517", 8, 0.15, 0.94, 0.98)),
            ),
            Place(
                "SO",
                0.14,
                1.1,
                (
                    Line("+25261", 7, 0.6, 0.85, 0.90),
                    Line("+25263", 7, 0.25, 0.88, 0.92),
                    Line("+25290", 7, 0.15, 0.80, 0.85),
                ),
            ),
            Place(
                "UG",
                0.14,
                1.0,
                (Line("+25677", 7, 0.6, 0.95, 0.98), Line("+25675", 7, 0.4, 0.93, 0.97)),
            ),
            Place(
                "SD",
                0.10,
                0.7,
                (
                    Line("+24991", 7, 0.5, 0.72, 0.80),
                    Line("+24911", 7, 0.3, 0.76, 0.82),
                    Line("+24992", 7, 0.2, 0.70, 0.78),
                ),
            ),
            Place(
                "SS",
                0.07,
                0.7,
                (Line("+21192", 7, 0.6, 0.78, 0.85), Line("+21191", 7, 0.4, 0.74, 0.80)),
            ),
            Place("DJ", 0.05, 0.9, (Line("+25377", 6, 1.0, 0.92, 0.95),)),
            Place("ER", 0.04, 0.4, (Line("+2917", 6, 1.0, 0.80, 0.0),)),
        )
    }
)
