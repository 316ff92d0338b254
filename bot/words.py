"""Words that steer a conversation: menu, help, language, source, leave, forget, yes, no, thanks."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from campaigns.editions.tongues import Tongue, find
from understanding import normalise

FILE = Path(__file__).parent / "words.toml"
LONGEST = 40  # characters of a steering word; anything longer is a question


def word(text: str) -> str:
    """What the text alone asks for (`menu`, `help` ...), or ""; never raises."""
    return _table().get(normalise.key(text), "") if len(text) <= LONGEST else ""


def language(text: str, among: Mapping[str, Tongue]) -> str:
    """The base code of a language of the edition whose name the whole text is, or ""."""
    return find(text, among) if 1 < len(text) <= LONGEST else ""


@cache
def _table() -> Mapping[str, str]:
    """Key -> meaning; where two words share a key, the safer meaning (help before menu) wins."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    order = ["thanks", "no", "yes", "source", "menu", "languages", "forget", "leave", "help"]
    return {normalise.key(one): name for name in order for one in table[name]}
