"""How much of a screen a piece of text takes, without looking at the text again for every piece.

A cut is tried at every blank of a text, and each trial needs encoding and units: both come from the places
of the few characters that are not one septet and one unit wide.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.editions.screens import Budget
from gateways import segments

GLUE = "\x1f"  # a space that no page may break at
BLANKS = " \n"  # where a page may break
ODD = re.compile(f"[^{re.escape(''.join(sorted(segments.GSM)))}]")
DOUBLE = re.compile(f"[{re.escape(''.join(sorted(segments.EXTENSION)))}]")  # two septets each
PAIR = re.compile("[\U00010000-\U0010ffff]")  # two units of UCS-2 each


class Size(NamedTuple):
    """What a piece of text takes. `odd`: it forces UCS-2 on all of the screen."""

    odd: bool
    septets: int
    units: int


class Measured:
    """A text whose pieces are measured without looking at it again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blanks = [at for at, letter in enumerate(text) if letter in BLANKS]
        shown = text.replace(GLUE, " ")
        self._odd = [found.start() for found in ODD.finditer(shown)]
        self._double = [found.start() for found in DOUBLE.finditer(shown)]
        self._pairs = [found.start() for found in PAIR.finditer(shown)]

    def size(self, start: int, end: int) -> Size:
        """Of `text[start:end]`."""
        length = end - start
        odd = bisect_left(self._odd, start)
        return Size(
            odd < len(self._odd) and self._odd[odd] < end,
            length + _among(self._double, start, end),
            length + _among(self._pairs, start, end),
        )

    def stripped(self, end: int) -> int:
        """The same end without the blanks before it."""
        while end and self.text[end - 1].isspace():
            end -= 1
        return end

    def blanks_within(self, start: int, most: int) -> list[int]:
        """Places after `start`, last first, before which at most `most` characters stand."""
        first, last = bisect_right(self.blanks, start), bisect_right(self.blanks, start + most)
        while last < len(self.blanks) and self.stripped(self.blanks[last]) - start <= most:
            last += 1
        return self.blanks[first:last][::-1]


def _among(places: list[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start) if places else 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a body: on the plain screen, and on those under "not a choice"."""

    plain: Size
    wrong: tuple[Size, ...]
    budget: Budget

    def holds(self, body: Size) -> bool:
        """Whether the body fits with all its keys, and under one of the forms of "not a choice"."""
        return self._fits(self.plain, body) and any(self._fits(one, body) for one in self.wrong)

    def _fits(self, around: Size, body: Size) -> bool:
        if around.odd or body.odd:
            return around.units + body.units <= self.budget.ucs2
        return around.septets + body.septets <= self.budget.gsm
