"""What the matcher sees of a text: pieces of words in four views.

`n` letters 2-5 of the plain text, `r` letters 2-5 romanised, `s` consonants 2-4, `w` one and two words.
The romanised and consonant views let a question typed in Latin letters meet phrasings in its own script.
"""

from collections import Counter
from functools import lru_cache
from itertools import pairwise

from understanding import normalise


def pieces(text: str, language: str) -> list[Counter[str]]:
    """One bag a view, in the order n, r, s, w; all empty for a text without letters or digits."""
    words = normalise.plain(text, language).split()
    return [
        _bag(words, "n", 2, 5),
        _bag(normalise.romanised(text, language).split(), "r", 2, 5),
        _bag(normalise.skeleton(text, language).split(), "s", 2, 4),
        Counter(["w" + word for word in words] + [f"w{a} {b}" for a, b in pairwise(words)]),
    ]


def _bag(words: list[str], mark: str, shortest: int, longest: int) -> Counter[str]:
    return Counter(piece for word in words for piece in _grams(word, mark, shortest, longest))


@lru_cache(maxsize=20_000)
def _grams(word: str, mark: str, shortest: int, longest: int) -> tuple[str, ...]:
    """Pieces of one word with a blank at each end; a word shorter than a piece gives itself once."""
    padded = f" {word} "
    found = []
    for size in range(shortest, longest + 1):
        last = max(len(padded) - size, 0)
        found += [mark + padded[at : at + size] for at in range(last + 1)]
        if last == 0:
            break
    return tuple(found)
