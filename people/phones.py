"""Phone numbers: whatever people and spreadsheets write becomes E.164, or is refused with a reason.

Never guesses a country: 09xxxxxxxx is valid in Ethiopia, Sudan and South Sudan alike.
Validity and line types: libphonenumber's metadata. Repairs: facts tried on lists of the region
(Arabic digits, bidi marks, a leading 00, the trunk 0 kept after the country code).
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from people.countries import CALLING


class Reason(StrEnum):
    """Why a number is refused. The closed set: reports and tests list exactly these words."""

    EMPTY = "empty"  # nothing in the cell
    LETTERS = "letters"  # a name, a word, a vanity number
    SCIENTIFIC = "scientific"  # a spreadsheet rounded it: 2.54712E+11
    SEVERAL = "several"  # two numbers in one cell
    CODE = "service-code"  # *384# or another code to dial
    NOT_A_NUMBER = "not-a-number"
    NO_COUNTRY = "no-country"  # without + and no country given
    COUNTRY = "unknown-country"  # the country given, or the calling code, does not exist
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    INVALID = "invalid"  # the right length, but a range nobody was given


class InvalidPhone(ValueError):  # noqa: N818 - named for what it is
    """The text is no phone number; `reason` says why in one word. Never carries the text itself."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
SEPARATOR = re.compile(r"[,;/|&\n\r]+")
PLAIN = re.compile(r"\+?[\d\s().-]*\d[\s().-]*")
INTERNATIONAL = re.compile(r"^(?:000|00)(?=[1-9])")  # 000 is what Kenya and Uganda dial
LENGTHS = {
    ValidationResult.TOO_SHORT: Reason.TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.COUNTRY,
}
ERRORS = {
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
    NumberParseException.NOT_A_NUMBER: Reason.NOT_A_NUMBER,
}
KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mixed",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A valid number. `kind` is what the number plan says of the line: mobile, fixed, mixed or other.

    A hint and never a refusal: Uganda's 039 counts as fixed there and sends and receives SMS.
    """

    number: str = field(repr=False)
    kind: str


def normalise(raw: str, country: str | None) -> str:
    """E.164 of a valid number. `country`: ISO alpha-2 of numbers without +, or None.

    Raises InvalidPhone with one of the words of Reason.
    """
    return str(
        phonenumbers.format_number(_parsed(raw, country), phonenumbers.PhoneNumberFormat.E164)
    )


def examine(raw: str, country: str | None) -> Phone:
    """The same with the kind of line. Raises InvalidPhone."""
    number = _parsed(raw, country)
    text = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return Phone(text, KINDS.get(phonenumbers.number_type(number), "other"))


def _parsed(raw: str, country: str | None) -> phonenumbers.PhoneNumber:
    text = _readable(raw)
    _refuse_foreign_signs(text)
    text = INTERNATIONAL.sub("+", re.sub(r"[\s().-]", "", text))
    if not text.startswith("+") and not country:
        raise InvalidPhone(Reason.NO_COUNTRY)
    return _valid(text, country)


def _readable(raw: str) -> str:
    """One spelling of digits, plus and dash; marks that steer writing direction are dropped."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", raw)).translate(DASHES).strip()
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _refuse_foreign_signs(text: str) -> None:
    """Refuse what libphonenumber would bend into a number: letters first, they become digits there."""
    if not text:
        raise InvalidPhone(Reason.EMPTY)
    if SCIENTIFIC.fullmatch(text):
        raise InvalidPhone(Reason.SCIENTIFIC)
    if any(c.isalpha() for c in text):
        raise InvalidPhone(Reason.LETTERS)
    if "*" in text or "#" in text:
        raise InvalidPhone(Reason.CODE)
    if _several(text):
        raise InvalidPhone(Reason.SEVERAL)
    if not PLAIN.fullmatch(text):
        raise InvalidPhone(Reason.NOT_A_NUMBER)


def _several(text: str) -> bool:
    """Two stretches that are each long enough to be a number, parted by a sign or by a second plus."""
    parts = SEPARATOR.split(text.replace("+", "\n+"))
    return sum(len(re.sub(r"\D", "", part)) >= 6 for part in parts) > 1


def _valid(text: str, country: str | None) -> phonenumbers.PhoneNumber:
    region = country.upper() if country else None
    if region and region not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidPhone(Reason.COUNTRY)
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise InvalidPhone(ERRORS.get(error.error_type, Reason.COUNTRY)) from None
    if not phonenumbers.is_valid_number(number):
        verdict = phonenumbers.is_possible_number_with_reason(number)
        raise InvalidPhone(LENGTHS.get(verdict, Reason.INVALID))
    return number


def country_of(e164: str) -> str:
    """The programme country whose calling code the number carries, or "" for any other."""
    return CALLING.get(e164[1:4], "")


def kind(e164: str) -> str:
    """The kind of line of a valid E.164 number, as in `Phone.kind`."""
    return examine(e164, None).kind
