import threading
import time

import pytest
from django.conf import settings as configured

from people import identity, languages
from people.countries import CALLING, COUNTRIES
from people.languages import LANGUAGES, Remembered
from people.models import Subject
from tests.people.made import NOON


def test_order_stands_for_every_country():
    assert {code: languages.order(code)[0] for code in COUNTRIES} == {
        "DJ": "so", "ER": "ti", "ET": "am", "KE": "sw", "SO": "so", "SS": "en", "SD": "ar", "UG": "en"}  # fmt: skip
    assert languages.order("GB") == ("en",)


def test_countries_have_clocks_and_codes_of_their_own():
    assert len(CALLING) == len(COUNTRIES) == 8
    assert {NOON.astimezone(country.zone).hour for country in COUNTRIES.values()} == {14, 15}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_language_of_a_menu_is_known(country):
    assert [code for code in languages.order(country) if code not in LANGUAGES] == []


def test_pages_languages_are_known():
    assert {code for code, _ in configured.LANGUAGES} <= set(LANGUAGES)


def test_plain_names_are_ascii():
    assert [language.plain for language in LANGUAGES.values() if not language.plain.isascii()] == []
    assert languages.plain_name("am") == "Amarinya"
    assert languages.plain_name("xx") == "xx"


def test_direction_of_arabic_and_its_latin_variant():
    assert [languages.direction(code) for code in ("ar", "ar-Latn", "am", "xx")] == [
        "rtl",
        "ltr",
        "ltr",
        "ltr",
    ]


def test_variant_where_the_script_cannot_be_shown():
    assert [languages.variant(code, letters=False) for code in ("am", "ti", "ar", "sw", "xx")] == [
        "am-Latn",
        "ti-Latn",
        "ar-Latn",
        "sw",
        "xx",
    ]
    assert languages.variant("am", letters=True) == "am"
    assert languages.base("am-Latn") == "am"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("sw", "sw"),
        ("Swahili", "sw"),
        ("KISWAHILI", "sw"),
        ("አማርኛ", "am"),
        ("Afaan  Oromoo", "om"),
        ("oromiffa", "om"),
        ("am-Latn", "am-Latn"),
        ("am_latn", "am-Latn"),
        ("Amarinya", "am"),
        ("العربية", "ar"),
        ("Klingon", ""),
        ("", ""),
    ],
)
def test_find_knows_names_and_codes(cell, code):
    assert languages.find(cell) == code


@pytest.mark.django_db
def test_remember_updates_subjects_and_nobody_else():
    identity.subjects(["t1.a", "t1.b"], at=NOON)

    changed = languages.remember([("t1.a", "so"), ("t1.a", "sw"), ("t1.unknown", "en")])

    assert changed == 1
    assert dict(Subject.objects.values_list("token", "language")) == {"t1.a": "sw", "t1.b": ""}
    assert (languages.remember([("t1.a", "sw")]), languages.remember([])) == (0, 0)


@pytest.mark.django_db
def test_remembered_reads_the_whole_table_then_changes(monkeypatch):
    monkeypatch.setattr(languages, "PORTION", 3)
    tokens = [f"t1.{index}" for index in range(10)]
    identity.subjects(tokens, at=NOON)
    languages.remember(
        [(token, "so" if index % 2 else "am-Latn") for index, token in enumerate(tokens)]
    )
    memory = Remembered()

    memory.refresh()
    assert [memory.get(token) for token in (*tokens[:3], "t1.none")] == [
        "am-Latn",
        "so",
        "am-Latn",
        None,
    ]

    languages.remember([("t1.0", "sw")])
    memory.refresh()
    assert memory.get("t1.0") == "sw"


@pytest.mark.django_db
def test_remembered_follows_an_erasure_with_the_next_whole_reading():
    identity.subjects(["t1.a"], at=NOON)
    languages.remember([("t1.a", "so")])
    memory = Remembered()
    memory.refresh()
    Subject.objects.all().delete()

    for _ in range(Remembered.WHOLE - 1):
        memory.refresh()

    assert memory.get("t1.a") == "so"
    memory.refresh()
    assert memory.get("t1.a") is None


def test_note_and_drop_are_known_at_once():
    memory = Remembered()
    memory.note("t1.a", "so")
    before = memory.get("t1.a")
    memory.drop("t1.a")

    assert (before, memory.get("t1.a")) == ("so", None)


@pytest.mark.django_db
def test_a_note_survives_a_reading_that_is_older_than_it():
    memory = Remembered()
    memory.note("t1.a", "so")

    memory.refresh()

    assert memory.get("t1.a") == "so"


@pytest.mark.django_db(transaction=True)
def test_start_reads_in_a_thread_and_stop_ends_it():
    identity.subjects(["t1.a"], at=NOON)
    languages.remember([("t1.a", "so")])
    memory, patience = Remembered(), time.monotonic() + 20

    memory.start(every=0.05)
    while memory.get("t1.a") is None and time.monotonic() < patience:
        time.sleep(0.02)
    memory.stop()

    assert memory.get("t1.a") == "so"
    assert [thread.name for thread in threading.enumerate() if thread.name == "languages"] == []
