"""Words that steer a conversation: menu, help, language, source, person, leave ... thanks; and words of ourselves."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from campaigns.editions.tongues import Tongue, find
from understanding import normalise

FILE = Path(__file__).parent / "words.toml"
LONGEST = 40  # characters of a steering word; anything longer is a question


def word(text: str) -> str:
    """What the text alone asks for (`menu`, `help` ...), or ""; never raises."""
    if len(text) > LONGEST:
        return ""
    key = normalise.key(text)
    return _table().get(key, "") if key else _sign(text)


def greeting(text: str) -> str:
    """The code of the language whose greeting the whole text is, or ""."""
    return _greetings().get(normalise.key(text), "") if len(text) <= LONGEST else ""


def language(text: str, among: Mapping[str, Tongue]) -> str:
    """The base code of a language of the edition whose name the whole text is, or ""."""
    return find(text, among) if 1 < len(text) <= LONGEST else ""


def _sign(text: str) -> str:
    """What signs without a word mean; help before thanks, whichever comes first."""
    return next((name for name, signs in _read()["signs"].items() if set(signs) & set(text)), "")


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def _greetings() -> Mapping[str, str]:
    told = _read()["greetings"].items()
    return {normalise.key(one): language for language, words in told for one in words}


@cache
def _table() -> Mapping[str, str]:
    """Key -> meaning; where two words share a key, the safer meaning (help before menu) wins."""
    table = _read()
    order = [
        "abuse",
        "robot",
        "free",
        "who",
        "thanks",
        "no",
        "yes",
        "source",
        "menu",
        "languages",
        "person",
        "forget",
        "leave",
        "help",
    ]
    told = {"menu": [one for words in table["greetings"].values() for one in words]}
    return {
        normalise.key(one): name for name in order for one in (*told.get(name, ()), *table[name])
    }
