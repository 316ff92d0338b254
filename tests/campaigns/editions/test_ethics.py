"""A topic that tells of dangers names the way to asylum; single texts name a way out and their figures' years."""

import pytest

from campaigns.editions.content import Content, Node, Words
from campaigns.editions.ethics import topics_without_asylum
from campaigns.editions.wording import faults, known

NODES = {
    "main": Node("main", "menu", "", "0"),
    "asylum": Node("asylum", "menu", "main", "4"),
    "safe-ways": Node("safe-ways", "menu", "main", "3"),
    "dangers": Node("dangers", "menu", "main", "1"),
    "sea": Node("sea", "faq", "dangers", "1", component="risk"),
    "sand": Node("sand", "faq", "dangers", "2", ("KE",), component="risk"),
}


def content(sea: str, sand: str = "Many die. {menu:safe-ways}") -> Content:
    texts = {code: Words(code, code) for code in ("main", "asylum", "safe-ways", "dangers")}
    said = {"sea": Words("Sea", "Sea", sea), "sand": Words("Sand", "Sand", sand)}
    return Content(NODES, {"en": {**texts, **said}}, {"en": {}})


def told(sea: str) -> list[str]:
    made = content(sea)
    names = known(made, ["figure:F1", "year:F1", "figure:F2", "year:F2"])
    found = faults(NODES["sea"], made.texts["en"]["sea"], names, "en")
    return [problem.sentence() for problem in found]


def test_topic_that_names_the_way_to_asylum_is_sound():
    assert topics_without_asylum(content("In danger? {menu:asylum}"), "KE", "en") == []


def test_topic_without_the_way_to_asylum_is_named():
    found = topics_without_asylum(content("Many die. {hotline}"), "KE", "en")

    assert list(map(str, found)) == [
        "dangers: tells of dangers and no text of it in KE en names the way to asylum."
    ]


def test_text_that_another_country_does_not_see_does_not_help_it():
    made = content("Many die. {hotline}", "In danger? {asylum}")

    assert topics_without_asylum(made, "KE", "en") == []
    assert [one.code for one in topics_without_asylum(made, "ET", "en")] == ["dangers"]


def test_text_of_fear_alone_is_refused():
    assert told("Many die.") == [
        "it tells of dangers and names no way out, such as {menu:safe-ways}."
    ]


@pytest.mark.parametrize("figure", ["922", "2,108", "1.500", "2025", "0712345678", "፱፻፳፪", "٩٢٢"])
def test_typed_figure_is_refused(figure: str):
    found = told(f"{figure} people died. {{hotline}}")

    assert found == [f"the figure {figure} is typed; write it as a token of a fact."]


@pytest.mark.parametrize("words", ["3 in 10 knew.", "Within 72 hours.", "On 3 August. 12 lived."])
def test_small_numbers_may_be_typed(words: str):
    assert told(f"{words} {{hotline}}") == []


def test_figure_stands_beside_its_year():
    assert told("{figure:F1} died in {year:F1}. {hotline}") == []
    assert told("{figure:F1} died in {year:F2}. {hotline}") == [
        "the figure of F1 stands without its year."
    ]


ROUTES = {
    "en": {"bot.route": "{label}: reply {key}.", "ussd.route": "{label}: press 00, then {key}."},
    "am": {"bot.route": "{label}፦ {key} ብለው ይላኩ።", "ussd.route": "{label}፦ 00 ከዚያ {key}።"},
}


@pytest.mark.parametrize(
    ("language", "body", "typed"),
    [
        ("en", "For safe ways Reply 3. {hotline}", "Reply 3"),
        ("en", "Press 00 first. {hotline}", "Press 00"),
        ("am", "3 ብለው ይላኩ። {hotline}", "3 ብለው"),
    ],
)
def test_typed_key_of_a_menu_is_refused(language: str, body: str, typed: str):
    made = Content(NODES, {language: {"sea": Words("Sea", "Sea", body)}}, ROUTES)

    found = faults(NODES["sea"], made.texts[language]["sea"], known(made, ()), language)

    assert [problem.sentence() for problem in found] == [
        f"“{typed}” is typed; write the way to a menu as a token, such as {{menu:asylum}}."
    ]


@pytest.mark.parametrize("words", ["Then 3 people came.", "In 3 days reply.", "Press the button."])
def test_words_that_only_look_like_a_key_are_sound(words: str):
    made = Content(NODES, {"en": {"sea": Words("Sea", "Sea", f"{words} {{hotline}}")}}, ROUTES)

    assert faults(NODES["sea"], made.texts["en"]["sea"], known(made, ()), "en") == []


@pytest.mark.parametrize(("unseen", "code"), [("\u200b", "U+200B"), ("\u202e", "U+202E")])
def test_invisible_character_is_named(unseen: str, code: str):
    assert told(f"Many die{unseen}. {{hotline}}") == [
        f"it holds the invisible character {code}; take it out."
    ]


@pytest.mark.parametrize("options", [("Yes",), ("Yes", "Yes", "No"), ()])
def test_quiz_needs_answers_that_differ(options: tuple[str, ...]):
    quiz = Node("quiz-1", "quiz", "", "0", correct=0, explains="sea")
    made = Content({**NODES, "quiz-1": quiz}, {"en": {}}, {"en": {}})

    found = faults(quiz, Words("", "", "True?", options=options), known(made, ()), "en")

    assert "a quiz has two answers or more, no two of them the same." in [
        problem.sentence() for problem in found
    ]


def test_text_of_any_channel_has_an_end():
    made = content("Short. {hotline}")
    long = Words("Sea", "Sea", "x " * 501 + "{hotline}", sms="Short. {hotline}")

    found = faults(NODES["sea"], long, known(made, ()), "en")

    assert [problem.sentence() for problem in found] == ["it has 1011 characters; 1000 at most."]
