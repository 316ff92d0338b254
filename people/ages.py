"""Who says that they are under 18, in words or digits of every script (S8): the safe reading of an age.

Drafts that no native reader has seen. A word alone ("mtoto") tells an age only where an age was asked for; said
unasked, as one may ask about children, it takes a sentence in the first person.
"""

import re
from functools import cache
from typing import Final, Literal

from understanding.normalise import digits, folded, plain

ADULT: Final = 18
YOUNGEST, OLDEST = 10, 97  # years; whatever is less or more is a key of the menu, or no age
LONGEST = 200  # characters read of a message
Age = Literal["minor", "adult"]

WORDS = (
    *("child", "a child", "kid", "minor", "under 18", "below 18", "mtoto", "chini ya 18", "ልጅ", "ህፃን", "ሕጻን"),
    *("ከ18 በታች", "ቆልዓ", "ህጻን", "ትሕቲ 18", "ilmo", "ilmoo", "daa'ima", "mucaa", "18 gadi", "carruur", "cunug"),
    *("ka yar 18", "طفل", "طفلة", "قاصر", "أقل من 18", "enfant", "mineur", "mineure", "moins de 18 ans", "moins de 18"),
)  # fmt: skip
SENTENCES = (
    *("i am a child", "i'm a child", "im a child", "i am a kid", "i am a minor", "i am still a child"),
    *("i am under 18", "i'm under 18", "mimi ni mtoto", "niko chini ya 18", "nina umri chini ya 18"),
    *("ልጅ ነኝ", "እኔ ልጅ ነኝ", "ህፃን ነኝ", "ሕጻን ነኝ", "lij negn", "lij neng", "ቆልዓ እየ", "ኣነ ቆልዓ እየ", "ህጻን እየ", "kolea eye"),
    *("ani ilmo", "ani ijoollee", "ani mucaa", "ani daa'ima", "daa'ima dha", "ilmo ayaan ahay", "waxaan ahay ilmo"),
    *("waxaan ahay carruur", "cunug ayaan ahay", "انا طفل", "أنا طفلة", "انا قاصر", "انا قاصرة", "ana tifl"),
    *("je suis un enfant", "je suis une enfant", "je suis mineur", "je suis mineure", "j'ai moins de 18 ans"),
)  # fmt: skip
YEARS = r"(?:years?(?: old)?|yrs?(?: old)?|y o|yo|miaka|ans|jir|jirka|waggaa?|سنة|سنه|سنوات|عام|አመት|አመቴ|አመቴ ነው|amet)"
SELF = r"(?:i am|i'm|im|i am only|my age is|nina|nina miaka|nina umri wa miaka|umri wangu ni|umri wangu ni miaka|j'ai|عمري|umriin koo|da'daydu waa|edmeye|እድሜዬ|እድሜየ|እድመይ)"
ALONE = re.compile(rf"(?:only )?(\d{{1,2}}) {YEARS}|{YEARS} (\d{{1,2}})")
OWN = re.compile(rf"(?:^|\s){SELF} (\d{{1,2}})(?: {YEARS}(?=\s|$)|(?= and | na | et |$))")
CHILDHOOD = frozenset(range(YOUNGEST, ADULT))
NUMBER = re.compile(r"(?<![\d.,])\d{1,2}(?![\d]|[.,]\d{3})")
BEFORE = re.compile(r"\s*[-−–<≤]")  # signs that make 18 less than 18


def minor(text: str) -> bool:
    """Whether a text says, unasked, that its writer is under 18."""
    said = plain(text[:LONGEST])
    found = ALONE.fullmatch(said) or OWN.search(said)
    years = next((int(one) for one in found.groups() if one), ADULT) if found else ADULT
    return said in _plain(SENTENCES) or years < ADULT


def child(text: str) -> bool:
    """Whether a word of an age means somebody under 18."""
    return plain(text) in _plain(WORDS) | _plain(SENTENCES)


def answer(text: str) -> Age | None:
    """What a text tells where the age was asked for; None where it tells none.

    An age under 18 is heard whatever stands beside it ("17yrs", "am 17 please"); of age is only who says nothing
    but their years ("25", "18+", "I am 18 years old"), since "18" stands in "not yet 18" as well.
    """
    if child(text) or minor(text) or _years(text) & CHILDHOOD:
        return "minor"
    said = plain(text[:LONGEST])
    whole = ALONE.fullmatch(said) or OWN.fullmatch(said)
    told = next(filter(None, whole.groups())) if whole else digits(text.rstrip("+ "))[:4]
    alone = ADULT <= int(told or 0) <= OLDEST and not BEFORE.match(folded(text))
    return "adult" if alone else None


def _years(text: str) -> set[int]:
    return {int(one) for one in NUMBER.findall(folded(text[:LONGEST]))}


@cache
def _plain(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(plain, texts))
