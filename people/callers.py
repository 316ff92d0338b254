"""Who a provider's request is about: its number met, even where our tables do not know the number."""

from gateways.base import BadForm, Gateway
from people import identity, phones

NOBODY = identity.Met("", "", "")  # a request that names no number
SHORTEST, LONGEST = 6, 15  # digits; E.164 allows 15


def caller(phone: str, country: str = "") -> identity.Met:
    """The person of a number as the gateway sent it. Raises BadForm where it is no number at all.

    A range that libphonenumber does not know was opened yesterday: whoever calls from it is a caller
    all the same, and one token.
    """
    try:
        return identity.meet(phone, country or None)
    except phones.InvalidPhone as bad:
        digits = phone.removeprefix("+")
        plain = digits.isascii() and digits.isdecimal()
        if not (plain and SHORTEST <= len(digits) <= LONGEST):
            raise BadForm(f"the phone number is not one: {bad.reason}") from None
    address = f"tel:+{digits}"
    return identity.Met(address, identity.token(address), phones.country_of(f"+{digits}"))


def country_of(gateway: Gateway, code: str = "") -> str:
    """The country a code belongs to; without one, the only country the gateway serves, or ""."""
    owned = gateway.codes.get(code)
    served = {one.country for one in gateway.codes.values()}
    return owned.country if owned else served.pop() if len(served) == 1 else ""


def caller_if_any(phone: str, country: str = "") -> identity.Met:
    """The same where the request counts without its number too."""
    try:
        return caller(phone, country)
    except BadForm:
        return NOBODY
