"""What a language must reach before its readiness says so: `understanding/floors.toml`."""

import tomllib
from functools import cache
from pathlib import Path

import understanding
from bot.evaluation import Figures
from people import languages

FILE = Path(understanding.__path__[0]) / "floors.toml"
NAMES = {  # word of the file -> figure
    "accuracy": "accuracy",
    "top3": "top3",
    "sure_precision": "sure_precision",
    "danger_recall": "safeguarding_recall",
}


def under(language: str, figures: Figures) -> list[str]:
    """The words of the floor that are missed; a figure nobody measured misses none."""
    told = figures.rounded()
    missed = []
    for word, least in _floor(languages.base(language)).items():
        reached = told[NAMES[word]]
        if reached is not None and reached < least:
            missed.append(word)
    return missed


def _floor(language: str) -> dict[str, float]:
    table = _table()
    return table["default"] | table.get(language, {})


@cache
def _table() -> dict[str, dict[str, float]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
