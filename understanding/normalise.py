"""One text, seen in the ways people type it: folded, plain, by key, romanised, by its consonants.

The rules and their order are the project's tested ones: sixty-one pairs of spellings and nine numerals
(`tables/normalisation.json`, `tests/payloads/normalisation.json`). Every function takes any text at
all, never raises, and reads at most `LIMIT` characters.
"""

import json
import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from understanding import scripts

LIMIT = 2000  # characters; a question is shorter, and cost must not follow the sender's wish
TABLES = json.loads(
    (Path(__file__).parent / "tables" / "normalisation.json").read_text(encoding="utf-8")
)
CONTROLS = re.compile(TABLES["strip_controls"])
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ`´ˈ′ʾʿ", "'"))
PUNCTUATION = str.maketrans(dict.fromkeys(TABLES["ethiopic_punct"], " "))
FOLDS = {
    "am": str.maketrans(TABLES["amharic_fold"]),
    "ti": str.maketrans(TABLES["tigrinya_fold"]),
}
ARABIC = str.maketrans(TABLES["arabic_fold"])
NUMERALS: dict[str, int] = TABLES["ethiopic_numerals"]
# no numeral is longer; a run of hundreds of signs would be a number too long to write down
NUMERAL_RUN = re.compile(
    f"(?<![{''.join(NUMERALS)}])[{''.join(NUMERALS)}]{{1,16}}(?![{''.join(NUMERALS)}])"
)
KEYCAP = {0x20E3: None, 0xFE0F: None}  # the frame around the digit of a keyboard's sign
LONG_RUN = re.compile(r"(\w)\1{2,}")
DOUBLE = re.compile(r"(\w)\1+")
NOT_WORD = re.compile(r"[^\w']+")
NUMBER = re.compile(r"[0-9]+")
SPELLINGS = {  # digraphs that people write one way or another, per language, after doubles collapsed
    "om": [("ph", "p"), ("dh", "d"), ("ny", "n"), ("ch", "c"), ("q", "k")],
    "so": [("kh", "q"), ("x", "h"), ("c", "")],
}
WRITTEN = {**SPELLINGS, "so": [("kh", "q"), ("x", "h")]}
SOMALI_THREE = re.compile(r"(?<=[a-z])3|3(?=[a-z])")  # the letter `c` typed as a digit
ARTICLE = re.compile(r"\bال(?=\w{3})")  # the article of an Arabic word longer than four letters


def folded(text: str) -> str:
    """Steps 1 and 2: compatible forms, no invisible controls, one apostrophe, lower case, ASCII digits."""
    text = unicodedata.normalize("NFKC", text[:LIMIT])[:LIMIT]
    text = CONTROLS.sub("", text).translate(APOSTROPHES).casefold()
    return _decimals(NUMERAL_RUN.sub(lambda run: str(_ethiopic_value(run[0])), text))


def plain(text: str, language: str = "") -> str:
    """Folded, letters of one sound made one letter, no accents, at most two of a letter, single spaces.

    The length of a sound stays, since Oromo and Somali words differ by it; `key` drops it.
    """
    text = _without_accents(folded(text).translate(PUNCTUATION)).translate(ARABIC)
    text = text.translate(FOLDS.get(language[:2], FOLDS["am"]))
    return " ".join(NOT_WORD.sub(" ", LONG_RUN.sub(r"\1\1", text)).replace("_", " ").split())


@lru_cache(maxsize=4096)
def key(text: str, language: str = "") -> str:
    """The normal key: two texts with one key are one text to us. Empty for a text without letters."""
    return _respelled(text, language, SPELLINGS)


@lru_cache(maxsize=4096)
def written(text: str, language: str = "") -> str:
    """The key with every sound: Somali `c` stays, which `key` drops as people do.

    For rules, which must not take `garaac` (beat) for `garaa`; questions are better met by `key`.
    """
    return _respelled(text, language, WRITTEN)


def _respelled(text: str, language: str, spellings: dict[str, list[tuple[str, str]]]) -> str:
    text = ARTICLE.sub("", plain(text, language)).replace("'", "")
    if language in spellings:
        text = DOUBLE.sub(r"\1", SOMALI_THREE.sub("c", text) if language == "so" else text)
        for spelling, one in spellings[language]:
            text = text.replace(spelling, one)
    return " ".join(text.split())


def romanised(text: str, language: str = "") -> str:
    """Every script in Latin letters, roughly as it is typed on a phone; doubled letters once."""
    return " ".join(word for word in map(scripts.romanise, plain(text, language).split()) if word)


def skeleton(text: str, language: str = "") -> str:
    """The consonants of each word: what `sidet`, `sdet` and their Ethiopic spelling have in common."""
    text = ARTICLE.sub("", plain(text, language)).replace("'", "")
    words = (scripts.consonants(word, language[:2]) for word in text.split())
    return " ".join(word for word in words if word)


def digits(text: str) -> str:
    """The menu number a text consists of, in ASCII (`፩` gives 1, `٣` gives 3, `00` stays), else ''.

    Never trust `str.isdigit` here: it is true for Ethiopic digits, which `int` then refuses.
    """
    number = folded(text).translate(KEYCAP).strip(" .,)(#*:;-፡።")
    return number if NUMBER.fullmatch(number) else ""


def _ethiopic_value(run: str) -> int:
    """`፲፱፻፹፯` is 1987: below a hundred by adding, hundreds and ten thousands by multiplying."""
    total = group = 0
    for value in map(NUMERALS.__getitem__, run):
        if value == 10000:
            total, group = (total + group or 1) * value, 0
        elif value == 100:
            group = (group or 1) * value
        else:
            group += value
    return total + group


def _decimals(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _without_accents(text: str) -> str:
    """Marks go (accents, harakat), base letters stay composed."""
    if text.isascii():
        return text
    marks = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in marks if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare)


def runs(text: str) -> list[str]:
    """The scripts of the letters in a text, most frequent first: Latin, Ethiopic, Arabic or another."""
    found = sorted(scripts.script(c) for c in text[:LIMIT] if c.isalpha())
    sizes = {name: len(list(group)) for name, group in groupby(found)}
    return sorted(sizes, key=lambda name: -sizes[name])
