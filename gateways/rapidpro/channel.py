"""RapidPro's channel type "External API": it posts us what to send, we tell it what became of that and what people text.

Source: nyaruka/courier, handlers/external. An id is a UUID; RapidPro takes any 2xx for "on its way". What it
receives has no id: it keeps a text given twice as two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateways.base import BadForm
from gateways.carriage import Answer, Carriage
from gateways.fates import NUMBER, sayable

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IN_SESSION = frozenset(
    {"W", "C"}
)  # of a flow that waits for the person, or that they have just ended


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One SMS that RapidPro wants sent. answers: it belongs to a conversation that the person is in."""

    id: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    answers: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text that somebody sent to us at that time."""

    number: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


def outgoing(form: Mapping[str, str]) -> Outgoing:
    """The fields of the channel's own default, as a form. Raises BadForm."""
    name = (form.get("id") or form.get("uuid") or "").strip().lower()
    number = "+" + form.get("to", "").strip().removeprefix("+")
    text = form.get("text", "")
    if not UUID.fullmatch(name):
        raise BadForm("id is no UUID")
    if not NUMBER.fullmatch(number):
        raise BadForm("to must read +254...")
    if not sayable(text):
        raise BadForm("text is missing")
    return Outgoing(name, number, text, form.get("session_status", "").strip() in IN_SESSION)


def tell(carriage: Carriage, base: str, channel: str, name: str, word: str) -> Answer:
    """Say that a message was `sent`, `delivered` or `failed`. Raises carriage.NotSent, carriage.AnswerLost; may be said twice."""
    return carriage.ask("POST", f"{base}/c/ex/{channel}/{word}", headers={}, data={"id": name})


def forward(carriage: Carriage, base: str, channel: str, came: Incoming) -> Answer:
    """Give the channel a text. Raises carriage.NotSent, carriage.AnswerLost; must not be given twice."""
    at = came.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    data = {"from": came.number, "text": came.text, "date": at}
    return carriage.ask("POST", f"{base}/c/ex/{channel}/receive", headers={}, data=data)
