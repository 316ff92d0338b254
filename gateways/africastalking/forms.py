"""What Africa's Talking posts to our hooks, read into values.

Only what the caller cannot do without is demanded; whatever else is missing or odd is tolerated,
because a form refused is a form posted again every minute for twelve hours. The words a person
typed or read in a session (`input`, `lastAppResponse`) are never looked at, nor is the way through its
screens (`hopsMetadata`).
"""

from collections.abc import Mapping

from gateways.africastalking.replies import money
from gateways.base import FAILURES, Inbound, OptOut, Reason, Receipt, Standing, UssdEnd, UssdHop
from gateways.fields import WORD, moment, needed, number, phone

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


def ussd(form: Form) -> UssdHop:
    """A dial or an answer. A first hop may come without `text`."""
    return UssdHop(
        needed(form, "sessionId"),
        needed(form, "serviceCode"),
        phone(needed(form, "phoneNumber")),
        form.get("networkCode", ""),
        form.get("text", ""),
    )


def ussd_end(form: Form) -> UssdEnd:
    """The end of a session; only its id is needed to know which one."""
    return UssdEnd(
        session=needed(form, "sessionId"),
        code=form.get("serviceCode", "").strip(),
        phone=phone(form.get("phoneNumber", "")),
        network=form.get("networkCode", ""),
        status=form.get("status", "")[:WORD],
        cost=money(form.get("cost", "")),
        milliseconds=number(form.get("durationInMillis", "")),
        hops=number(form.get("hopsCount", "")),
    )


def receipt(form: Form) -> Receipt:
    """A delivery report; a status nobody documented is kept as UNKNOWN, never an error."""
    word, detail = form.get("status", "").strip(), form.get("failureReason", "").strip()
    standing = STANDINGS.get(word.lower(), Standing.UNKNOWN)
    reason = REASONS.get(detail.lower(), Reason.OTHER) if detail else FAILURES.get(standing)
    return Receipt(
        reference=needed(form, "id"),
        phone=phone(form.get("phoneNumber", "")),
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
        phone=phone(needed(form, "from")),
        text=form.get("text", ""),
        to=form.get("to", "").strip(),
        network=form.get("networkCode", ""),
        at=moment(form.get("date", "")),
    )


def opt_out(form: Form) -> OptOut:
    """A person has blocked the sender at the provider."""
    return OptOut(phone(needed(form, "phoneNumber")), form.get("senderId", "").strip())
