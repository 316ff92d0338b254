"""Texts are checked before they are compiled: tokens, placeholders, labels."""

import pytest

from campaigns.editions.content import Content, Node, Words
from campaigns.editions.wording import text_problems

NODES = {
    "main": Node("main", "menu", "", "0"),
    "asylum": Node("asylum", "menu", "main", "4"),
    "faq-1": Node("faq-1", "faq", "asylum", "1"),
}


def problems(
    body: str = "Fine.", *, short: str = "short", route: str = "{label}: {key}"
) -> list[str]:
    texts = {"so": {"faq-1": Words("Title", short, body)}}
    wordings = {"en": {"bot.route": "{label}: reply {key}"}, "so": {"bot.route": route}}
    return list(map(str, text_problems(Content(NODES, texts, wordings), "so")))


def test_sound_text_has_no_problems():
    assert problems("Call {hotline}. {menu:asylum}") == []


@pytest.mark.parametrize("token", ["hotlin", "menu:nowhere", "menu:faq-1", "", "HOTLINE"])
def test_unknown_token_is_named(token: str):
    assert problems(f"Call {{{token}}}.") == [f"so faq-1: nobody knows the token {{{token}}}."]


def test_stray_brace_is_told():
    assert problems("Call {hotline.") == ["so faq-1: nobody knows the token {brace}."]


def test_long_label_is_told_with_its_length():
    assert problems(short="x" * 21) == [
        f"so faq-1: the label '{'x' * 21}' has 21 characters; 20 at most."
    ]


def test_empty_body_is_told():
    assert problems(" ") == ["so faq-1: the body is empty."]


def test_lost_placeholder_is_told():
    assert problems(route="{label}") == [
        "so ui.bot.route: it must have the placeholders of the English one (key label)."
    ]


@pytest.mark.parametrize(
    "figure", ["77 12 34 56", "07-12-34-56-78", "77\u00a012\u00a034\u00a056", "0712 345 678"]
)
def test_phone_number_typed_in_groups_is_one_typed_figure(figure: str):
    assert problems(f"Call {figure}.") == [
        f"so faq-1: the figure {figure} is typed; write it as a token of a fact."
    ]


@pytest.mark.parametrize("few", ["In 10 or 12 days.", "18-25 years", "9 to 17, 7 days"])
def test_small_numbers_are_no_figure(few: str):
    assert problems(few) == []


def test_token_in_a_label_would_be_shown_as_it_stands():
    assert problems(short="Call {hotline}") == ["so faq-1: nobody knows the token {hotline}."]


def test_figure_typed_in_a_label_is_told():
    assert problems(short="Call 77 12 34 56") == [
        "so faq-1: the figure 77 12 34 56 is typed; write it as a token of a fact."
    ]
