"""What is refused of a language or an order, in words that say what to do; whose digit changes."""

from dataclasses import replace

import pytest

from people import languages, offering, seeding
from people.languages import Language
from people.models import CountryMenu
from people.models import Language as Row
from people.offering import Digit, NotKept

SEED = languages.seeded()
ZAZA = Language("zza", "zza", "Zazalian", "Zazà", "Zaza", "Latn", "ltr")


def wrong(**changes):
    """Columns that are refused, and the sentences."""
    return offering.faults(replace(ZAZA, **changes), SEED)


# --- a language -----------------------------------------------------------------------------------


def test_sound_language_has_no_faults():
    assert wrong() == []


@pytest.mark.parametrize("code", SEED)
def test_every_language_of_the_seed_would_be_taken(code):
    assert offering.faults(SEED[code], SEED) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [("AM_latn", "am-Latn"), (" Din ", "din"), ("am-latn", "am-Latn"), ("sw", "sw")],
)
def test_code_is_written_as_we_write_it(typed, code):
    assert offering.code_of(typed) == code


@pytest.mark.parametrize(
    "code", ["z", "zzaa", "za1", "zza-Arab", "zza-KE", "zza-Latn-KE", "ዘዘ", ""]
)
def test_code_of_another_form_is_refused(code):
    columns = {column for column, _ in wrong(code=code, iso639_3="zza")}

    assert "code" in columns


def test_variant_needs_its_language_first():
    assert wrong(code="zza-Latn") == [("code", "zza-Latn is a variant of zza: add zza first.")]
    assert wrong(code="tig-Latn", iso639_3="tig") == []


def test_iso_code_of_three_letters_is_the_code():
    assert wrong(iso639_3="zzb") == [
        ("iso639_3", "A code of three letters is the ISO 639-3 code: write zza.")
    ]
    assert wrong(iso639_3="ZZ") == [("iso639_3", "The ISO 639-3 code has three small letters.")]
    assert wrong(code="zz") == []


def test_language_that_is_here_under_another_code_is_refused():
    assert ("iso639_3", "This language is here already: Amharic (am).") in wrong(
        code="amh", iso639_3="amh"
    )


@pytest.mark.parametrize(
    ("plain", "sentence"),
    [
        ("Zazà", "Every phone must show it: write it without à."),
        ("ዛዛ zaza", "Every phone must show it: write it without ዛ."),
        ("Z`a", "Every phone must show it: write it without `."),
        ("Z" * 21, "It takes 21 places; 20 at most."),
        ("Z[" * 7, "It takes 21 places; 20 at most."),
        ("KISWAHILI", "Swahili has this name on the first screen already."),
    ],
)
def test_name_on_the_first_screen_must_fit_every_phone(plain, sentence):
    assert wrong(plain=plain) == [("plain", sentence)]


def test_script_has_four_letters():
    assert wrong(script="latin") == [
        ("script", "A script has four letters, as Latn, Ethi or Arab (ISO 15924).")
    ]
    assert wrong(code="tig-Latn", iso639_3="tig", script="Ethi") == [
        ("script", "The script of a variant in Latin letters is Latn.")
    ]


@pytest.mark.parametrize("latin", ["tig-Latn", "am-Latn", "en", "am"])
def test_variant_must_be_of_the_same_language_in_latin_letters(latin):
    found = offering.faults(replace(SEED["tig"], latin=latin), SEED)

    assert [column for column, _ in found] == ["latin"]


def test_name_that_means_another_language_is_refused():
    assert wrong(other_names=("zaza talk", "Soomaali")) == [
        ("other_names", "Soomaali means Somali already.")
    ]
    assert wrong(name="Somali", autonym="العربية") == [
        ("name", "Somali means Somali already."),
        ("autonym", "العربية means Arabic already."),
    ]


@pytest.mark.parametrize(
    ("code", "alphabet"),
    [
        ("sw", "GSM-7"),
        ("om", "GSM-7"),
        ("am", "UCS-2"),
        ("ar", "UCS-2"),
        ("din", "UCS-2"),
        ("fr", "UCS-2"),
    ],
)
def test_sms_alphabet_is_told_from_script_and_name(code, alphabet):
    assert offering.encoding(SEED[code]) == alphabet


