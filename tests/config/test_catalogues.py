"""Translations of the pages are compiled once, and a fault in one is said before anybody reads it."""

from gettext import GNUTranslations
from pathlib import Path

import pytest

from config import catalogues

HEADER = (
    'msgid ""\nmsgstr "Plural-Forms: {plurals}\\nContent-Type: text/plain; charset=UTF-8\\n"\n\n'
)


def po(root: Path, entries: str, plurals: str = "nplurals=2; plural=(n != 1);") -> Path:
    folder = root / "locales" / "so" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "django.po"
    path.write_text(HEADER.format(plurals=plurals) + entries)
    return path


def test_changed_catalogues_are_compiled_once(tmp_path):
    path = po(tmp_path, 'msgid "Stop"\nmsgstr "Jooji"\n')
    assert (catalogues.compile_all(tmp_path), catalogues.compile_all(tmp_path)) == (1, 0)
    with path.with_suffix(".mo").open("rb") as file:
        assert GNUTranslations(file).gettext("Stop") == "Jooji"


@pytest.mark.parametrize(
    "plurals",
    [
        "nplurals=INTEGER; plural=EXPRESSION;",
        "nplurals=1; plural=(n != 1);",
        "",
    ],
)
def test_plural_rule_that_django_would_refuse_is_a_fault(tmp_path, plurals):
    path = po(tmp_path, "", plurals)
    assert [fault.removeprefix(f"{path}: ")[:23] for fault in catalogues.faults(path)] == [
        "the Plural-Forms header"
    ]


@pytest.mark.parametrize(
    "text", ["%(number)s qof", "{name} qof", "qof", "%(numbr)s %s {name}", "%(number)d {name}"]
)
def test_other_placeholders_than_the_original_are_a_fault(tmp_path, text):
    path = po(tmp_path, f'msgid "%(number)s people, {{name}}"\nmsgstr "{text}"\n')
    assert len(list(catalogues.faults(path))) == 1


def test_form_for_one_may_leave_the_number_out(tmp_path):
    path = po(
        tmp_path,
        'msgid "one person"\nmsgid_plural "%(n)s people"\n'
        'msgstr[0] "hal qof"\nmsgstr[1] "%(n)s qof"\n',
    )
    assert list(catalogues.faults(path)) == []


def test_missing_plural_form_is_a_fault(tmp_path):
    path = po(tmp_path, 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n')
    assert [fault.split(": ", 1)[1] for fault in catalogues.faults(path)] == [
        "2 plural forms are needed."
    ]


def test_damaged_file_is_a_fault_and_is_not_compiled(tmp_path):
    path = po(tmp_path, 'msgid "a\nmsgstr b\n')
    assert len(list(catalogues.faults(path))) == 1
    with pytest.raises(ValueError, match=r"django\.po"):
        catalogues.write(path, path.with_suffix(".mo"))
