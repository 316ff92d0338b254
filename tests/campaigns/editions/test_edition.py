"""An edition keeps what it promises: its id names its content, tokens are filled, numbers stay at home."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions import leaves
from campaigns.editions.edition import BadEdition, Edition, Kind, Rendered, make
from campaigns.editions.screens import MAIN, Budget
from campaigns.editions.tokens import Number, choose, fill
from tests.editions import DANGER, HELP_ITEM, MADE, edition

STORED = edition().to_json().encode()
NUMBERS = [
    Number("KE", "hotline", "0000 1", "any", ()),
    Number("KE", "hotline", "0000 2", "swahili", ("sw",)),
    Number("ET", "police", "0000 3", "police", ("am",)),
    Number("*", "ksa_labour", "0000 4", "abroad", ()),
]


def test_edition_comes_back_whole_from_its_text():
    made = edition()

    assert Edition.from_json(made.to_json()) == made


def test_id_names_the_content_and_not_the_moment():
    later = edition(made_at=MADE + timedelta(days=9))

    assert (later.id, len(later.id)) == (edition().id, 16)
    assert edition(mark="other").id != later.id
    assert edition(kind=Kind.LIVE).id != later.id


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id":"x","made_at":1,"content":{}}'])
def test_text_that_is_no_edition_is_refused(text: str):
    with pytest.raises(BadEdition, match="not an edition"):
        Edition.from_json(text)


def test_changed_text_is_refused():
    text = edition().to_json().replace("Many people die", "Nobody dies")

    with pytest.raises(BadEdition, match="does not hold what its name promises"):
        Edition.from_json(text)


def test_bytes_of_a_file_serve_as_well_as_text():
    made = edition()

    assert Edition.from_json(made.to_json().encode()) == made


@given(place=st.integers(0, len(STORED) - 1), bit=st.integers(0, 7))
def test_no_damage_to_the_content_goes_unseen(place: int, bit: int):
    damaged = bytearray(STORED)
    damaged[place] ^= 1 << bit

    with contextlib.suppress(BadEdition):  # in the title it may be another moment, or a blank
        assert Edition.from_json(bytes(damaged)).items == edition().items


def test_half_a_file_is_refused():
    with pytest.raises(BadEdition):
        Edition.from_json(STORED[: len(STORED) // 2])


def test_order_of_words_and_phrasings_makes_no_other_edition():
    made = edition()
    turned = {language: made.words[language] for language in reversed(list(made.words))}

    again = make(
        kind=made.kind,
        made_at=made.made_at,
        items=made.items.values(),
        menus=made.menus.values(),
        lists=made.lists,
        phrasings=made.phrasings,
        words=turned,
        numbers=made.numbers,
        languages=made.languages,
        orders=made.orders,
    )

    assert (again.id, again) == (made.id, made)


def test_screens_of_one_language_are_stored_once_for_all_countries():
    text = edition().to_json()

    assert text.count("Njia Salama\\n1 Dangers") == 2  # with and without "not a choice"


def test_moves_come_back_in_the_order_of_the_lines():
    made = edition().menus["KE", "en"]

    assert list(made.pages[MAIN].moves) == ["1", "3", "6", "7"]


def test_edition_of_a_later_release_is_still_read():
    title, lines = leaves.unbind(STORED)
    lines = [line.replace(b'{"component"', b'{"colour":"red","component"') for line in lines]
    head = {"id": leaves.digest(lines), "made_at": title["made_at"]}

    found = Edition.from_json(leaves.bind(head, lines))

    assert (found.id, found.items) == (head["id"], edition().items)


def test_answer_brings_source_and_date():
    answer = edition().answer(DANGER, "en", "KE")

    assert answer is not None
    assert (answer.text, answer.source, answer.date) == (
        "Many people die on the road. Ask someone who came back.",
        "S",
        "2026",
    )


def test_answer_to_what_is_not_said_is_none():
    made = edition()

    assert made.answer("faq-999", "en", "KE") is None
    assert made.answer(DANGER, "fr", "KE") is None
    assert made.sms(DANGER, "fr", "KE") is None


def test_wording_of_another_language_falls_back_to_english():
    assert edition().ui("xx", "bot.route", label="Asylum", key="4") == "For Asylum: reply 4."


def test_number_of_the_country_is_filled_in():
    assert edition().fill("Call {hotline}.", "sw", "KE") == "Call 0000 111."


def test_country_without_number_says_so_and_borrows_none():
    filled = edition().fill("Call {hotline}.", "am", "ET")

    assert filled == "Call (no number for your country yet)."


def test_list_of_numbers_names_each_kind():
    made = edition()

    assert made.fill("{numbers}", "en", "KE") == "Help line: 0000 111"
    assert made.fill("{numbers}", "en", "SD") == "There is no help number for your country yet."


def test_way_to_a_menu_is_worded_for_chat():
    assert edition().fill("{menu:safe-ways}", "en", "KE") == "For Safe ways: reply 3."


@pytest.mark.parametrize("text", ["{nobody}", "{menu:nowhere}", "a { b"])
def test_token_nobody_knows_is_an_error(text: str):
    with pytest.raises(KeyError):
        edition().fill(text, "en", "KE")


def test_fill_leaves_text_without_tokens_alone():
    assert fill("nothing here", {}) == "nothing here"


def test_number_that_speaks_the_language_comes_first():
    assert choose(NUMBERS, "KE", "sw")["hotline"] == "0000 2"
    assert choose(NUMBERS, "KE", "sw-Latn")["hotline"] == "0000 2"


def test_number_in_another_language_is_better_than_none():
    assert choose(NUMBERS[:1], "KE", "so") == {"hotline": "0000 1"}


def test_numbers_of_all_countries_are_everybodys():
    assert choose(NUMBERS, "SD", "ar") == {"ksa_labour": "0000 4"}


def test_offer_takes_the_latin_variant_where_the_script_cannot_be_shown():
    made = edition()

    assert made.offer("ET", Budget()).menus["am"].language == "am"
    assert made.offer("ET", Budget(156, 0)).menus["am"].language == "am-Latn"


def test_offer_is_empty_where_screens_are_too_long_or_nobody_lives():
    made = edition()

    assert made.offer("KE", Budget(100, 66)).languages == ()
    assert made.offer("XX", Budget()).languages == ()


def test_help_item_is_in_every_edition():
    assert edition().items[HELP_ITEM].component == "help"


def test_answer_for_one_country_names_its_numbers_and_the_menus_of_the_reader():
    plain = edition()
    text = "Call {hotline}. {menu:safe-ways}"
    abroad = replace(
        plain.items[DANGER],
        countries=("UG",),  # where nobody has menus
        texts={"en": Rendered("t", text, text, "s")},
    )
    made = make(
        kind=plain.kind,
        made_at=MADE,
        items=[abroad],
        menus=plain.menus.values(),
        lists=plain.lists,
        phrasings={},
        words=plain.words,
        numbers=[*plain.numbers, Number("UG", "hotline", "0000 999", "x", ())],
    )

    answer = made.answer(DANGER, "en", "KE")

    assert answer is not None
    assert answer.text == "Call 0000 999. For Safe ways: reply 3."
    assert made.sms(DANGER, "en", "KE") == f"DEMO {answer.text}"
