"""How long a text is on the air: GSM 03.38 septets or UCS-2 units, and how many SMS it takes.

Rules: 3GPP TS 23.038 (alphabet) and 23.040 (parts). One character outside the alphabet turns the
whole text to UCS-2. A part never ends between an escape and its character, nor inside a surrogate
pair. Nothing is normalised before counting: what is written is what is billed.
"""

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM = BASIC | EXTENSION
ESCAPED = str.maketrans({character: "\x1b" + character for character in EXTENSION})

Encoding = Literal["GSM-7", "UCS-2"]
WHOLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
PART: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Count:
    """units: septets or UTF-16 units. odd: the characters that force UCS-2, each once, in order."""

    encoding: Encoding
    units: int
    parts: int
    odd: tuple[str, ...] = ()


def count(text: str) -> Count:
    """Encoding, units and parts of a text; an empty text is one part."""
    odd = frozenset(text) - GSM
    encoding: Encoding = "UCS-2" if odd else "GSM-7"
    length = _ucs2_units(text) if odd else _septets(text)
    if length <= WHOLE[encoding]:
        number = 1
    elif length == len(text):  # every character is one unit wide: no pair to keep together
        number = -(-length // PART[encoding])
    else:
        number = len(_cuts(text, encoding))
    return Count(encoding, length, number, _in_order(text, odd) if odd else ())


def units(text: str) -> int:
    """Septets where the text fits GSM-7, else UTF-16 units."""
    return _septets(text) if GSM.issuperset(text) else _ucs2_units(text)


def fits(text: str, *, gsm7: int, ucs2: int) -> bool:
    """Whether a text stays within a budget of septets, or of UTF-16 units if it needs UCS-2."""
    return units(text) <= (gsm7 if GSM.issuperset(text) else ucs2)


def sizes(text: str) -> tuple[int, ...]:
    """The units in each part, as a phone would receive them."""
    counted = count(text)
    if counted.parts == 1:
        return (counted.units,)
    cuts = _cuts(text, counted.encoding)
    return tuple(end - start for start, end in zip([0, *cuts], cuts, strict=False))


def _septets(text: str) -> int:
    return len(text) + sum(map(text.count, EXTENSION.intersection(text)))


def _ucs2_units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _in_order(text: str, odd: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(character for character in text if character in odd))


def _cuts(text: str, encoding: Encoding) -> list[int]:
    """Where each part ends, in units; the last cut is the end of the text."""
    if encoding == "GSM-7":
        units_of_text = [ord(septet) for septet in text.translate(ESCAPED)]
        opens = range(0x1B, 0x1C)
    else:
        units_of_text = list(text.encode("utf-16-be", "surrogatepass")[::2])  # high bytes tell
        opens = range(0xD8, 0xDC)
    cuts, end = [], 0
    while end < len(units_of_text):
        end = min(end + PART[encoding], len(units_of_text))
        if end < len(units_of_text) and units_of_text[end - 1] in opens:
            end -= 1
        cuts.append(end)
    return cuts
