"""The simulated phone of the pages: which codes it can dial, with which invented numbers, what it shows."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

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
FINE = 200  # the status of a hop that was answered
NEWEST = 20  # messages of a phone that are shown


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
    """What the phone shows and how full the screen is. status: as in gateways.network.remote.Shown."""

    text: str
    ends: bool
    transcript: str
    milliseconds: int
    units: int
    encoding: str
    status: int

    @property
    def answered(self) -> bool:
        return self.status == FINE


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS in the phone; mine: written on it."""

    at: datetime
    text: str
    mine: bool
    sender: str = ""


def press(phones: Phones, line: Line, *, transcript: str | None, word: str) -> Display:
    """Dial (transcript None), or send the next word of an open session. Raises Away."""
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
        status=shown.status,
    )


def thread(phones: Phones, line: Line, said: Iterable[tuple[float, str]]) -> list[Message]:
    """The newest messages of a phone, both ways, newest first. said: (epoch seconds, text). Raises Away."""
    received = [
        Message(_moment(one["at"]), one["text"], mine=False, sender=one["from"])
        for one in phones.inbox(line.number)
    ]
    written = [Message(_moment(at), text, mine=True) for at, text in said]
    return sorted(received + written, key=lambda message: message.at, reverse=True)[:NEWEST]


def mark(messages: Sequence[Message]) -> str:
    """Tells one state of an inbox from another, so that a poll that brings nothing new changes nothing."""
    told = "".join(f"{message.at.timestamp()} {message.text}\n" for message in messages)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
