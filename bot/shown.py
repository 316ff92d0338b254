"""Words of people as editors may see them: looked at again each time, however they were taken in.

Numbers, addresses and names of accounts were taken out when a question was kept (`bot.redaction`). Rules
of that day may have missed what today's find, so nothing is shown or learnt from without this.
"""

import re

from bot.redaction import redacted
from people import identity
from understanding import normalise

LEFT = "[...]"
DIGITS = re.compile(r"\d(?:[\d\s.-]*\d)+")  # 2 digits and more, of any script
SHORT = (
    2  # digits that are shown: an age, a price in words of the day; three may be part of a number
)


def opened(sealed: str) -> str:
    """The words, without what may name somebody; "" where the seal does not open any more."""
    try:
        return seen(identity.unseal(sealed, identity.TEXT)) if sealed else ""
    except identity.BrokenSeal:
        return ""


def seen(text: str) -> str:
    """Without addresses, accounts and runs of more than SHORT digits, spaced or not."""
    return DIGITS.sub(_hidden, redacted(text)).strip()


def _hidden(run: re.Match[str]) -> str:
    digits = [one for one in run[0] if one.isdecimal()]
    return LEFT if len(digits) > SHORT else run[0]


def clean(text: str) -> bool:
    """Whether nothing had to be taken out of it: a way of asking carries neither number nor gap."""
    return LEFT not in text and seen(normalise.folded(text)) == normalise.folded(text).strip()
