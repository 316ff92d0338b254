"""What an edition says of its languages, and that it needs no database for it."""

from dataclasses import replace

import pytest

from campaigns.editions import tongues
from campaigns.editions.edition import Edition, make
from campaigns.editions.tongues import Tongue, carried
from people import languages
from tests.editions import edition

SEED = languages.seeded()
ZAZA = replace(SEED["nus"], code="zza", name="Zazalian", autonym="Zazà", plain="Zaza", iso639_3="zza", other_names=("zaza talk",))  # fmt: skip


def test_each_spoken_language_comes_with_its_base_and_nothing_else():
    found = carried(["ar-Latn", "so"], SEED)

    assert list(found) == ["ar", "ar-Latn", "so"]
    assert (found["ar"].autonym, found["ar"].plain, found["ar"].direction) == (
        "العربية",
        "Arabi",
        "rtl",
    )
    assert (found["ar-Latn"].base, found["ar-Latn"].direction) == ("ar", "ltr")


def test_language_nobody_knows_is_called_by_its_code():
    assert carried(["xxa"], SEED) == {"xxa": Tongue("xxa", "xxa", "xxa", "ltr", "xxa", ("xxa",))}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Zazalian", "zza"),
        ("ZAZA  talk", "zza"),
        ("zazà", "zza"),
        ("zza", "zza"),
        ("arabe", "ar"),
        ("ar_latn", "ar"),
        ("Swahili", ""),
        ("", ""),
    ],
)
def test_find_understands_every_name_of_what_is_carried(text, code):
    among = carried(["zza", "ar-Latn"], {**SEED, "zza": ZAZA})

    assert tongues.find(text, among) == code


def test_direction_of_what_is_not_carried_is_left_to_right():
    among = carried(["ar"], SEED)

    assert [tongues.direction(code, among) for code in ("ar", "xx")] == ["rtl", "ltr"]


def test_languages_and_orders_survive_storing():
    made = edition()

    again = Edition.from_json(made.to_json())

    assert (again.languages, again.orders) == (made.languages, made.orders)
    assert again.languages["am"] == carried(["am"], SEED)["am"]
    assert again.orders["KE"] == ("sw", "en", "so", "om")


def test_edition_of_an_older_making_has_no_names():
    assert tongues.read({}) == {"languages": {}, "orders": {}}


def made_again(**changes) -> Edition:
    plain = edition()
    parts = {name: getattr(plain, name) for name in ("kind", "made_at", "lists", "phrasings", "words", "numbers", "languages", "orders")}  # fmt: skip
    return make(**{**parts, "items": plain.items.values(), "menus": plain.menus.values(), **changes})  # fmt: skip


def test_another_name_or_order_is_another_edition():
    plain = edition()
    swahili = replace(plain.languages["sw"], plain="Swahili")

    renamed = made_again(languages={**plain.languages, "sw": swahili})
    reordered = made_again(orders={**plain.orders, "KE": ("en", "sw")})

    assert made_again().id == plain.id
    assert len({plain.id, renamed.id, reordered.id}) == 3
