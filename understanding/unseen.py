"""What the phrasings of one language are worth to each other: each is asked of a matcher that never saw it.

By the closed-form leave-one-out of the ridge (`matcher.left_out`), a whole language is tried at once. An answer's only phrasing proves nothing and is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from understanding import features, matcher

TOP = 3  # titles that are offered where nothing is sure
EXAMPLES = 3  # phrasings shown of a pair
Examples = Mapping[str, Sequence[str]]  # answer -> its phrasings


@dataclass(frozen=True, slots=True)
class Crossing:
    """A phrasing, the answer it belongs to, and the other one that came first when it was left out."""

    text: str
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers that are taken for each other: `crossed` of their `phrasings` led to the other one."""

    one: str
    other: str
    crossed: int
    phrasings: int
    examples: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.crossed / self.phrasings


@dataclass(frozen=True, slots=True)
class Unseen:
    """Phrasings as if each were new: its answer and the best TOP answers, best first."""

    asked: tuple[tuple[str, str], ...]  # (text, the answer it belongs to)
    best: tuple[tuple[str, ...], ...]

    def accuracy(self, only: frozenset[tuple[str, str]] | None = None) -> float:
        """Share whose own answer comes first, of those in `only`; 0 where there are none."""
        return self._share(1, only)

    def top(self, only: frozenset[tuple[str, str]] | None = None) -> float:
        """Share whose own answer is among the first TOP."""
        return self._share(TOP, only)

    def _share(self, many: int, only: frozenset[tuple[str, str]] | None) -> float:
        hits = [
            one[1] in best[:many]
            for one, best in zip(self.asked, self.best, strict=True)
            if only is None or one in only
        ]
        return sum(hits) / len(hits) if hits else 0.0

    def crossings(self) -> list[Crossing]:
        """Phrasings that lead elsewhere, in the order of the examples."""
        return [
            Crossing(text, own, best[0])
            for (text, own), best in zip(self.asked, self.best, strict=True)
            if best[0] != own
        ]

    def pairs(self) -> list[Pair]:
        """Answers that are taken for each other, the most confused first."""
        sizes = Counter(own for _text, own in self.asked)
        crossed: dict[tuple[str, str], list[str]] = {}
        for one in self.crossings():
            names = min(one.own, one.other), max(one.own, one.other)
            crossed.setdefault(names, []).append(one.text)
        found = [
            Pair(*names, len(texts), sizes[names[0]] + sizes[names[1]], tuple(texts[:EXAMPLES]))
            for names, texts in crossed.items()
        ]
        return sorted(found, key=lambda pair: (-pair.crossed, -pair.share, pair.one, pair.other))


@dataclass(frozen=True, slots=True)
class Effect:
    """What other phrasings change, told on those that stood before and still stand: shares from 0 to 1."""

    phrasings: int  # that both were told on
    added: int
    taken: int
    accuracy: tuple[float, float]  # before, after
    top: tuple[float, float]
    more_confused: tuple[Pair, ...]  # pairs with more crossings than before
    less_confused: tuple[Pair, ...]  # as they were, pairs with fewer now


def left_out(examples: Examples, language: str) -> Unseen:
    """Ask each phrasing of a matcher fitted on all the others."""
    told = {
        name: [text for text in dict.fromkeys(texts) if any(features.pieces(text, language))]
        for name, texts in examples.items()
    }
    asked = [(text, name) for name, texts in told.items() if len(texts) > 1 for text in texts]
    found = matcher.left_out(told, language) if asked else []
    return Unseen(tuple(asked), tuple(one.ranked[:TOP] for one in found))


def effect(before: Examples, after: Examples, language: str) -> Effect:
    """The phrasings of `after` against those of `before`, both left out one by one."""
    old, new = left_out(before, language), left_out(after, language)
    both = frozenset(old.asked) & frozenset(new.asked)
    had, has = _told(before), _told(after)
    crossed = {(pair.one, pair.other): pair for pair in old.pairs()}
    crossing = {(pair.one, pair.other): pair for pair in new.pairs()}
    return Effect(
        phrasings=len(both),
        added=len(has - had),
        taken=len(had - has),
        accuracy=(old.accuracy(both), new.accuracy(both)),
        top=(old.top(both), new.top(both)),
        more_confused=_beyond(crossing, crossed),
        less_confused=_beyond(crossed, crossing),
    )


def _told(examples: Examples) -> set[tuple[str, str]]:
    return {(text, name) for name, texts in examples.items() for text in texts}


def _beyond(
    pairs: Mapping[tuple[str, str], Pair], others: Mapping[tuple[str, str], Pair]
) -> tuple[Pair, ...]:
    """Pairs crossed more often than in the others."""
    return tuple(
        pair
        for names, pair in pairs.items()
        if pair.crossed > (others[names].crossed if names in others else 0)
    )
