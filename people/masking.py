"""Numbers, chat identities and tokens as they may be read: on a page, in a log, in the audit, in an error."""

import re
from functools import partial

from people.countries import CALLING

SHORTEST = 8  # characters of a number that is more than a calling code and two digits
LEAST = 8  # digits of a number written with spaces or dashes
ALONE = r"(?<!\w)(?<!\d\.)", r"(?!\w|\.\d)"  # no part of a word or of a decimal


def _alone(pattern: str) -> "re.Pattern[str]":
    return re.compile(f"{ALONE[0]}{pattern}{ALONE[1]}")


CODES = "|".join(sorted(CALLING))
# beside these it is money, and a round number is a count
MONEY = r"KES|Ksh|ETB|UGX|USh|USD|SDG|SSP|DJF|ERN|SOS|EUR|birr|shillings?|francs?"
PRICED = r"(?<![$€£])(?<![$€£] )(?<!\b[A-Za-z]{3} )(?<!\d[ -])"  # a code of three letters before is a currency
PRICE = rf"(?![ -]\d| ?(?:{MONEY}|%|[$€£]))"

MARKS = (
    # what PostgreSQL adds to an error repeats whole rows and values, a person's words among them
    (
        re.compile(r"\n(DETAIL|CONTEXT|LINE \d+):.*?(?=\n\n|\Z)", re.DOTALL),
        r"\n\1: (not shown)",
    ),
    (  # the same where an error is told by its repr, in one line
        re.compile(r"\\n(DETAIL|CONTEXT|LINE \d+):[^\n]*"),
        r"\\n\1: (not shown)",
    ),
    (
        re.compile(r'(invalid input (?:syntax|value) for [\w ]+): ".*?"(?=\n|\Z)', re.DOTALL),
        r"\1: (not shown)",
    ),
    (re.compile(r"(/hooks/[^/\s]*/)[^/\s]+"), r"\1(secret)"),
    (re.compile(r"\b[a-z]\d+\.(?:(?:number|text)\.)?[\w-]{20,}"), "(token)"),
    (re.compile(r"\b(tel|telegram|whatsapp|web):[\w+%.-]{3,}"), r"\1:(address)"),
    (re.compile(r"%2[Bb]\d{8,15}(?!\w)"), "%2B(number)"),  # as it is in addresses
    (_alone(r"\+\d{8,15}"), "(number)"),
    (_alone(r"\d{9,15}"), "(number)"),
    (
        re.compile(r"(?<!\w)(?<!\d\.)\d{9,15}\.0+(?!\w)"),
        "(number)",
    ),  # as a workbook's cell holds it
    (
        _alone(r"77\d{6}"),
        "(number)",
    ),  # Djibouti's, the only local form of eight digits without a zero
    (  # with a letter right behind, as 254711000001L; a digest goes on
        re.compile(
            rf"(?<![\w.])\+?(?:(?:00)?(?:{CODES})\d{{8,9}}|0[1-9]\d{{8}})(?=[^\W\d]{{1,2}}(?!\w))"
        ),
        "(number)",
    ),
    (  # with a letter right before: x254711000001, tel0711000001
        re.compile(rf"(?<=[^\W\d])(?:(?:00)?(?:{CODES})\d{{8,9}}|0[1-9]\d{{8}})(?!\w)"),
        "(number)",
    ),
    (_alone(r"(?:\+\d{3}/?\d{2,3}|0\d{2,3})(?:[/ -]?\d{3}){2}"), "(number)"),  # 0711/000001
    (  # without a zero, by the number plans of Djibouti, Somalia and those of nine digits: 93 000 001
        re.compile(
            rf"{PRICED}{ALONE[0]}(?:6\d|7\d|9\d)\d?(?:[ -]\d{{3}}){{2}}(?<!000){ALONE[1]}{PRICE}"
        ),
        "(number)",
    ),
)
# as people write it: +254 711 000 001, (0711) 000-001; a date begins with neither + nor 0, seconds stand behind a colon
SIGNS = r"[\d ()._\t\u00a0\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202f\u2060\u2066-\u2069-]"
WRITTEN = _alone(rf"(?<!\d[-:])\(?(?:\+|0)[\d(]{SIGNS}{{5,18}}\d")
# the same without a plus, by the calling codes of our countries: 254 711 000 001
CALLED = _alone(rf"(?<!\d[-:])(?:{CODES}){SIGNS}{{8,17}}\d")
LEAST_CALLED = 11  # digits


def mask(number: str) -> str:
    """The number as pages may show it: calling code and the last two digits; nothing of what is no number."""
    if len(number) < SHORTEST:
        return "•" * len(number)
    return f"{number[:4]}{'•' * (len(number) - 6)}{number[-2:]}"


def masked(text: str) -> str:
    """The text without secrets of hooks, tokens, addresses and whatever looks like a phone number."""
    for pattern, mark in MARKS:
        text = pattern.sub(mark, text)
    return CALLED.sub(partial(_written, LEAST_CALLED), WRITTEN.sub(partial(_written, LEAST), text))


def _written(least: int, found: "re.Match[str]") -> str:
    return "(number)" if sum(map(str.isdigit, found[0])) >= least else found[0]
