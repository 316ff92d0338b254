"""Codes as words of the reader's language: why a row of a list was refused, what stands out, how messages ended.

One table a kind; a test holds that every code the reader knows is in it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from people.models import ImportRun

Words = Mapping[str, str | Promise]

REFUSED: Words = MappingProxyType(
    {
        # the number: words of people.phones.Reason
        "empty": gettext_lazy("no number in the row"),
        "letters": gettext_lazy("letters in the number"),
        "scientific": gettext_lazy("a spreadsheet rounded the number; format the column as text"),
        "several": gettext_lazy("more than one number in the cell"),
        "service-code": gettext_lazy("a code to dial, not a phone number"),
        "not-a-number": gettext_lazy("not a phone number"),
        "no-country": gettext_lazy("no country code and no country given"),
        "unknown-country": gettext_lazy("a country code that does not exist"),
        "too-short": gettext_lazy("wrong length: too short"),
        "too-long": gettext_lazy("wrong length: too long"),
        "invalid": gettext_lazy("a number that nobody can have in that country"),
        # the row
        "other-country": gettext_lazy("a number of a country that is not yours"),
        "under-18": gettext_lazy("under 18, or perhaps under 18"),
        "unknown-tag": gettext_lazy("a tag that is not on the list of tags"),
        "duplicate": gettext_lazy("the number stands in the list before"),
    }
)

MARKS: Words = MappingProxyType(
    {
        "fixed-line": gettext_lazy("the number is a fixed line"),
        "in-sequence": gettext_lazy("more than 250 numbers one after the other, perhaps made up"),
        "district-not-in-the-list": gettext_lazy("the district is not in the list of its country"),
        "known-under-18": gettext_lazy("on our lists so far, and under 18 by this list: taken off"),
    }
)

ENDED: Words = MappingProxyType(
    {
        # how somebody ended messages: people.models.Suppression.how
        "word": gettext_lazy("wrote STOP, or the like in their language"),
        "menu": gettext_lazy("on the USSD menu"),
        "provider": gettext_lazy("at the network or the provider, who told us"),
        "forget": gettext_lazy("asked to be forgotten"),
        "staff": gettext_lazy("told our staff"),
    }
)


def word(table: Words, code: str) -> str:
    """The words for a code; the code itself where the table does not have it."""
    return str(table.get(code, code))


def counts(table: Words, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """(words, how many), the most first."""
    rows = ((word(table, code), number) for code, number in numbers.items())
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def lines(run: ImportRun, most: int) -> list[tuple[int, str]]:
    """The first refused lines of a run, with the reason in words."""
    return [(line, word(REFUSED, reason)) for line, reason in run.problems[:most]]


def trouble(run: ImportRun) -> str:
    """Why a run failed, in the reader's language; "" when it did not."""
    return sentence(run.error, run.error_values) if run.error else ""


def sentence(said: str, values: Mapping[str, str | int]) -> str:
    """What a BadList says, in the reader's language."""
    return gettext(said) % values if values else gettext(said)
