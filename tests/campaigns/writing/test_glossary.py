"""Glossary hints: whole words, plurals, any case, the longer term first, buttons only where they are buttons."""

import csv

import pytest

from campaigns.writing import glossary
from campaigns.writing.seeding import SEED


def found(english, language="so"):
    return [term.english for term in glossary.hints(english, language)]


@pytest.mark.parametrize(
    "english",
    ["A smuggler asks.", "SMUGGLERS lie.", "Ask (smuggler)", "the smuggler's boatman", "Smuggler"],
)
def test_term_is_found_as_a_word(english):
    assert found(english) == ["smuggler"]


@pytest.mark.parametrize("english", ["unsmuggler", "seaside", "refugeeship", ""])
def test_part_of_a_word_is_no_term(english):
    assert found(english) == []


def test_plural_with_ies_is_found():
    assert found("Two recruitment agencies.") == ["recruitment agency"]


def test_either_word_of_a_term_is_found():
    assert found("A payment") == found("The fees") == ["fee, payment"]


def test_longer_term_hides_the_shorter_one_inside_it():
    assert found("irregular migration") == ["irregular migration"]


def test_button_words_are_hints_only_in_short_texts():
    assert found("No") == ["no"]
    assert found(
        "No boat goes there, and no police comes, and nobody tells you more about it."
    ) == [
        "police",
        "boat",
    ]


def test_term_says_where_it_was_read_and_that_nobody_checked_it():
    term = glossary.hints("broker", "am")[0]

    assert (term.said, term.sources, term.unverified) == ("ደላላ", ("N",), True)
    assert [str(one) for one in term.read_at] == ["news or official page"]


def test_note_about_other_languages_is_not_shown():
    assert glossary.hints("asylum", "so")[0].note == ""
    assert glossary.hints("asylum", "am")[0].note.startswith("am: ")


def test_latin_variant_gets_the_words_of_its_base():
    assert glossary.hints("broker", "am-Latn")[0].said == "ደላላ"


@pytest.mark.parametrize("language", ["en", "lg", "note", "review"])
def test_language_without_a_column_has_no_hints(language):
    assert found("A smuggler", language) == []


def test_every_cell_has_a_known_source():
    with (SEED / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    codes = {
        code.strip()
        for row in rows
        for name, cell in row.items()
        if name.endswith("_src")
        for code in cell.split(",")
    }
    assert codes - {""} == set(glossary.SOURCES)
    assert len(rows) == 46
