"""Single fields of a provider's form, repaired where they are usually broken."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gateways.base import BadForm

WORD = 60  # characters kept of a word we do not know
DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:?\d\d)?")


def needed(form: Mapping[str, str], name: str) -> str:
    """A field's words without blanks around. Raises BadForm where there are none."""
    value = form.get(name, "").strip()
    if not value:
        raise BadForm(f"{name} is missing")
    return value


def phone(word: str) -> str:
    """An unescaped "+" arrives as a space, some arrive without: repaired if the rest is digits.

    What begins with 0 is dialled like this in its own country, and stays as it is.
    """
    digits = word.strip().removeprefix("+")
    whole = digits.isascii() and digits.isdecimal() and not digits.startswith("0")
    return f"+{digits}" if whole else word.strip()


def number(word: str) -> int | None:
    """A whole number that is worth storing; None where it is none."""
    digits = word.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 15 else None


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
