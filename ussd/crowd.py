"""Whether a caller's number lies next to one that called a little before: people's numbers are strewn, forged ones run.

Numbers are nowhere stored, so this is judged at the door, when a session begins, from what its process remembers
for an hour at most. A session keeps one word of it, and the counters of `ussd.suspects` a sum.
"""

from typing import Final

REACH: Final = 3  # a number is a neighbour up to three further or less
HALF: Final = 1800  # seconds that a generation is filled; the one before is looked at too
MOST: Final = 20_000  # numbers of a generation, some 2 MB; a fuller door looks back less far


class Crowd:
    """The numbers that began a session at this process in the last half hour to hour. Twice a number is one."""

    __slots__ = ("_before", "_began", "_now")

    def __init__(self) -> None:
        self._now: set[int] = set()
        self._before: set[int] = set()
        self._began = 0.0

    def near(self, address: str, at: float) -> bool:
        """Whether a neighbour of `tel:+...` was here, which is then noted itself. At `at`, in epoch seconds.

        The first of a run has none yet, so of a run of ten nine are near. One to three microseconds a session.
        """
        digits = address.removeprefix("tel:+")
        if not digits.isdecimal():
            return False
        if not 0 <= at - self._began < HALF or len(self._now) >= MOST:
            self._turn(at)
        number, now = int(digits), self._now
        now.add(number)
        around = {*range(number - REACH, number), *range(number + 1, number + REACH + 1)}
        return not (around.isdisjoint(now) and around.isdisjoint(self._before))

    def _turn(self, at: float) -> None:
        """Begin a generation; after a long silence the one before is too old as well."""
        fresh = 0 <= at - self._began < 2 * HALF
        self._before, self._now, self._began = self._now if fresh else set(), set(), at
