"""What an answer of Africa's Talking means for each number: pure tables and functions.

Source: the provider's documented status codes; how each is treated is our policy. Only
`statusCode` decides: the words beside it vary, and a queued message read as a failure is sent twice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gateways.base import REFERENCE_MOST, Batch, Money, Outcome, Reason, State
from gateways.carriage import Answer
from gateways.fates import HTTP, PAUSES, whole

ACCEPTED = frozenset({100, 101, 102})  # Processed, Sent, Queued
CODES: Mapping[int, tuple[State, Reason]] = {
    401: (State.REFUSED, Reason.RISK_HOLD),  # RiskHold: never again by itself, an operator looks
    402: (State.RETRY, Reason.SENDER),  # InvalidSenderId
    403: (State.REFUSED, Reason.BAD_NUMBER),  # InvalidPhoneNumber
    404: (State.REFUSED, Reason.NUMBER_TYPE),  # UnsupportedNumberType
    405: (State.RETRY, Reason.BALANCE),  # InsufficientBalance
    406: (State.REFUSED, Reason.OPTED_OUT),  # UserInBlacklist
    407: (State.REFUSED, Reason.NO_ROUTE),  # CouldNotRoute
    409: (State.RETRY, Reason.QUIET_HOURS),  # DoNotDisturbRejection
    500: (State.RETRY, Reason.PROVIDER_ERROR),  # InternalServerError
    501: (State.RETRY, Reason.PROVIDER_ERROR),  # GatewayError
    502: (State.RETRY, Reason.REJECTED),  # RejectedByGateway
}
NAMES: Mapping[str, int] = {  # a request refused as a whole says so by name, with no recipients
    "riskhold": 401,
    "invalidsenderid": 402,
    "invalidphonenumber": 403,
    "unsupportednumbertype": 404,
    "insufficientbalance": 405,
    "userinblacklist": 406,
    "couldnotroute": 407,
    "donotdisturbrejection": 409,
    "internalservererror": 500,
    "gatewayerror": 501,
    "rejectedbygateway": 502,
}
CURRENCY = 3
CHARGE_MOST = Decimal(999_999)  # what is stored of a cost at most, in any currency


def read(answer: Answer, numbers: Sequence[str]) -> Batch:
    """The fate of each number asked, in the order asked."""
    told = recipients(answer.data)
    if told and answer.status < 500:
        return _by_number(answer, numbers, told)
    state, reason = _whole(answer)
    return whole(
        numbers, state, reason, retry_after=answer.retry_after, halve=state is State.REFUSED
    )


def recipients(data: object) -> list[Mapping[str, Any]]:
    """The recipients of a reply body of any shape; none where there are none to read."""
    listed = _sms_data(data).get("Recipients")
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def money(word: object) -> Money | None:
    """ "KES 0.8000", "0" or "0.00" as money; None where it is neither."""
    currency, _, amount = str(word).strip().rpartition(" ")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return None
    return Money(value, currency.strip()) if value.is_finite() else None


def _by_number(answer: Answer, numbers: Sequence[str], told: Sequence[Mapping[str, Any]]) -> Batch:
    """Matched by number, never by place; where one is named twice, accepted wins."""
    known: dict[str, Outcome] = {}
    for row in told:
        outcome = _outcome(row)
        first = known.setdefault(outcome.number, outcome)
        if first.state is not State.ACCEPTED:
            known[outcome.number] = outcome
    outcomes = tuple(
        known.get(number) or Outcome(number, State.UNSURE, reason=Reason.NOT_NAMED)
        for number in numbers
    )
    pauses = (PAUSES[one.reason] for one in outcomes if one.reason in PAUSES)
    return Batch(outcomes, next(pauses, None), answer.retry_after)


def _outcome(row: Mapping[str, Any]) -> Outcome:
    number = str(row.get("number", "")).strip()
    number = "+" + number if number.isdecimal() else number
    code = _code(row.get("statusCode"))
    reference = _reference(row.get("messageId"))
    cost = _charge(row.get("cost", ""))
    if code in ACCEPTED:
        return Outcome(number, State.ACCEPTED, reference, cost)
    state, reason = CODES.get(code, (State.UNSURE, Reason.OTHER))
    return Outcome(number, state, reference, cost, reason)


def _whole(answer: Answer) -> tuple[State, Reason]:
    """The fate of a request in whose answer no recipient can be read."""
    if answer.status in HTTP:
        return HTTP[answer.status]
    if answer.status >= 500:
        return State.UNSURE, Reason.SERVER_ERROR
    if named := NAMES.get(str(_sms_data(answer.data).get("Message", "")).strip().lower()):
        return CODES[named]
    if 400 <= answer.status < 500:
        return State.REFUSED, Reason.REQUEST
    readable = bool(_sms_data(answer.data))
    return State.UNSURE, Reason.NOT_NAMED if readable else Reason.UNREADABLE


def _sms_data(data: object) -> Mapping[str, Any]:
    inner = data.get("SMSMessageData") if isinstance(data, dict) else None
    return inner if isinstance(inner, dict) else {}


def _code(value: object) -> int:
    """The status code as a number, 0 where it is none."""
    word = str(value).strip()
    return int(word) if word.isascii() and word.isdecimal() else 0


def _charge(word: object) -> Money | None:
    """What one message cost. One beyond all reason is still one: the blast that meets it pauses."""
    told = money(word)
    if told is None or told.amount < 0:
        return None
    return Money(min(told.amount, CHARGE_MOST), told.currency[:CURRENCY])


def _reference(value: object) -> str | None:
    word = "" if value is None else str(value).strip()
    return None if word in {"", "None", "0"} else word[:REFERENCE_MOST]
