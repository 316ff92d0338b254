"""Menus: keys stay what they are, on any page and in any country, and nothing is offered that is not there."""

import pytest

from campaigns.editions import menus
from campaigns.editions.content import Content, Node, Words
from campaigns.editions.screens import STANDARD, Menu
from tests.published import demonstration

WORDINGS = {"ussd.wrong": "Again.", "ussd.more": "More", "ussd.exit": "Exit", "ussd.back": "Back"}


def listed(*names: tuple[str, str]) -> Menu:
    content = Content(
        {"main": Node("main", "menu", "", "0")},
        {"en": {"main": Words("Info", "Info")}},
        {"en": WORDINGS},
    )
    made, problems = menus.languages("ET", names, content, mark="", budget=STANDARD)
    assert problems == []
    return made


def test_list_of_languages_is_plain_and_leads_into_each():
    page = listed(("am", "Amarinya"), ("en", "English")).pages["lang"]

    assert page.text == "Info\n1 Amarinya\n2 English\n0 Exit"
    assert page.moves == {"1": "=am", "2": "=en"}


def test_list_reached_on_the_way_offers_the_way_back():
    assert listed(("en", "English")).pages["lang.again"].text.endswith("0 Back")


def test_list_holds_seven_languages_at_most():
    made = listed(*((f"l{n}", f"Language {n}") for n in range(9)))

    assert set(made.pages["lang"].moves) - {"98"} == set("1234567")


@pytest.mark.django_db
def test_main_menu_is_the_same_in_every_country():
    made = demonstration()

    assert {
        tuple((option.key, option.topic) for option in menu.main) for menu in made.menus.values()
    } == {
        (
            ("1", "dangers"),
            ("2", "check-a-job"),
            ("3", "safe-ways"),
            ("4", "asylum"),
            ("5", "going-home"),
        )
    }


@pytest.mark.django_db
def test_key_of_an_answer_is_the_same_in_all_languages_of_a_country():
    keys: dict[tuple[str, str, str], set[str]] = {}
    for menu in demonstration().menus.values():
        for page in menu.pages.values():
            for key, place in page.moves.items():
                passing = page.place.startswith(
                    ("who.", "quiz-")
                )  # a language may lack the next question
                if not page.item and key != "98" and not passing:
                    whole = page.place.removesuffix(".2").removesuffix(".3")  # one menu's pages
                    keys.setdefault((menu.country, whole, key), set()).add(place)

    assert {name: places for name, places in keys.items() if len(places) > 1} == {}


@pytest.mark.django_db
def test_screens_of_several_pages_show_help_and_language_first():
    made = demonstration()
    long = [menu.pages["main"].text for menu in made.menus.values() if "main.2" in menu.pages]

    assert [text for text in long if "\n8 " not in text or "\n9 " not in text] == []


@pytest.mark.django_db
def test_number_stands_beside_what_it_is_for():
    pages = demonstration().menus["ET", "en"].pages

    assert [
        line for line in pages["help"].text.splitlines() if line.endswith(":") or line[:4] == "0000"
    ] == []


@pytest.mark.django_db
def test_sensitive_screens_show_how_to_leave():
    made = demonstration()

    assert [
        page.place
        for page in made.menus["KE", "en"].pages.values()
        if page.item and made.items[page.item].sensitive and "\n99 " not in page.text
    ] == []
