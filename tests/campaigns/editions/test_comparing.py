"""Comparing editions: each kind of change is found, told once, and nothing is told of editions that are alike."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.editions import comparing
from campaigns.editions.comparing import (
    AskingChange,
    Comparison,
    ItemChange,
    KeyChange,
    LanguageChange,
    NumberChange,
    Part,
    PhrasingChange,
    ScreenChange,
    Span,
    TextChange,
    Turn,
    compare,
)
from campaigns.editions.edition import Edition, Item, Kind, Rendered, make
from campaigns.editions.screens import MAIN, NEVER, Asking, Menu, Page
from campaigns.editions.tokens import Number
from tests import editions
from tests.editions import DANGER, MADE, SAFE

OLD = editions.edition()


def again(**parts: Any) -> Edition:
    """The edition of all tests with other parts."""
    same = {
        "items": OLD.items.values(),
        "menus": OLD.menus.values(),
        "lists": OLD.lists,
        "phrasings": OLD.phrasings,
        "words": OLD.words,
        "numbers": OLD.numbers,
        "figures": OLD.figures,
    }
    return make(kind=OLD.kind, made_at=MADE, **{**same, **parts})


def with_item(code: str, change: Callable[[Item], Item]) -> Edition:
    return again(items=[change(one) if one.id == code else one for one in OLD.items.values()])


def with_text(code: str, language: str, text: Rendered | None) -> Edition:
    """With that text, or without any."""

    def change(item: Item) -> Item:
        texts = {key: one for key, one in item.texts.items() if key != language}
        return replace(item, texts=texts | ({language: text} if text else {}))

    return with_item(code, change)


def with_page(change: Callable[[Page], Page], *countries: str, language: str = "en") -> Edition:
    def menu(one: Menu) -> Menu:
        if one.country not in countries or one.language != language:
            return one
        return replace(one, pages={place: change(page) for place, page in one.pages.items()})

    return again(menus=map(menu, OLD.menus.values()))


def test_editions_that_are_alike_have_no_difference():
    later = editions.edition(made_at=MADE + timedelta(days=1))

    assert compare(OLD, later) == Comparison()
    assert not compare(OLD, later)


def test_mark_of_a_demonstration_is_no_difference():
    def bare(menu: Menu) -> Menu:
        pages = {
            place: replace(page, text=page.text.removeprefix("DEMO "))
            for place, page in menu.pages.items()
        }
        return replace(menu, pages=pages)

    live = make(
        kind=Kind.LIVE,
        made_at=MADE,
        items=OLD.items.values(),
        menus=map(bare, OLD.menus.values()),
        lists={key: bare(menu) for key, menu in OLD.lists.items()},
        phrasings=OLD.phrasings,
        words=OLD.words,
        numbers=OLD.numbers,
    )

    assert compare(OLD, live) == Comparison()


# --- texts ----------------------------------------------------------------------------------------


def test_text_that_changed_is_told_with_what_changed_in_it():
    text = OLD.items[SAFE].texts["sw"]
    new = with_text(SAFE, "sw", replace(text, body="Tumia viza.", ussd="Viza."))

    assert compare(OLD, new) == Comparison(
        texts=(
            TextChange(
                "sw",
                SAFE,
                Turn.CHANGED,
                (Part("body", text.body, "Tumia viza."), Part("ussd", "", "Viza.")),
            ),
        )
    )


def test_text_that_came_or_went_is_told_whole():
    text = OLD.items[SAFE].texts["sw"]
    without = with_text(SAFE, "sw", None)

    gone, come = compare(OLD, without).texts, compare(without, OLD).texts

    names = ("title", "body", "sms", "short")
    removed = tuple(Part(name, getattr(text, name), "") for name in names)
    added = tuple(Part(name, "", getattr(text, name)) for name in names)
    assert gone == (TextChange("sw", SAFE, Turn.REMOVED, removed),)
    assert come == (TextChange("sw", SAFE, Turn.ADDED, added),)


def test_options_of_a_quiz_stand_a_line_each():
    text = OLD.items[SAFE].texts["en"]
    new = with_text(SAFE, "en", replace(text, options=("yes", "no")))

    assert compare(OLD, new).texts[0].parts == (Part("options", "", "yes\nno"),)


def test_wordings_are_texts_too():
    english = {**OLD.words["en"], "bot.route": "Press {key}.", "new": "x"}
    del english["mark"]

    told = compare(OLD, again(words={**OLD.words, "en": english})).texts

    assert [(one.code, one.turn, one.parts[0]) for one in told] == [
        (
            "ui.bot.route",
            Turn.CHANGED,
            Part("wording", "For {label}: reply {key}.", "Press {key}."),
        ),
        ("ui.mark", Turn.REMOVED, Part("wording", "", "")),
        ("ui.new", Turn.ADDED, Part("wording", "", "x")),
    ]


def test_phrasings_that_came_and_went_are_told():
    said = {**OLD.phrasings["en"], DANGER: ("dangers of the boat", "will i die")}
    new = again(phrasings={**OLD.phrasings, "en": said})

    assert compare(OLD, new) == Comparison(
        phrasings=(
            PhrasingChange("en", DANGER, ("will i die",), ("is the road to saudi dangerous",)),
        )
    )


# --- items, numbers, figures ------------------------------------------------------------------------


def test_item_that_is_retired_goes_with_its_texts():
    new = again(items=[one for one in OLD.items.values() if one.id != SAFE])

    told = compare(OLD, new)

    assert told.items == (ItemChange(SAFE, Turn.REMOVED),)
    assert {(one.code, one.turn) for one in told.texts} == {(SAFE, Turn.REMOVED)}
    assert compare(new, OLD).items == (ItemChange(SAFE, Turn.ADDED),)


def test_item_that_serves_or_counts_for_others_is_told():
    new = with_item(SAFE, lambda one: replace(one, countries=("KE", "UG"), sensitive=True))

    assert compare(OLD, new) == Comparison(
        items=(
            ItemChange(
                SAFE,
                Turn.CHANGED,
                (Part("sensitive", "False", "True"), Part("countries", "*", "KE\nUG")),
            ),
        )
    )


def test_numbers_are_compared_by_country_and_kind():
    asylum = Number("ET", "asylum", "0000 333", "Office", ())
    hotline = replace(OLD.numbers[0], number="0000 222")

    assert compare(OLD, again(numbers=[hotline, asylum])) == Comparison(
        numbers=(
            NumberChange("ET", "asylum", (), ("Office: 0000 333",)),
            NumberChange("KE", "hotline", ("Help line: 0000 111",), ("Help line: 0000 222",)),
        )
    )


def test_number_that_only_holds_longer_is_no_difference():
    longer = replace(OLD.numbers[0], expires="2027-01-01")

    assert compare(OLD, again(numbers=[longer])) == Comparison()


def test_figure_is_told_once_though_two_tokens_name_it():
    one = again(figures={"figure:F1.1": "10", "figure:F1": "10", "year:F1.1": "2020"})
    other = again(figures={"figure:F1.1": "12", "figure:F1": "12", "year:F1.1": "2020"})

    assert compare(one, other) == Comparison(figures=(Part("figure:F1.1", "10", "12"),))


# --- menus ----------------------------------------------------------------------------------------


def rekeyed(page: Page) -> Page:
    return replace(page, moves={**page.moves, "3": "dangers"}) if page.place == MAIN else page


def test_key_that_leads_elsewhere_is_told_by_country():
    told = compare(OLD, with_page(rekeyed, "KE", "ET")).keys

    assert told == (
        KeyChange("ET", MAIN, "3", SAFE, "dangers", ("en",)),
        KeyChange("KE", MAIN, "3", SAFE, "dangers", ("en",)),
    )
    assert [one.moved for one in told] == [True, True]


def test_key_that_leads_elsewhere_in_several_languages_is_told_once():
    moved = [
        replace(one, pages={place: rekeyed(page) for place, page in one.pages.items()})
        if one.country == "KE"
        else one
        for one in OLD.menus.values()
    ]

    assert compare(OLD, again(menus=moved)).keys == (
        KeyChange("KE", MAIN, "3", SAFE, "dangers", ("en", "sw")),
    )


def test_key_that_is_new_or_gone_has_not_moved():
    def shorter(page: Page) -> Page:
        moves = {key: to for key, to in page.moves.items() if key != "3"}
        return replace(page, moves=moves) if page.place == MAIN else page

    without = with_page(shorter, "KE")

    assert compare(OLD, without).keys == (KeyChange("KE", MAIN, "3", SAFE, "", ("en",)),)
    assert [one.moved for one in compare(without, OLD).keys] == [False]


def test_order_of_the_languages_is_a_menu_too():
    lists = {
        **OLD.lists,
        ("KE", "full"): editions._list("KE", ("en", "sw")),
    }

    told = compare(OLD, again(lists=lists))

    assert told.keys == (
        KeyChange("KE", "lang", "1", "=sw", "=en"),
        KeyChange("KE", "lang", "2", "=en", "=sw"),
    )
    assert [(one.language, one.place, one.countries) for one in told.screens] == [
        ("", "lang", ("KE",))
    ]


def test_keys_of_answers_and_later_pages_are_not_told_apart():
    def onward(page: Page) -> Page:
        return replace(page, moves={**page.moves, "5": SAFE}) if page.item else page

    assert compare(OLD, with_page(onward, "KE")) == Comparison()


def test_languages_are_gained_and_lost_by_country():
    fewer = again(menus=[one for one in OLD.menus.values() if one.language not in ("sw", "am")])

    assert compare(OLD, fewer).languages == (
        LanguageChange("am", Turn.REMOVED, ("ET",)),
        LanguageChange("sw", Turn.REMOVED, ("KE",)),
    )
    assert [one.turn for one in compare(fewer, OLD).languages] == [Turn.ADDED, Turn.ADDED]


def test_menu_that_looks_different_is_told_with_the_countries_that_see_the_same():
    def titled(page: Page) -> Page:
        text = page.text.replace("Dangers", "The road")
        return replace(page, text=text) if page.place == "dangers" else page

    told = compare(OLD, with_page(titled, "KE", "ET"))

    before = "Dangers\n1 Many people die on t\n0 Back"
    assert told == Comparison(
        screens=(
            ScreenChange(
                "en", "dangers", ("ET", "KE"), before, before.replace("Dangers", "The road")
            ),
        )
    )


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "spans"),
    [
        ("", "", ()),
        ("same words", "same words", (Span("same words"),)),
        ("", "new", (Span("new", Turn.ADDED),)),
        ("old", "", (Span("old", Turn.REMOVED),)),
        (
            "ask two people",
            "ask three people",
            (
                Span("ask "),
                Span("two", Turn.REMOVED),
                Span("three", Turn.ADDED),
                Span(" people"),
            ),
        ),
    ],
)
def test_words_that_came_and_went_are_marked(before: str, after: str, spans: tuple[Span, ...]):
    assert comparing.words(before, after) == spans


@given(before=st.text(max_size=60), after=st.text(max_size=60))
def test_spans_hold_both_texts(before: str, after: str):
    spans = comparing.words(before, after)

    kept = "".join(one.text for one in spans if one.turn is not Turn.REMOVED)
    was = "".join(one.text for one in spans if one.turn is not Turn.ADDED)
    assert (was, kept) == (before, after)


def test_country_that_begins_to_ask_its_callers_is_told_and_one_that_ends():
    asking = again(asking={"KE": Asking(20, ("age_band",)), "UG": NEVER})

    assert compare(OLD, asking) == Comparison(
        asking=(AskingChange("KE", NEVER, asking.asking["KE"]),)
    )
    assert compare(asking, OLD).asking[0].after == NEVER
    assert not compare(asking, asking)
