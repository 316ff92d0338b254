"""Each code of a list's reader, of a refusal and of an end has words in the reader's language."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from people import importing, lists, phones, reasons
from people.models import ImportRun


def test_every_reason_for_a_number_has_words():
    assert {reason.value for reason in phones.Reason} <= set(reasons.REFUSED)


def test_every_code_of_the_reader_has_words():
    code = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (importing, lists))

    refused = re.findall(r'Refused\(\s*line, "([\w-]+)"|\(line, "([\w-]+)"\)', code)
    marks = re.findall(r'flagged\["([\w-]+)"\]', code)

    assert {one or other for one, other in refused} == {
        *("other-country", "under-18", "unknown-tag", "duplicate"),
    }
    assert {one or other for one, other in refused} <= set(reasons.REFUSED)
    assert set(marks) == set(reasons.MARKS)


@pytest.mark.parametrize("table", [reasons.REFUSED, reasons.MARKS, reasons.ENDED])
def test_words_are_no_codes(table):
    assert [code for code, words in table.items() if code == str(words)] == []


def test_an_unknown_code_stands_for_itself():
    assert reasons.word(reasons.REFUSED, "of-an-older-release") == "of-an-older-release"


def test_counts_begin_with_the_most():
    assert reasons.counts(reasons.REFUSED, {"empty": 2, "letters": 7}) == [
        ("letters in the number", 7),
        ("no number in the row", 2),
    ]


def test_lines_are_told_in_words():
    run = ImportRun(problems=[[2, "letters"], [9, "duplicate"]])

    assert reasons.lines(run, 1) == [(2, "letters in the number")]


def test_trouble_is_a_sentence_with_its_places_filled():
    run = ImportRun(error="Line %(line)s is odd.", error_values={"line": 4})

    assert (reasons.trouble(run), reasons.trouble(ImportRun())) == ("Line 4 is odd.", "")
    with translation.override("ar"):
        assert reasons.trouble(run) == "Line 4 is odd."
