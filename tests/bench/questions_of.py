"""Public sets of questions by intent, split the same way every time: taught, asked, and of intents nobody taught.

Training files alone, so that official test parts stay unseen; where they are from: `tests/data/nlu/NOTICE`.
"""

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "nlu"
SEED = 7
HELD_BACK = 8  # questions of each intent that nobody taught


@dataclass(frozen=True, slots=True)
class Source:
    """A file, the language its texts are read in, and how many of its intents have an answer."""

    file: str
    language: str
    intents: int


SOURCES = {
    "injongo-am": Source("injongo_amh", "am", 30),
    "injongo-om": Source("injongo_orm", "om", 30),
    "injongo-sw": Source("injongo_swa", "sw", 30),
    "injongo-en": Source("injongo_eng", "en", 30),
    "injongo-lg": Source("injongo_lug", "lg", 30),
    "clinc": Source("clinc150", "en", 100),
    "banking": Source("banking77", "en", 60),
}


@dataclass(frozen=True, slots=True)
class Split:
    """`taught` by intent; `asked` with the intent meant; `near`: of sibling intents without an answer."""

    language: str
    taught: dict[str, list[str]]
    asked: list[tuple[str, str]]
    near: list[str]


def split(name: str, examples: int) -> Split:
    """`examples` phrasings an intent, never more than leave the questions held back."""
    source = SOURCES[name]
    by = _by_intent(source.file)
    chance = random.Random(SEED)
    intents = sorted(by)
    chance.shuffle(intents)
    for intent in intents:
        chance.shuffle(by[intent])
    known, strange = intents[: source.intents], intents[source.intents :]
    return Split(
        source.language,
        {intent: by[intent][HELD_BACK:][:examples] for intent in known},
        [(text, intent) for intent in known for text in by[intent][:HELD_BACK]],
        [text for intent in strange for text in by[intent][:HELD_BACK]],
    )


def _by_intent(file: str) -> dict[str, list[str]]:
    """Each text once, in the order of the file."""
    by: dict[str, dict[str, None]] = {}
    with gzip.open(DATA / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for text, intent in map(json.loads, lines):
            by.setdefault(intent, {})[text] = None
    return {intent: list(texts) for intent, texts in by.items()}
