"""Builds `tables/cries.npz` from the example messages; run by hand when they change, never by the product.

`python -m understanding.cry_table FOLDER` reads `danger/examples/<language>*.tsv` (text, label `danger` or `not`),
the project's own lines of `danger/tried.tsv`, and as calm texts phrasings of the answers in `locales`, the words
that steer the bot, and everyday texts of FOLDER, `<language>.txt`, one a line (`tables/NOTICE`). Prints per
language what is heard of examples left out, and how many of the others.
"""

import csv
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from understanding import cries, features, ridge, rulebook, safeguarding
from understanding.columns import Columns, gram
from understanding.safeguarding import weight

Floats = NDArray[np.float32]
LANGUAGES = ("am", "ar", "en", "fr", "om", "so", "sw", "ti")
EXAMPLES = rulebook.FOLDER / "examples"
LOCALES = Path(__file__).parent.parent / "locales"
STEERING = Path(__file__).parent.parent / "bot" / "words.toml"
RIDGE = 1.0  # flat optimum on examples left out: 0.5 to 2.0 are within two points
PHRASING = 0.03  # how much a phrasing or a steering word counts beside an example: they are many, few of them near
EVERYDAY = 0.1
MOST = 1000  # of phrasings, and of everyday texts: the solution costs the cube of all
FALSE = (
    0.12  # of the examples that are no cries, so many may be taken for one: they are hard by intent
)
RARE = 0.04  # of steering words and everyday texts
ANY = "-"  # the language of lines that are in several
COMMON = 2  # rows that must have a piece for it to be kept


@dataclass(frozen=True, slots=True)
class Example:
    """A message, 1 for a cry or -1, and how much it counts."""

    text: str
    label: float
    weight: float = 1.0


def examples(language: str) -> Iterator[Example]:
    """The language's messages, examples first."""
    for path in sorted(EXAMPLES.glob(f"{language}*.tsv")):
        for row in _rows(path):
            yield Example(row["text"], 1.0 if row["label"] == "danger" else -1.0)
    for row in _rows(rulebook.FOLDER / "tried.tsv"):
        if row["language"] in (language, ANY):
            yield Example(row["text"], 1.0 if row["kind"] == "danger" else -1.0)


def phrasings(language: str) -> Iterator[Example]:
    """How people ask for the answers: none of them a cry."""
    for path in sorted(LOCALES.glob(f"{language}*/content.toml")):
        for text in _phrasings(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Example(text, -1.0, PHRASING)


def steering() -> Iterator[Example]:
    """What steers the conversation, in any language: never a cry, save the words for help."""
    table = tomllib.loads(STEERING.read_text(encoding="utf-8"))
    for name, words in table.items():
        if isinstance(words, list) and name != "help":
            yield from (Example(one, -1.0, PHRASING) for one in words if " " in one)


def everyday(folder: Path, language: str) -> Iterator[Example]:
    """What people write of other things."""
    path = folder / f"{language}.txt"
    if path.exists():
        for text in path.read_text(encoding="utf-8").splitlines():
            yield Example(text, -1.0, EVERYDAY)


def _some(found: Iterator[Example]) -> list[Example]:
    """At most MOST of them, the same ones each time."""
    every = list(found)
    return random.Random(1).sample(every, min(MOST, len(every)))  # noqa: S311


def _phrasings(table: Any) -> Iterator[str]:  # noqa: ANN401 - TOML
    if isinstance(table, dict):
        yield from table.get("phrasings", ())
        for inner in table.values():
            yield from _phrasings(inner)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((x for x in file if not x.startswith("#")), delimiter="\t")


@dataclass(frozen=True, slots=True)
class Solved:
    """Scores of the rows as if each had been left out: examples first, then phrasings, then the rest."""

    columns: Columns
    weights: Floats
    unseen: Floats
    labels: Floats
    examples: int
    asked: int


def solved(language: str, folder: Path) -> Solved:
    """Learnt from everything there is of the language; what rules a text meets is added to its score."""
    messages = list(examples(language))
    asked = _some(phrasings(language))
    rows = [*messages, *asked, *_some(everyday(folder, language)), *steering()]
    columns = Columns.of([features.pieces(row.text, language) for row in rows])
    labels = np.array([row.label for row in rows], np.float32)
    kernel = gram(columns)
    kernel[np.diag_indices(len(rows))] += RIDGE / np.array([row.weight for row in rows], np.float32)
    weights, unseen = (one[:, 0] for one in ridge.solved(kernel, labels[:, None]))
    unseen = unseen + np.array([weight(_rules(row.text)) for row in rows], np.float32)
    return Solved(columns, weights, unseen, labels, len(messages), len(asked))


def left_out(language: str, folder: Path) -> Floats:
    """Scores of the language's examples, each as if it had been left out."""
    found = solved(language, folder)
    return found.unseen[: found.examples]


def build(language: str, folder: Path) -> dict[str, NDArray[Any]]:
    """The parts of the language's table."""
    found = solved(language, folder)
    marks = _marks(found)
    _tell(language, found.unseen[: found.examples], found.labels[: found.examples], marks)
    return _packed(found.columns, found.weights, marks)


def _marks(found: Solved) -> NDArray[np.floating]:
    """The idf of a piece never seen, and where alarm begins.

    Phrasings tell of hardship and may be taken for a cry more often than what steers, and everyday texts.
    """
    others = found.unseen[: found.examples][found.labels[: found.examples] < 0]
    rare = found.unseen[found.examples + found.asked :]
    alarm = max(np.quantile(others, 1 - FALSE), np.quantile(rare, 1 - RARE))
    strange = np.log((1 + len(found.labels)) / 2) + 1
    return np.array([strange, alarm])


def _rules(text: str) -> int:
    return len(safeguarding.met(text))


def _packed(
    columns: Columns, weights: NDArray[np.floating], marks: NDArray[np.floating]
) -> dict[str, NDArray[Any]]:
    """One weight a piece: what its rows taught of it together."""
    sizes = np.diff(columns.starts)
    learnt = np.add.reduceat(columns.values * weights[columns.rows], columns.starts[:-1])
    names = np.array([cries.named(piece) for piece in columns.vocabulary], np.uint32)
    kept = np.flatnonzero(sizes >= COMMON)
    order = kept[np.argsort(names[kept], kind="stable")]
    return {
        "names": names[order],
        "idf": columns.idf[order].astype(np.float16),
        "weights": learnt[order].astype(np.float16),
        "marks": marks,
    }


def _tell(
    language: str,
    unseen: NDArray[np.floating],
    labels: NDArray[np.floating],
    marks: NDArray[np.floating],
) -> None:
    _strange, alarm = marks
    heard, false = (unseen[labels > 0] > alarm).mean(), (unseen[labels < 0] > alarm).mean()
    sys.stdout.write(
        f"{language}: {len(labels)} examples, {heard:.2f} of cries heard at {false:.2f} false\n"
    )


def main(folder: Path) -> None:
    arrays = {
        f"{part}_{language}": array
        for language in LANGUAGES
        for part, array in build(language, folder).items()
    }
    languages = np.frombuffer(" ".join(LANGUAGES).encode(), np.uint8)
    np.savez_compressed(cries.TABLE, allow_pickle=False, languages=languages, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
