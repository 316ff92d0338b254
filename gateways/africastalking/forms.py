"""What Africa's Talking posts to our hooks, read into values.

Only what the caller cannot do without is demanded; whatever else is missing or odd is tolerated,
because a form refused is a form posted again every minute for twelve hours. The words a person
typed or read in a session (`input`, `lastAppResponse`) are never looked at.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gateways.africastalking.replies import money
from gateways.base import BadForm, Inbound, OptOut, Reason, Receipt, Standing, UssdEnd, UssdHop

Form = Mapping[str, str]

STANDINGS: Mapping[str, Standing] = {
    "queued": Standing.QUEUED,
    "processed": Standing.QUEUED,
    "sent": Standing.SENT,
    "submitted": Standing.SUBMITTED,
    "buffered": Standing.BUFFERED,
    "absentsubscriber": Standing.ABSENT,
    "expired": Standing.EXPIRED,
    "failed": Standing.FAILED,
    "rejected": Standing.REJECTED,
    "success": Standing.DELIVERED,
}
BY_STANDING: Mapping[Standing, Reason] = {  # what a failure means where no reason comes with it
    Standing.ABSENT: Reason.ABSENT,
    Standing.EXPIRED: Reason.EXPIRED,
    Standing.FAILED: Reason.DELIVERY_FAILURE,
    Standing.REJECTED: Reason.REJECTED,
}
REASONS: Mapping[str, Reason] = {  # two spellings are the provider's own
    "insufficientcredit": Reason.NO_CREDIT,
    "invalidlinkid": Reason.REQUEST,
    "userisinactive": Reason.INACTIVE,
    "userinblacklist": Reason.OPTED_OUT,
    "useraccountsuspended": Reason.SUSPENDED,
    "notnetworksubcriber": Reason.WRONG_NETWORK,
    "notnetworksubscriber": Reason.WRONG_NETWORK,
    "usernotsubscribedtoproduct": Reason.NOT_SUBSCRIBED,
    "userdoesnotexist": Reason.NO_SUCH_NUMBER,
    "deliveryfailure": Reason.DELIVERY_FAILURE,
    "donotdisturbrejection": Reason.QUIET_HOURS,
}
WORD = 60  # characters kept of a word we do not know
DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:?\d\d)?")


def ussd(form: Form) -> UssdHop:
    """A dial or an answer. A first hop may come without `text`."""
    return UssdHop(
        _needed(form, "sessionId"),
        _code(_needed(form, "serviceCode")),
        _phone(_needed(form, "phoneNumber")),
        form.get("networkCode", ""),
        form.get("text", ""),
    )


def ussd_end(form: Form) -> UssdEnd:
    """The end of a session; only its id is needed to know which one."""
    trace = form.get("hopsMetadata", "")
    return UssdEnd(
        session=_needed(form, "sessionId"),
        code=_code(form.get("serviceCode", "")),
        phone=_phone(form.get("phoneNumber", "")),
        network=form.get("networkCode", ""),
        status=form.get("status", "")[:WORD],
        cost=money(form.get("cost", "")),
        milliseconds=_number(form.get("durationInMillis", "")),
        hops=_number(form.get("hopsCount", "")),
        trace=tuple(trace.split("|")) if trace not in {"", "None", "null"} else (),
        error=form.get("errorMessage", "")[:WORD],
    )


def receipt(form: Form) -> Receipt:
    """A delivery report; a status nobody documented is kept as UNKNOWN, never an error."""
    word, detail = form.get("status", "").strip(), form.get("failureReason", "").strip()
    standing = STANDINGS.get(word.lower(), Standing.UNKNOWN)
    reason = REASONS.get(detail.lower(), Reason.OTHER) if detail else BY_STANDING.get(standing)
    return Receipt(
        reference=_needed(form, "id"),
        phone=_phone(form.get("phoneNumber", "")),
        network=form.get("networkCode", ""),
        status=standing,
        reason=reason or Reason.NONE,
        word=word[:WORD],
        detail=detail[:WORD],
    )


def sms(form: Form) -> Inbound:
    """An SMS from a person; an empty one is one too."""
    return Inbound(
        reference=form.get("id", "").strip(),
        phone=_phone(_needed(form, "from")),
        text=form.get("text", ""),
        to=form.get("to", "").strip(),
        network=form.get("networkCode", ""),
        at=moment(form.get("date", "")),
    )


def opt_out(form: Form) -> OptOut:
    """A person has blocked the sender at the provider."""
    return OptOut(_phone(_needed(form, "phoneNumber")), form.get("senderId", "").strip())


def moment(word: str) -> datetime | None:
    """The provider's date in UTC (no zone named: UTC); None where it is not one."""
    found = DATE.fullmatch(word.strip())
    if not found:
        return None
    day, clock, fraction, zone = found.groups()
    zone = "+00:00" if zone in {None, "Z"} else zone
    try:
        return datetime.fromisoformat(
            f"{day}T{clock}{(fraction or '.0').ljust(7, '0')}{zone}"
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _needed(form: Form, name: str) -> str:
    value = form.get(name, "").strip()
    if not value:
        raise BadForm(f"{name} is missing")
    return value


def _phone(word: str) -> str:
    """An unescaped "+" arrives as a space, some arrive without: repaired if the rest is digits."""
    digits = word.strip().removeprefix("+")
    return "+" + digits if digits.isascii() and digits.isdecimal() else word.strip()


def _code(word: str) -> str:
    return word.strip()


def _number(word: str) -> int | None:
    digits = word.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else None
