"""How well answers are told apart, as pages show it: titles for codes, percent for shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from campaigns.writing.titles import titled
from understanding.unseen import Effect, Pair


@dataclass(frozen=True, slots=True)
class Confused:
    """Two answers taken for each other, by their titles."""

    one: str
    other: str
    pair: Pair = field(repr=False)

    @property
    def percent(self) -> int:
        return percent(self.pair.share)


@dataclass(frozen=True, slots=True)
class Told:
    """An effect in percent, before and after."""

    effect: Effect
    right: tuple[int, int]
    top: tuple[int, int]
    more: tuple[Confused, ...]
    less: tuple[Confused, ...]


def told(effect: Effect) -> Told:
    return Told(
        effect,
        right=(percent(effect.accuracy[0]), percent(effect.accuracy[1])),
        top=(percent(effect.top[0]), percent(effect.top[1])),
        more=confused(effect.more_confused),
        less=confused(effect.less_confused),
    )


def confused(pairs: Sequence[Pair]) -> tuple[Confused, ...]:
    """The pairs in words: one query, however many."""
    names = titled({code for pair in pairs for code in (pair.one, pair.other)})
    return tuple(Confused(names[pair.one], names[pair.other], pair) for pair in pairs)


def percent(share: float) -> int:
    return round(100 * share)
