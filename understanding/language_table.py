"""Builds `tables/languages.npz` from corpora; run by hand when they change, never by the product.

`python -m understanding.language_table FOLDER` reads `<code>.txt` files (one text a line) from FOLDER and
from `tables/seeds`; see `tables/NOTICE` for the ones the shipped table was built from. Texts of am, ti and
ar also serve, respelled, as am-Latn, ti-Latn and ar-Latn.
"""

import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from understanding import language_id, normalise

KEPT = 42_000  # pieces; the file stays under 400 KB
SMOOTHING = 0.1
SEEDS = 8  # how much more a real Latin-typed sentence counts than a respelled one
CLUSTER = re.compile(r"([bcdfghjklmnpqrstvxz]{1,2})(?=[bcdfghjklmnpqrstvxz])")


def build(texts: Mapping[str, Iterable[str]]) -> tuple[list[str], list[str], NDArray[np.int8]]:
    """(languages, pieces, log probabilities relative to the mean in sixteenths, as signed bytes)."""
    counts = {
        name: Counter(p for t in many for p in language_id.pieces(t))
        for name, many in texts.items()
    }
    total: Counter[str] = Counter()
    for found in counts.values():
        size = sum(found.values())
        total.update({piece: n / size for piece, n in found.items() if n > 2})
    names = sorted(counts)
    vocabulary = [piece for piece, _ in total.most_common(KEPT)]
    table = np.array([[counts[name][piece] for name in names] for piece in vocabulary], np.float64)
    logs = np.log((table + SMOOTHING) / (table.sum(axis=0) + SMOOTHING * len(vocabulary)))
    logs -= logs.mean(axis=1, keepdims=True)
    return names, vocabulary, np.clip(np.round(logs * 16), -127, 127).astype(np.int8)


def respelled(text: str, language: str, chance: random.Random) -> str:
    """A text in another script as it might be typed in Latin letters: no standard, so with chance."""
    latin = normalise.romanised(text, language)
    vowels = "aaaeiou" if language == "ar" else "ie"
    often = 0.75 if language == "ar" else 0.6
    latin = CLUSTER.sub(
        lambda m: m[1] + (chance.choice(vowels) if chance.random() < often else ""), latin
    )
    swaps = {"h": "7", "q": "9"} if language == "ar" else {"q": "k"}
    return "".join(swaps[c] if c in swaps and chance.random() < 0.3 else c for c in latin)


def main(folder: Path) -> None:
    texts: dict[str, list[str]] = {}
    for path in sorted(
        [*folder.glob("*.txt"), *(language_id.TABLE.parent / "seeds").glob("*.txt")]
    ):
        texts.setdefault(path.stem, []).extend(path.read_text(encoding="utf-8").splitlines())
    chance = random.Random(1)  # noqa: S311  the same table from the same corpora
    for name in ("am", "ti", "ar"):
        typed = texts.get(f"{name}-Latn", []) * SEEDS
        texts[f"{name}-Latn"] = typed + [respelled(text, name, chance) for text in texts[name]]
    languages, pieces, steps = build(texts)
    np.savez_compressed(
        language_id.TABLE,
        languages=np.frombuffer(" ".join(languages).encode(), np.uint8),
        pieces=np.frombuffer("\n".join(pieces).encode(), np.uint8),
        steps=steps,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
