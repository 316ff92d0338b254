"""What WhatsApp's answer to a message means. Source: developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes.

The code in the body says more than the status: many different faults come as 400.
"""

from collections.abc import Mapping

from gateways import fates
from gateways.base import REFERENCE_MOST, Batch, Reason, State
from gateways.carriage import Answer
from gateways.messenger import Letter, one

Fate = tuple[State, Reason]
_SLOWER: Fate = (State.RETRY, Reason.THROTTLED)
_KEY: Fate = (State.RETRY, Reason.CREDENTIALS)
_ACCOUNT: Fate = (State.RETRY, Reason.SENDER)
_REQUEST: Fate = (State.REFUSED, Reason.REQUEST)
_HELD: Fate = (State.REFUSED, Reason.RISK_HOLD)

CODES: Mapping[int, Fate] = {
    0: _KEY,
    3: _KEY,
    10: _KEY,
    190: _KEY,  # the token is over
    4: _SLOWER,
    80007: _SLOWER,
    130429: _SLOWER,
    131048: _SLOWER,
    131056: _SLOWER,  # too many to this one person
    133016: _SLOWER,
    368: _ACCOUNT,
    131031: _ACCOUNT,
    133010: _ACCOUNT,  # the number is not registered
    131042: (State.RETRY, Reason.BALANCE),
    33: _REQUEST,
    100: _REQUEST,
    131008: _REQUEST,
    131009: _REQUEST,
    131051: _REQUEST,
    131021: (State.REFUSED, Reason.BAD_NUMBER),  # to ourselves
    131026: (State.REFUSED, Reason.NO_ROUTE),  # not in WhatsApp, or too old an app
    131047: (State.REFUSED, Reason.WINDOW),
    131049: _HELD,
    130472: _HELD,
    130497: _HELD,  # the account may not write to that country
    131000: (State.UNSURE, Reason.SERVER_ERROR),
    131016: (State.UNSURE, Reason.SERVER_ERROR),
}
RIGHTS = range(200, 300)  # the token may not do this


def fate(letter: Letter, answer: Answer) -> Batch:
    """The fate of the one message; its wamid is what receipts come under."""
    data = answer.data if isinstance(answer.data, dict) else {}
    if answer.ok:
        name = _name(data)
        if name is None:
            return one(letter, State.UNSURE, Reason.UNREADABLE)
        return one(letter, State.ACCEPTED, reference=name)
    state, reason = _of(data, answer.status)
    return one(letter, state, reason, retry_after=answer.retry_after)


def _of(data: Mapping[str, object], status: int) -> Fate:
    error = data.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int) and code in RIGHTS:
        return _KEY
    known = CODES.get(code) if isinstance(code, int) else None
    return known or fates.by_status(status)


def _name(data: Mapping[str, object]) -> str | None:
    messages = data.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    name = first.get("id") if isinstance(first, dict) else None
    return name[:REFERENCE_MOST] if isinstance(name, str) and name else None
