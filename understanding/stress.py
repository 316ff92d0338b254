"""Questions as they are typed in haste, and in Latin letters: for measuring, never for answering.

Every change is drawn by the text itself and a seed, so that a measurement can be repeated.
"""

import random
from collections.abc import Callable

from understanding import normalise

TYPOS = 0.08  # of the letters
LATIN = ("am", "ti", "ar")  # languages with a script of their own that people type in Latin letters
SLOPPY = 0.15  # of the vowels and doubled letters are left out or typed another way
VOWELS = {"a": "e", "e": "i", "i": "e", "o": "u", "u": "o"}


def typos(text: str, seed: int = 1) -> str:
    """One letter in twelve dropped, doubled, or swapped with the next one."""
    chance = random.Random(f"{seed} {text}")  # noqa: S311 - no secret
    letters, at, out = list(text), 0, []
    while at < len(letters):
        letter, at = letters[at], at + 1
        if not letter.isalpha() or chance.random() >= TYPOS:
            out.append(letter)
            continue
        slip = chance.choice(("drop", "double", "swap"))
        if slip == "double":
            out += [letter, letter]
        elif slip == "swap" and at < len(letters):
            out += [letters[at], letter]
            at += 1
    return "".join(out)


def latin(text: str, seed: int = 1) -> str:
    """The text in Latin letters, vowels as loosely as phones have them.

    It shares its table of letters with what the matcher compares, so figures by it are upper estimates.
    """
    chance = random.Random(f"{seed} {text}")  # noqa: S311 - no secret
    return "".join(_loosely(letter, chance) for letter in normalise.romanised(text))


def _loosely(letter: str, chance: random.Random) -> str:
    if letter not in VOWELS or chance.random() >= SLOPPY:
        return letter
    return chance.choice(("", VOWELS[letter]))


STRESSES: dict[str, Callable[[str], str]] = {"typos": typos, "latin": latin}
