"""What a text is checked against: tokens it lost, parts it costs, screens it does not fit."""

import pytest

from campaigns.editions.content import Node, Words
from campaigns.writing import seeding
from campaigns.writing.workbench import Workbench, workbench
from tests.published import AT, LOCALES, demonstration, loaded

pytestmark = pytest.mark.django_db
ENGLISH = Words("Title", "Label", "Call {hotline}. {menu:asylum}")


@pytest.fixture(autouse=True)
def demonstrating(settings) -> None:
    settings.DEMONSTRATION = True


@pytest.fixture
def bench() -> Workbench:
    loaded("en", at=AT)
    return workbench(AT)


def told(
    bench: Workbench, words: Words, *, code: str = "faq-043", language: str = "en"
) -> list[str]:
    return list(map(str, bench.faults(bench.content.nodes[code], words, language)))


def test_sound_text_has_no_faults(bench: Workbench):
    assert told(bench, ENGLISH) == []


def test_translation_that_lost_a_token_is_told(bench: Workbench):
    bench.content.texts["en"]["faq-043"] = ENGLISH  # type: ignore[index]

    assert told(bench, Words("T", "L", "Piga {hotline}."), language="sw") == [
        "sw faq-043: it lost the token {menu:asylum} of the English text."
    ]


def test_text_that_costs_too_many_parts_is_told_once(bench: Workbench):
    assert told(bench, Words("T", "L", "Fine.", sms="word " * 80)) == [
        "en faq-043: as an SMS it takes 3 parts (GSM-7); 2 at most."
    ]


def test_word_that_no_screen_holds_is_told(bench: Workbench):
    assert "en faq-043: a word is too long for a screen." in told(
        bench, Words("T", "L", "x" * 200, sms="Short.")
    )


def test_wording_keeps_the_placeholders_of_the_english_one(bench: Workbench):
    node = Node("ui.bot.route", "wording", "", "0")

    assert list(map(str, bench.faults(node, Words("", "", "{label}"), "so"))) == [
        "so ui.bot.route: it must have the placeholders of the English one (key label)."
    ]


@pytest.mark.parametrize(("code", "country"), [("faq-006", "KE"), ("faq-044", "ET")])
def test_sms_is_what_the_edition_sends(code: str, country: str):
    loaded("en", at=AT)
    made = demonstration()
    bench = workbench(AT)

    sent = bench.sms(bench.content.texts["en"][code], country, "en")

    assert sent == made.sms(code, "en", country)


@pytest.mark.parametrize("language", ["en", "am", "ar", "so"])
def test_screens_are_those_of_the_edition(language: str):
    for one in dict.fromkeys(("en", language)):
        seeding.load(LOCALES, at=AT, only=one)
    made = demonstration()
    bench = workbench(AT)
    country = {"en": "KE", "am": "ET", "ar": "SD", "so": "SO"}[language]
    node = bench.content.nodes["faq-006"]

    shown = bench.screens(bench.content.texts[language]["faq-006"], node, country, language)

    pages = made.menus[country, language].pages
    assert {place: page.text for place, page in shown.pages.items()} == {
        place: pages[place].text for place in shown.pages
    }
