"""What Kannel asks our hooks with GET, read into values. The names are ours: docs/gateways.md gives them.

A receipt comes to the address that our own request gave; incoming SMS to the one in Kannel's sms-service.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gateways.base import Inbound, Reason, Receipt, Standing
from gateways.fields import WORD, moment, needed, number, phone

Form = Mapping[str, str]

STANDINGS: Mapping[str, tuple[Standing, Reason]] = {
    "1": (Standing.DELIVERED, Reason.NONE),
    "2": (Standing.FAILED, Reason.DELIVERY_FAILURE),
    "4": (Standing.BUFFERED, Reason.NONE),
    "8": (Standing.SUBMITTED, Reason.NONE),
    "16": (Standing.REJECTED, Reason.REJECTED),
}
STAT = re.compile(r"\bstat:([A-Za-z]{1,10})\b")  # in the SMSC's own words, beside the text sent
EXPIRED = (Standing.EXPIRED, Reason.EXPIRED)
UCS2 = "2"
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f]"
)  # the upper bytes of most scripts; nobody types them


def receipt(form: Form, networks: Mapping[str, str]) -> Receipt:
    """A delivery report; a value nobody documented is kept as UNKNOWN, never an error."""
    word = form.get("status", "").strip()
    told = STAT.search(form.get("told", ""))
    standing, reason = STANDINGS.get(word, (Standing.UNKNOWN, Reason.NONE))
    if standing is Standing.FAILED and told and told[1].upper() == "EXPIRED":
        standing, reason = EXPIRED
    return Receipt(
        reference=needed(form, "id"),
        phone=phone(form.get("phone", "")),
        network=networks.get(form.get("smsc", "").strip(), ""),
        status=standing,
        reason=reason,
        word=word[:WORD],
        detail=told[1] if told else "",
    )


def sms(form: Form, networks: Mapping[str, str]) -> Inbound:
    """An SMS from a person; an empty one is one too."""
    return Inbound(
        reference=form.get("id", "").strip(),
        phone=phone(needed(form, "from")),
        text=_text(form),
        to=form.get("to", "").strip(),
        network=networks.get(form.get("smsc", "").strip(), ""),
        at=_time(form.get("time", "")),
    )


def _text(form: Form) -> str:
    """The text; where Kannel was not told to recode it, UTF-16 is read back if it survived the form."""
    text = form.get("text", "")
    raw = form.get("coding", "").strip() == UCS2 and CONTROL.search(text) and "\ufffd" not in text
    return text.encode().decode("utf-16-be", "replace") if raw else text


def _time(word: str) -> datetime | None:
    """Kannel's %T: seconds since 1970; or a date."""
    seconds = number(word)
    if seconds is None:
        return moment(word)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
