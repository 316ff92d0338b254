"""Ethiopic and Arabic letters in Latin ones, and words as their consonants.

No standard exists for Latin-typed Amharic, Tigrinya or Arabic, so nothing here transliterates well:
both sides of a comparison are made equally poor instead. Ethiopic letters are read off their Unicode
names (`ETHIOPIC SYLLABLE SZA` is consonant SZ, vowel A).
"""

import re
import unicodedata
from functools import lru_cache

SYLLABLE = re.compile(r"ETHIOPIC SYLLABLE (GLOTTAL|PHARYNGEAL)? ?([B-DF-HJ-NP-TV-Z]*)([AEIOU]*)$")
ETHIOPIC_CONSONANTS = {  # name of the row -> as typed, as compared
    "SZ": ("s", "s"),
    "S": ("s", "s"),
    "SH": ("sh", "S"),
    "HH": ("h", "h"),
    "X": ("h", "h"),
    "Q": ("q", "k"),
    "QH": ("q", "k"),
    "C": ("ch", "C"),
    "CH": ("ch", "C"),
    "NY": ("gn", "n"),
    "KX": ("h", "h"),
    "ZH": ("zh", "z"),
    "TH": ("t", "t"),
    "TS": ("ts", "s"),
    "TZ": ("ts", "s"),
    "PH": ("p", "p"),
    "DD": ("d", "d"),
    "GG": ("g", "g"),
}
ETHIOPIC_VOWELS = {"A": "e", "U": "u", "I": "i", "AA": "a", "EE": "e", "E": "", "O": "o", "OA": "a"}
ARABIC_LETTERS = {  # as typed, as compared
    "ا": ("a", ""), "ب": ("b", "b"), "ت": ("t", "t"), "ث": ("th", "t"), "ج": ("j", "j"),
    "ح": ("h", "h"), "خ": ("kh", "x"), "د": ("d", "d"), "ذ": ("z", "d"), "ر": ("r", "r"),
    "ز": ("z", "z"), "س": ("s", "s"), "ش": ("sh", "S"), "ص": ("s", "s"), "ض": ("d", "d"),
    "ط": ("t", "t"), "ظ": ("z", "z"), "ع": ("", ""), "غ": ("gh", "g"), "ف": ("f", "f"),
    "ق": ("q", "k"), "ك": ("k", "k"), "ل": ("l", "l"), "م": ("m", "m"), "ن": ("n", "n"),
    "ه": ("h", "h"), "و": ("o", ""), "ي": ("i", ""), "ء": ("", ""), "ڤ": ("v", "v"), "پ": ("p", "p"),
}  # fmt: skip
ARABIZI = str.maketrans({"2": "", "3": "", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "q"})
ORDERS = (
    "e",
    "u",
    "i",
    "a",
    "y",
    "",
    "o",
    "w",
)  # vowel marks of the seven orders and the labialised
DOUBLE = re.compile(r"(.)\1+")
DIGRAPHS = {  # as typed in any language -> as compared
    "": [("sh", "S"), ("ch", "C"), ("kh", "x"), ("gh", "g"), ("dj", "j"), ("ts", "s"), ("tz", "s"),
         ("gn", "n"), ("ny", "n"), ("th", "t"), ("ph", "f"), ("dh", "d"), ("zh", "z"), ("c", "k"), ("q", "k")],
    "om": [("sh", "S"), ("ch", "C"), ("c", "C"), ("ph", "p"), ("dh", "d"), ("ny", "n"), ("ts", "s"), ("x", "t"),
           ("q", "k")],
    "so": [("sh", "S"), ("kh", "k"), ("dh", "d"), ("x", "h"), ("c", ""), ("q", "k")],
}  # fmt: skip
SOFT = re.compile(r"[aeiouwy]+")
ARTICLES = {"el", "al"}


@lru_cache(maxsize=1024)
def script(letter: str) -> str:
    """`Latin`, `Ethiopic`, `Arabic`, or the first word of any other letter's Unicode name."""
    return unicodedata.name(letter, "other").split()[0].title()


@lru_cache(maxsize=1024)
def _syllable(letter: str) -> tuple[str, str]:
    """(as typed, as compared) of one Ethiopic letter; letters without a syllable give nothing."""
    match = SYLLABLE.match(unicodedata.name(letter, ""))
    if match is None:
        return "", ""
    throat, row, vowel = match.groups()
    round_lip = len(row) > 1 and row.endswith("W")
    row = row[:-1] if round_lip else row
    typed, compared = ETHIOPIC_CONSONANTS.get(row, (row.lower(), row.lower()))
    sound = ETHIOPIC_VOWELS.get(vowel, vowel.lower())
    if throat or row == "H":
        sound = {"A": "a", "E": "e" if throat else ""}.get(vowel, sound)
    return typed + ("w" if round_lip else "") + sound, SOFT.sub("", compared)


@lru_cache(maxsize=20_000)
def romanise(word: str) -> str:
    """One plain word in Latin letters, doubled letters once."""
    if word.isascii():
        return DOUBLE.sub(r"\1", _letters_for_digits(word.replace("'", "")))
    return DOUBLE.sub(r"\1", "".join(_typed(letter) for letter in word))


@lru_cache(maxsize=20_000)
def consonants(word: str, language: str = "") -> str:
    """One plain word without what people leave out: vowels, w, y, doubled letters, a last h."""
    if word.isascii():
        bare = _latin_consonants(word, language)
    else:
        bare = "".join(_compared(letter) for letter in word)
    return bare[:-1] if len(bare) > 1 and bare.endswith("h") else bare


def _latin_consonants(word: str, language: str) -> str:
    if word in ARTICLES:
        return ""
    word = DOUBLE.sub(r"\1", _letters_for_digits(word))
    for typed, compared in DIGRAPHS.get(language, DIGRAPHS[""]):
        word = word.replace(typed, compared)
    return SOFT.sub("", word)


def _letters_for_digits(word: str) -> str:
    """Arabizi: digits inside a word are letters; a number of its own stays a number."""
    return word if word.isalpha() or word.isdecimal() else word.translate(ARABIZI)


def _typed(letter: str) -> str:
    return _either(letter)[0]


def _compared(letter: str) -> str:
    return _either(letter)[1]


def _either(letter: str) -> tuple[str, str]:
    if letter in ARABIC_LETTERS:
        return ARABIC_LETTERS[letter]
    if "\u1200" <= letter <= "\u139f" or "\u2d80" <= letter <= "\u2ddf":
        return _syllable(letter)
    return (letter, SOFT.sub("", letter)) if letter.isascii() else ("", "")


def spelled(word: str) -> str:
    """An Ethiopic word as rows and vowels, the sixth order without one: `ክቀትሎ` begins with `ክቀትል`.

    Other letters stay as they are, so that a stem of one script is never met by a word of another.
    """
    return word if word.isascii() else "".join(_row_and_vowel(letter) for letter in word)


def _row_and_vowel(letter: str) -> str:
    if not "\u1200" <= letter <= "\u135a":
        return letter
    return chr(ord(letter) & ~7).replace("\u1250", "\u1240") + ORDERS[ord(letter) & 7]
