"""Tokens in texts: `{hotline}` becomes a phone number, `{menu:asylum}` the way to a menu, `{figure:F01}` a figure.

Nobody types a number into a text: two numbers of one help line were seen in different years, and a
typed one rots unseen. A country without a number says so in words, never in silence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

EVERYBODY = "*"  # a country list that means all countries
# Kinds of numbers a text may name; those of LISTED are in the help list, in this order.
LISTED = ("hotline", "police", "child", "gbv", "asylum", "consular", "labour")
KINDS = (*LISTED, "ksa_labour")
FIGURE = "figure:"
GROUP = re.compile(r"(?<=\d)(?=(?:\d{3})+(?!\d))")  # where thousands are parted: "55000" at 2


class Option(NamedTuple):
    """A line of the main menu: the key to press, the topic it opens, its label."""

    key: str
    topic: str
    label: str


@dataclass(frozen=True, slots=True)
class Number:
    """A directory entry as served; `expires` is an ISO date, empty on fictitious numbers."""

    country: str
    kind: str
    number: str
    name: str
    languages: tuple[str, ...]
    expires: str = ""


def choose(numbers: Iterable[Number], country: str, language: str) -> dict[str, str]:
    """Kind -> number to show in that country and language; never a neighbour's number."""
    found = [number for number in numbers if number.country in (country, EVERYBODY)]
    found.sort(key=lambda number: language.partition("-")[0] in number.languages)  # best one last
    chosen = {number.kind: number.number for number in found}
    return {kind: chosen[kind] for kind in KINDS if kind in chosen}


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each `{name}` replaced; raises KeyError for a token nobody knows."""
    head, *parts = text.split("{")
    filled = [head]
    for part in parts:
        name, closed, rest = part.partition("}")
        if not closed:
            raise KeyError(part)
        filled += [values[name], rest]
    return "".join(filled)


class Tokens(Mapping[str, str]):
    """What the tokens of one country and language become, worked out when asked for.

    `route` is the [ui] key that words the way to a menu: on USSD screens another than in chat. `space`
    stands inside a way to a menu and a line of the list of numbers, which a screen may not cut.
    """

    def __init__(
        self,
        *,
        words: Mapping[str, str],
        numbers: Mapping[str, str],
        main: Iterable[Option],
        route: str,
        space: str = " ",
        figures: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.words, self.main, self.route, self.space = words, main, route, space
        self.figures = figures
        self.numbers = {kind: number.replace(" ", space) for kind, number in numbers.items()}

    def __getitem__(self, name: str) -> str:
        if name == "numbers":
            return self._list() or self.words["number.nothing"]
        if name in KINDS:
            return self.numbers.get(name) or self.words["number.none"]
        if name in self.figures:
            return self._figure(name)
        for key, topic, label in self.main:
            if name == f"menu:{topic}":
                way = self.words[self.route].format(key=key, label=label)
                return way.replace(" ", self.space)
        raise KeyError(name)

    def _figure(self, name: str) -> str:
        """The figure as the language writes it; a year is never parted."""
        digits = self.figures[name]
        if not name.startswith(FIGURE):
            return digits
        comma = self.words["number.thousands"]
        return GROUP.sub(self.space if comma == "space" else comma, digits)

    def _list(self) -> str:
        """One line for each number of the country: what it is for, and the number."""
        lines = [
            f"{self.words[f'number.{kind}']}: ".replace(" ", self.space) + number
            for kind, number in self.numbers.items()
            if kind in LISTED
        ]
        return "\n".join(lines)

    def __iter__(self) -> Iterator[str]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)