@pytest.mark.django_db
def test_kept_language_is_known_and_kept_again():
    offering.keep(ZAZA)
    offering.keep(replace(ZAZA, plain="Zazaki", other_names=("zaza talk",)))

    assert languages.known()["zza"] == replace(ZAZA, plain="Zazaki", other_names=("zaza talk",))
    assert Row.objects.count() == 1


@pytest.mark.django_db
def test_new_latin_variant_becomes_that_of_its_language():
    variant = Language(
        "tig-Latn", "tig", "Tigre in Latin letters", "Tigrait l", "Tigre", "Latn", "ltr"
    )

    offering.keep(variant)

    assert languages.known()["tig"] == replace(SEED["tig"], latin="tig-Latn")


@pytest.mark.django_db
def test_second_variant_leaves_the_first_in_place():
    seeding.load()

    offering.keep(replace(SEED["am-Latn"], plain="Amarinya"))

    assert languages.known() == SEED


# --- the order of a country's menu ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "sentences"),
    [
        ("sw en", []),
        ("", ["A country needs one language at least."]),
        ("sw sw", ["Each language stands in the list once."]),
        ("sw xx", ["There is no language xx."]),
        ("am am-Latn", ["am-Latn comes by itself where phones show Latin letters only."]),
    ],
)
def test_order_that_cannot_stand_is_refused(codes, sentences):
    assert offering.order_faults(codes.split(), SEED) == sentences


def test_eighth_language_is_refused_with_the_reason():
    seven = ["en", "sw", "so", "om", "am", "ti", "ar"]

    assert offering.order_faults(seven, SEED) == []
    assert offering.order_faults([*seven, "fr"], SEED) == [
        "A country offers 7 languages at most, one for each of the keys 1 to 7: the other keys mean the same "
        "on every screen. Take one out first."
    ]


@pytest.mark.parametrize(
    ("code", "by", "order"),
    [("en", -1, "en sw so"), ("en", 1, "sw so en"), ("sw", -1, "sw en so"), ("so", 1, "sw en so")],
)
def test_language_moves_one_place(code, by, order):
    assert offering.stepped(("sw", "en", "so"), code, by) == tuple(order.split())


@pytest.mark.parametrize(
    ("after", "digits"),
    [
        ("sw en so", []),
        ("sw en so om", []),
        ("en sw so", [Digit(1, "sw", "en"), Digit(2, "en", "sw")]),
        ("sw so", [Digit(2, "en", "so"), Digit(3, "so", "")]),
        ("om sw en so", [Digit(1, "sw", "om"), Digit(2, "en", "sw"), Digit(3, "so", "en")]),
    ],
)
def test_digits_that_change_their_meaning(after, digits):
    assert offering.changed_digits(["sw", "en", "so"], after.split()) == digits


@pytest.mark.django_db
@pytest.mark.parametrize("seeded", [True, False])
def test_order_is_kept_for_its_country(seeded):
    if seeded:
        seeding.load()

    offering.keep_order("KE", ["en", "sw"], seen=languages.order("KE"))

    assert languages.orders() == {**languages.seeded_orders(), "KE": ("en", "sw")}


@pytest.mark.django_db
def test_order_somebody_else_changed_meanwhile_is_not_overwritten():
    seen = languages.order("KE")
    offering.keep_order("KE", ["en", "sw"], seen=seen)

    with pytest.raises(NotKept, match="Somebody else has just changed"):
        offering.keep_order("KE", ["so", "sw"], seen=seen)

    assert languages.order("KE") == ("en", "sw")


@pytest.mark.django_db
def test_order_with_faults_is_not_kept():
    with pytest.raises(NotKept, match="There is no language xx"):
        offering.keep_order("KE", ["xx"], seen=languages.order("KE"))

    assert languages.order("KE") == languages.seeded_orders()["KE"]
    assert CountryMenu.objects.filter(country="KE", languages=["xx"]).count() == 0
