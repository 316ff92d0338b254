"""The simulated phone of the pages: which codes it can dial, with which invented numbers, what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateways import segments
from gateways.network.remote import Phones, Shown

# Invented, valid in the number plan; the last digit is the phone's.
RANGES: Mapping[str, str] = {
    "DJ": "+2537783000",
    "ER": "+291712300",
    "ET": "+25191100000",
    "KE": "+25471100000",
    "SO": "+25261500000",
    "SS": "+21191200000",
    "SD": "+24991200000",
    "UG": "+25677200000",
}
PHONES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Line:
    """A phone with a code to dial; `code` is the country's own."""

    country: str
    code: str
    phone: int

    @property
    def number(self) -> str:
        return f"{RANGES[self.country]}{self.phone}"


@dataclass(frozen=True, slots=True)
class Display:
    """What the phone shows and how full the screen is."""

    text: str
    ends: bool
    transcript: str
    milliseconds: int
    units: int
    encoding: str


def press(phones: Phones, line: Line, *, transcript: str | None, word: str) -> Display:
    """Dial (transcript None), or send the next word of an open session."""
    sent = "" if transcript is None else f"{transcript}*{word}" if transcript else word
    return _display(phones.dial(line.number, line.code, sent))


def _display(shown: Shown) -> Display:
    counted = segments.count(shown.text)
    return Display(
        text=shown.text,
        ends=shown.ends,
        transcript=shown.transcript,
        milliseconds=round(shown.milliseconds),
        units=counted.units,
        encoding=counted.encoding,
    )
