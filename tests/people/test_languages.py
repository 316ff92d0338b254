"""Languages: one list for pages and people, an order per country, and what a caller chose remembered."""

import threading
import time

import pytest
from django.conf import settings as configured

from gateways import segments
from people import identity, languages
from people.countries import CALLING, COUNTRIES
from people.languages import Remembered
from people.models import CountryMenu, Subject
from people.models import Language as Row
from tests.people.made import NOON

SEED = languages.seeded()
CALLED = languages.names(SEED.values())


def saved(code="zza", **values):
    """A language of the tables; the code and all names are invented."""
    usual = {
        "iso639_3": code[:3],
        "name": "Zazalian",
        "autonym": "Zaza",
        "plain": "Zaza",
        "script": "Latn",
        "direction": "ltr",
    }
    return Row.objects.create(code=code, **{**usual, **values})


def test_countries_have_clocks_and_codes_of_their_own():
    assert len(CALLING) == len(COUNTRIES) == 8
    assert {NOON.astimezone(country.zone).hour for country in COUNTRIES.values()} == {14, 15}


# --- which there are ------------------------------------------------------------------------------


def test_every_country_has_an_order_of_known_languages():
    orders = languages.seeded_orders()

    assert {code: order[0] for code, order in orders.items()} == {
        "DJ": "so", "ER": "ti", "ET": "am", "KE": "sw", "SO": "so", "SS": "en", "SD": "ar", "UG": "en"}  # fmt: skip
    assert {code for order in orders.values() for code in order} - set(SEED) == set()
    assert max(map(len, orders.values())) == 7


def test_seed_holds_all_languages_with_their_codes():
    assert len(SEED) == 24
    assert [one.code for one in SEED.values() if len(one.iso639_3) != 3 or not one.autonym] == []
    assert {one.code for one in SEED.values() if one.direction == "rtl"} == {"ar", "apd"}
    assert [
        one.code for one in SEED.values() if one.direction != languages.direction(one.script)
    ] == []


def test_latin_variants_of_the_seed_are_of_the_same_language():
    pairs = {one.code: one.latin for one in SEED.values() if one.latin}

    assert pairs == {"ar": "ar-Latn", "am": "am-Latn", "ti": "ti-Latn"}
    assert {SEED[latin].script for latin in pairs.values()} == {"Latn"}
    assert all(SEED[code].iso639_3 == SEED[latin].iso639_3 for code, latin in pairs.items())


def test_names_of_the_seed_fit_a_first_screen():
    assert [one.plain for one in SEED.values() if not one.plain.isascii()] == []
    assert max(segments.units(one.plain) for one in SEED.values()) <= 20


def test_pages_languages_are_known():
    assert {code for code, _ in configured.LANGUAGES} <= set(SEED)


@pytest.mark.django_db
def test_empty_tables_mean_the_seed(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert languages.known() == SEED
        assert languages.orders() == languages.seeded_orders()


@pytest.mark.django_db
def test_tables_win_over_the_seed_and_add_to_it():
    saved()
    saved("nus", name="Nuer", plain="Nuer", other_names=["naadh"])

    known = languages.known()

    assert set(known) == {*SEED, "zza"}
    assert (known["nus"].plain, known["nus"].other_names) == ("Nuer", ("naadh",))
    assert known["am"] == SEED["am"]


@pytest.mark.django_db
def test_order_of_the_tables_wins_for_its_country_alone():
    CountryMenu.objects.create(country="UG", languages=["lg", "en"])

    assert [languages.order(country) for country in ("UG", "KE", "GB")] == [
        ("lg", "en"),
        ("sw", "en", "so", "om"),
        ("en",),
    ]


# --- what a code says, and what people call them ---------------------------------------------------


def test_direction_follows_the_script():
    scripts = ("Arab", "Hebr", "Adlm", "Latn", "Ethi", "Zzzz")

    assert [languages.direction(script) for script in scripts] == ["rtl"] * 3 + ["ltr"] * 3


def test_variant_where_the_script_cannot_be_shown():
    codes = ("am", "ti", "ar", "sw", "xx")

    assert [languages.variant(code, SEED, letters=False) for code in codes] == [
        "am-Latn",
        "ti-Latn",
        "ar-Latn",
        "sw",
        "xx",
    ]
    assert languages.variant("am", SEED, letters=True) == "am"
    assert languages.base("am-Latn") == "am"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("sw", "sw"),
        ("Swahili", "sw"),
        ("KISWAHILI", "sw"),
        ("swa", "sw"),
        ("አማርኛ", "am"),
        ("Afaan  Oromoo", "om"),
        ("oromiffa", "om"),
        ("am-Latn", "am-Latn"),
        ("am_latn", "am-Latn"),
        ("Amarinya", "am"),
        ("العربية", "ar"),
        ("dinka", "din"),
        ("Thuɔŋjäŋ", "din"),
        ("Wolaita", "wal"),
        ("Klingon", ""),
        ("", ""),
    ],
)
def test_find_knows_names_and_codes(cell, code):
    assert languages.find(cell, CALLED) == code


def test_no_name_of_the_seed_means_two_languages():
    meant: dict[str, set[str]] = {}
    for one in SEED.values():
        for name in (one.name, one.autonym, one.plain, one.iso639_3, one.code, *one.other_names):
            meant.setdefault(languages.folded(name), set()).add(languages.base(one.code))

    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.django_db
def test_names_of_a_new_language_are_found():
    saved(other_names=["zaza talk"])
    called = languages.names(languages.known().values())

    assert [languages.find(name, called) for name in ("zza", "Zazalian", " ZAZA  talk")] == [
        "zza"
    ] * 3


# --- what is remembered of people -------------------------------------------------------------------


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
