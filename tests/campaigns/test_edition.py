"""An edition keeps what it promises: its id names its content, tokens are filled, numbers stay at home."""

from datetime import timedelta

import pytest

from campaigns.edition import BadEdition, Budget, Edition, Kind
from campaigns.tokens import Number, choose, fill
from tests.editions import DANGER, HELP_ITEM, MADE, edition

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
