"""Chance that is the same each time: what is drawn follows from the seed and from the name of what it is for.

Nothing depends on the order of drawing, so that a change in one place moves nothing elsewhere.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

One = TypeVar("One")
SCALE = 2.0**64


@dataclass(frozen=True, slots=True)
class Lot:
    """Draws of one seed."""

    seed: int

    def share(self, *name: object) -> float:
        """A number from 0 to below 1."""
        said = f"{self.seed}|{'|'.join(map(str, name))}".encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest()) / SCALE

    def happens(self, chance: float, *name: object) -> bool:
        return self.share(*name) < chance

    def whole(self, below: int, *name: object) -> int:
        """A whole number from 0 to below `below`."""
        return int(self.share(*name) * below)

    def one(self, of: Sequence[One], *name: object) -> One:
        """One of these, each as likely."""
        return of[self.whole(len(of), *name)]

    def weighed(self, of: Sequence[tuple[One, float]], *name: object) -> One:
        """One of these (what, weight). Raises IndexError for none."""
        rest = self.share(*name) * sum(weight for _, weight in of)
        for what, weight in of:
            rest -= weight
            if rest < 0:
                return what
        return of[-1][0]
