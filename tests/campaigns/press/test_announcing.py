"""What a publication changes is said in numbers, the gravest first, in the reader's words."""

from django.utils import translation

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
    TextChange,
    Turn,
)
from campaigns.editions.screens import NEVER, Asking
from campaigns.press.announcing import Names, codes, sentences
from people.languages import seeded

NAMES = Names({"dangers": "Dangers", "faq-006": "Is it safe?", "faq-038": "Safe ways"}, seeded())


def text(language: str, turn: Turn = Turn.CHANGED, code: str = "faq-006") -> TextChange:
    return TextChange(language, code, turn, ())


def key(digit: str, country: str, before: str = "faq-006", after: str = "faq-038") -> KeyChange:
    return KeyChange(country, "dangers", digit, before, after)


def test_no_difference_says_nothing():
    assert sentences(Comparison(), NAMES) == []


def test_texts_are_counted_with_their_languages():
    texts = (text("sw"), text("so"), text("so", code="faq-038"), text("am", Turn.ADDED))

    assert sentences(Comparison(texts=texts), NAMES) == [
        "1 text is new in 1 language.",
        "3 texts change in 2 languages.",
    ]


def test_key_that_moved_names_menu_and_both_meanings():
    found = Comparison(keys=(key("3", "KE"), key("3", "ET")))

    assert sentences(found, NAMES) == [
        "Key 3 of the menu “\u2068Dangers\u2069” opens “\u2068Safe ways\u2069” "
        "instead of “\u2068Is it safe?\u2069” in 2 countries."
    ]


def test_many_moved_keys_are_counted():
    found = Comparison(keys=tuple(key(str(n), "KE") for n in range(1, 7)))

    told = sentences(found, NAMES)

    assert len(told) == 4
    assert told[-1] == "3 more keys change their meaning."


def test_lost_language_comes_first():
    found = Comparison(
        texts=(text("ti", Turn.REMOVED),),
        languages=(
            LanguageChange("ti", Turn.REMOVED, ("ER", "ET")),
            LanguageChange("aa", Turn.ADDED, ("DJ",)),
        ),
    )

    assert sentences(found, NAMES) == [
        "\u2068Tigrinya\u2069 (\u2068ti\u2069) is lost in Eritrea, Ethiopia.",
        "\u2068Afar\u2069 (\u2068aa\u2069) is new in Djibouti.",
        "1 text goes in 1 language.",
    ]


def test_everything_else_is_counted():
    found = Comparison(
        items=(ItemChange("a", Turn.ADDED), ItemChange("b", Turn.REMOVED)),
        keys=(key("3", "KE", before=""), key("3", "ET", before="")),
        numbers=(NumberChange("KE", "hotline", (), ("x",)),),
        figures=(Part("figure:F1.1", "1", "2"),),
        phrasings=(PhrasingChange("en", "a", ("x",), ()),),
        screens=(ScreenChange("en", "main", ("KE",), "a", "b"),),
    )

    assert sentences(found, NAMES) == [
        "1 item is new.",
        "1 item goes.",
        "The phone numbers of 1 kind of help change.",
        "1 figure changes.",
        "1 key of a menu is new or gone.",
        "1 item is asked for in other words.",
        "1 menu looks different.",
    ]


def test_question_about_callers_is_told_of_each_country():
    often = Asking(20, ("age_band", "sex"))
    found = Comparison(
        asking=(AskingChange("KE", NEVER, often), AskingChange("UG", often, NEVER)),
    )

    assert sentences(found, NAMES) == [
        "Kenya: callers are asked about themselves, one call in 20, one of 2 questions.",
        "Uganda: callers are asked nothing about themselves any more.",
    ]


def test_every_code_that_is_shown_has_a_name():
    found = Comparison(
        texts=(text("sw"),),
        keys=(key("1", "KE", after="=am"),),
        items=(ItemChange("x", Turn.ADDED),),
    )

    assert codes(found) == {"faq-006", "dangers", "=am", "x"}
    assert [NAMES.place(one) for one in ("", "main", "lang", "=am", "faq-006", "zz")] == [
        "nothing",
        "main menu",
        "list of languages",
        "\u2068Amharic\u2069 (\u2068am\u2069)",
        "Is it safe?",
        "zz",
    ]


def test_numbers_are_written_as_the_reader_writes_them():
    texts = tuple(text("sw", code=str(n)) for n in range(1234))

    with translation.override("en"):
        assert sentences(Comparison(texts=texts), NAMES) == ["1,234 texts change in 1 language."]
