"""A hop of the preview as it would cross the wire: what the provider posts, what the door answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gateways.network.operators import network
from ussd.hop import HOP_METADATA
from ussd.preview import Handset, Look
from ussd.simulator import RANGES

PHONE = 1  # which of the invented phones calls


@dataclass(frozen=True, slots=True)
class Wire:
    """One hop. `posted` are the form's fields, `body` the same as it is sent.

    `last_body` is what a gateway that sends only the last input would post instead, `answer` what is sent
    back, of `size` bytes, under `headers`. `number` counts hops from 1.
    """

    number: int
    posted: tuple[tuple[str, str], ...]
    body: str
    last_body: str
    headers: str
    answer: str
    size: int


def wire(
    handset: Handset, look: Look, *, code: str, dialled: Sequence[str], said: Sequence[str]
) -> Wire:
    """The hop that brought this look. `dialled`: answers behind the code, `said`: what was typed after it."""
    phone = f"{RANGES[handset.country]}{PHONE}"
    whole = {
        "sessionId": _session(code, dialled, handset),
        "serviceCode": code,
        "phoneNumber": phone,
        "networkCode": handset.network or network(phone),
        "text": "*".join((*dialled, *said)),
    }
    answer = ("END " if look.ends else "CON ") + look.text
    return Wire(
        number=len(said) + 1,
        posted=tuple(whole.items()),
        body=urlencode(whole),
        last_body=urlencode({**whole, "text": said[-1] if said else _begun(code, dialled)}),
        headers=f"{HOP_METADATA}: {look.place}",
        answer=answer,
        size=len(answer.encode()),
    )


def _begun(code: str, dialled: Sequence[str]) -> str:
    """What such a gateway brings first: nothing, or the whole code with the answers behind it."""
    return "*".join((code.removesuffix("#"), *dialled)) + "#" if dialled else ""


def _session(code: str, dialled: Sequence[str], handset: Handset) -> str:
    """An invented name, the same throughout the call."""
    told = "|".join((code, *dialled, handset.country, handset.language, handset.network))
    return "ATUid_" + hashlib.sha256(told.encode()).hexdigest()[:32]
